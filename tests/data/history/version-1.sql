CREATE TABLE conversations ( id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, title TEXT NOT NULL, title_given INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, pinned INTEGER NOT NULL, trashed INTEGER, leaf TEXT NOT NULL, settings TEXT NOT NULL, draft_text TEXT NOT NULL, draft_parts TEXT NOT NULL)

CREATE TABLE messages ( id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, parent TEXT REFERENCES messages(uuid) ON DELETE CASCADE, role TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, created INTEGER NOT NULL, parts TEXT NOT NULL, thinking TEXT NOT NULL, facts TEXT NOT NULL)

CREATE INDEX messages_of_conversation ON messages(conversation)

CREATE INDEX messages_of_parent ON messages(parent)

CREATE INDEX streaming_messages ON messages(id) WHERE state = 'streaming'

CREATE TABLE attachments (sha256 TEXT PRIMARY KEY, mime TEXT NOT NULL, bytes INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL)

CREATE TABLE message_attachments ( message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE, sha256 TEXT NOT NULL REFERENCES attachments(sha256), PRIMARY KEY (message, sha256)) WITHOUT ROWID

CREATE INDEX messages_of_attachment ON message_attachments(sha256)

CREATE TABLE draft_attachments ( conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, sha256 TEXT NOT NULL REFERENCES attachments(sha256), PRIMARY KEY (conversation, sha256)) WITHOUT ROWID

CREATE INDEX drafts_of_attachment ON draft_attachments(sha256)

CREATE TABLE readings (sha256 TEXT PRIMARY KEY REFERENCES attachments(sha256) ON DELETE CASCADE, text TEXT NOT NULL, page TEXT NOT NULL)

CREATE VIRTUAL TABLE message_search USING fts5(body, tokenize = 'ascii', prefix = '1 2 3', columnsize = 0)

CREATE VIRTUAL TABLE title_search USING fts5(body, tokenize = 'ascii', prefix = '1 2 3', columnsize = 0)

CREATE TRIGGER message_deleted AFTER DELETE ON messages BEGIN DELETE FROM message_search WHERE rowid = OLD.id; END

CREATE TRIGGER conversation_deleted AFTER DELETE ON conversations BEGIN DELETE FROM title_search WHERE rowid = OLD.id; END

CREATE TABLE pending (work TEXT PRIMARY KEY) WITHOUT ROWID

INSERT INTO conversations VALUES (1, 'conversation-one', 'Invoice of May', 1, 1764100000000, 1764103600000, 1, NULL, 'message-4', '{"temperature":0.5}', '', '[]')

INSERT INTO conversations VALUES (2, 'conversation-two', 'A reply that was cut', 0, 1764186400000, 1764186400000, 0, NULL, 'message-6', '', 'not sent yet', '[{"attachment":{"file":"5142f0e9608d897ebb8a91c91950c2dd97e61fe17fe117e78ce12b7c068499c7","height":480,"id":"pixels of again.png","mime":"image/png","name":"again.png","width":640}}]')

INSERT INTO conversations VALUES (3, 'conversation-three', 'Deleted one', 0, 1763322400000, 1763322400000, 0, 1764100000000, 'message-7', '', '', '[]')

INSERT INTO messages VALUES (1, 'message-1', 1, NULL, 'user', 'chat', 'complete', 1764100060000, '[{"attachment":{"file":"5142f0e9608d897ebb8a91c91950c2dd97e61fe17fe117e78ce12b7c068499c7","height":480,"id":"pixels of invoice.png","mime":"image/png","name":"invoice.png","width":640},"detail":"low","max_pixels":262144},{"text":"What does the invoice say?"}]', '', '')

INSERT INTO messages VALUES (2, 'message-2', 1, 'message-1', 'assistant', 'chat', 'complete', 1764100120000, '[{"text":"The total is **EUR 1,204.50**. 发票号码 2024-17."}]', 'The total is at the bottom.', '{"decode_seconds":0,"encode_seconds":0,"engine_first_token_seconds":0,"first_token_seconds":0.25,"model":"Demo","picture_tokens":64,"pictures_from_cache":0,"prefill_seconds":0,"prompt_tokens":88,"reply_tokens":24,"reused_tokens":0,"stop_reason":"end_of_turn","thinking_seconds":0,"total_seconds":1.5}')

INSERT INTO messages VALUES (3, 'message-3', 1, 'message-1', 'assistant', 'chat', 'complete', 1764100180000, '[{"text":"Another answer to the same question."}]', '', '{"decode_seconds":0,"encode_seconds":0,"engine_first_token_seconds":0,"first_token_seconds":0.25,"model":"Demo","picture_tokens":64,"pictures_from_cache":0,"prefill_seconds":0,"prompt_tokens":88,"reply_tokens":24,"reused_tokens":0,"stop_reason":"end_of_turn","thinking_seconds":0,"total_seconds":1.5}')

INSERT INTO messages VALUES (4, 'message-4', 1, 'message-2', 'user', 'chat', 'complete', 1764100240000, '[{"text":"And in Chinese? 中文呢？"}]', '', '')

INSERT INTO messages VALUES (5, 'message-5', 2, NULL, 'user', 'chat', 'complete', 1764100300000, '[{"text":"A reply that was cut"}]', '', '')

INSERT INTO messages VALUES (6, 'message-6', 2, 'message-5', 'assistant', 'chat', 'streaming', 1764100360000, '[{"text":"It was still being"}]', '', '')

INSERT INTO messages VALUES (7, 'message-7', 3, NULL, 'user', 'chat', 'complete', 1764100420000, '[{"text":"Deleted one"}]', '', '')

INSERT INTO attachments VALUES ('5142f0e9608d897ebb8a91c91950c2dd97e61fe17fe117e78ce12b7c068499c7', 'image/png', 29, 640, 480)

INSERT INTO message_attachments VALUES (1, '5142f0e9608d897ebb8a91c91950c2dd97e61fe17fe117e78ce12b7c068499c7')

INSERT INTO draft_attachments VALUES (2, '5142f0e9608d897ebb8a91c91950c2dd97e61fe17fe117e78ce12b7c068499c7')

INSERT INTO readings VALUES ('5142f0e9608d897ebb8a91c91950c2dd97e61fe17fe117e78ce12b7c068499c7', 'INVOICE 2024-17 发票 Total EUR 1,204.50', '{"blocks":[]}')

INSERT INTO message_search (rowid, body) VALUES (1, 'what does the invoice say  invoice 2024 17 发 票 total eur 1 204 50')

INSERT INTO message_search (rowid, body) VALUES (2, 'the total is eur 1 204 50 发 票 号 码 2024 17')

INSERT INTO message_search (rowid, body) VALUES (3, 'another answer to the same question')

INSERT INTO message_search (rowid, body) VALUES (4, 'and in chinese 中 文 呢')

INSERT INTO message_search (rowid, body) VALUES (5, 'a reply that was cut')

INSERT INTO message_search (rowid, body) VALUES (7, 'deleted one')

INSERT INTO title_search (rowid, body) VALUES (1, 'invoice of may')

INSERT INTO title_search (rowid, body) VALUES (2, 'a reply that was cut')

INSERT INTO title_search (rowid, body) VALUES (3, 'deleted one')

PRAGMA application_id = 1397311308

PRAGMA user_version = 1
