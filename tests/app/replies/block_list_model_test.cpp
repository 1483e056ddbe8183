// A reply as rows: they follow the text, positions hold over all blocks, and what is copied reads the same.
#include "app/replies/block_list_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <algorithm>

#include "app/chat/conversation_find.h"
#include "app/chat/message_list_model.h"
#include "app/replies/code_highlights.h"
#include "app/replies/markdown_parser.h"
#include "app/replies/markdown_writer.h"
#include "tests/app/replies/random_markdown.h"

using namespace sightline;
using test::RandomMarkdown;

class BlockListModelTest : public QObject {
    Q_OBJECT

  private:
    static QList<BlockPart> wholes(const MarkdownBlocks& blocks) {
        QList<BlockPart> parts;
        for (const MarkdownBlock& block : blocks)
            parts.append({&block});
        return parts;
    }
    // Of each character but spaces, which nobody sees styled.
    static QStringList stylesOf(const MarkdownBlock& block) {
        QStringList styles;
        for (const TextSpan& span : block.spans) {
            for (int at = span.start; at < span.start + span.length; ++at) {
                if (!block.text.at(at).isSpace())
                    styles << QStringLiteral("%1 %2 %3").arg(at).arg(span.style).arg(span.link);
            }
        }
        return styles;
    }
    static ShownMessage message(const char* role, const QString& text, bool streaming = false) {
        ShownMessage shown;
        shown.role = QString::fromLatin1(role);
        shown.text = text;
        shown.streaming = streaming;
        return shown;
    }

  private Q_SLOTS:
    void rowsFollowTheText() {
        for (quint32 seed = 1; seed <= 40; ++seed) {
            RandomMarkdown random(seed);
            const QString text = random.reply(1 + random.below(8));
            BlockListModel model;
            QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
            for (qsizetype at = 0; at < text.size();) {
                const qsizetype length = 1 + random.below(12);
                model.append(text.mid(at, length));
                at += length;
            }
            model.finish();
            QCOMPARE(model.blocks(), parseMarkdown(text));
            int next = 0;
            for (int row = 0; row < model.rowCount(); ++row) {
                QCOMPARE(model.index(row).data(BlockListModel::Offset).toInt(), next);
                next += model.blocks().at(row).length() + 1;
            }
            QCOMPARE(model.length(), std::max(0, next - 1));
        }
    }

    // A row is reported when it changes and not otherwise.
    void reportsOnlyWhatChanges() {
        BlockListModel model;
        model.append(QStringLiteral("# One\n\ntwo\n\n"));
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy inserts(&model, &QAbstractItemModel::rowsInserted);
        model.append(QStringLiteral("three"));
        QCOMPARE(inserts.count(), 1);
        QCOMPARE(changes.count(), 0);
        model.append(QStringLiteral(" more"));
        QCOMPARE(inserts.count(), 1);
        QCOMPARE(changes.count(), 1);
        QCOMPARE(changes.at(0).at(0).toModelIndex().row(), 2);
    }

    void copiesAPart() {
        BlockListModel model;
        model.append(
            QStringLiteral("The **total** is *12*.\n\n- one\n- two `x`\n\n```py\na = 1\nb = 2\n```\n"));
        model.finish();
        const int total = 4;
        QCOMPARE(model.plainText(total, total + 5), QStringLiteral("total"));
        QCOMPARE(model.markdownBetween(total, total + 5), QStringLiteral("**total**"));
        const int list = model.offset(1);
        QCOMPARE(model.plainText(total + 6, list + 3), QStringLiteral("is 12.\n\n\u2022 one"));
        QCOMPARE(model.markdownBetween(total + 6, list + 3), QStringLiteral("is *12*.\n\n-  one"));
        QCOMPARE(model.plainText(),
                 QStringLiteral("The total is 12.\n\n\u2022 one\n\u2022 two x\n\na = 1\nb = 2"));
        // The whole is what the model wrote.
        QCOMPARE(model.markdownBetween(0, model.length()), model.markdown().trimmed());
        const int code = model.offset(3);
        QCOMPARE(model.markdownBetween(code, code + 5), QStringLiteral("a = 1"));
        // Between the end of one block and the begin of the next there is nothing.
        QCOMPARE(model.plainText(list - 1, list), QString());
    }

    void copiesTables() {
        BlockListModel model;
        model.append(QStringLiteral("| a | b |\n|---|--:|\n| *x* | 1 |\n| y\\|z | 2 |\n\nend"));
        model.finish();
        QCOMPARE(model.plainText(), QStringLiteral("a\tb\nx\t1\ny|z\t2\n\nend"));
        const QString last = model.blocks().at(0).text;
        const int from = static_cast<int>(last.indexOf(QLatin1Char('y')));
        QCOMPARE(model.plainText(from, from + 3), QStringLiteral("y|z"));
        QCOMPARE(model.markdownBetween(from, from + 3),
                 QStringLiteral("| a | b |\n| --- | --: |\n| y\\|z | 2 |"));
    }

    void theCaretStandsBehindWhatIsWritten() {
        BlockListModel model;
        model.append(QStringLiteral("| a | b | c |\n|---|---|---|\n| 12"));
        QCOMPARE(model.caret(), model.length() - 2);
        model.append(QStringLiteral(" | 3 | 4 |\n\nend"));
        QCOMPARE(model.caret(), model.length());
    }

    // What is written from blocks is read as the same words in the same kinds of blocks.
    void writtenMarkdownIsReadTheSame() {
        const QStringList texts{
            QStringLiteral("1. not a list\\*, snake_case, 2 * 3 * 4, <b>, [x], &amp;amp; `a``b`"),
            QStringLiteral("\\# no heading\n\\- no item\n\\> no quote\n1\\. no number\n\\--- \\+ x"),
            QStringLiteral("> quote **bold *both*** [a](https://x.org/(y)) https://example.org/a_b"),
            QStringLiteral(
                "- a\n  - b\n    1. c\n\n       ```\n       code ``` fence\n       ```\n- [x] d\n\nend"),
            QStringLiteral("| a\\|b | `c` |\n|:-:|---|\n| **x** | |\n\n---\n\n### Title `code`"),
        };
        for (const QString& text : texts) {
            const MarkdownBlocks blocks = parseMarkdown(text);
            const QString written = markdownText(wholes(blocks));
            MarkdownBlocks again = parseMarkdown(written);
            QVERIFY2(again.size() == blocks.size(), qPrintable(written));
            for (qsizetype i = 0; i < blocks.size(); ++i) {
                again[i].joined = blocks[i].joined;  // a list is written loose where one item is
                QCOMPARE(stylesOf(again[i]), stylesOf(blocks[i]));
                again[i].spans = blocks[i].spans;
                QVERIFY2(again[i] == blocks[i], qPrintable(written));
            }
        }
    }

    void findsWordsAndSteps() {
        BlockListModel model;
        model.append(QStringLiteral("one two\n\n发票 three"));
        model.finish();
        QCOMPARE(model.wordAt(5), (QList<int>{4, 7}));
        QCOMPARE(model.wordAt(4), (QList<int>{4, 7}));
        QCOMPARE(model.blockAt(9), (QList<int>{8, 16}));
        QCOMPARE(model.step(0, true, true), 3);
        QCOMPARE(model.step(3, true, true), 7);
        QCOMPARE(model.step(7, false, true), 4);
        QCOMPARE(model.step(7, true, false), 8);
        QCOMPARE(model.step(16, true, false), 16);
        QCOMPARE(model.step(0, false, false), 0);
    }

    void thoughtsStayOut() {
        BlockListModel model;
        model.append(QStringLiteral("<think>secret"));
        QVERIFY(model.thinking());
        QCOMPARE(model.length(), 0);
        model.append(QStringLiteral("</think>\n\nThe answer"));
        QVERIFY(!model.thinking());
        model.finish();
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.plainText(), QStringLiteral("The answer"));
        QCOMPARE(model.markdown().trimmed(), QStringLiteral("The answer"));
        QCOMPARE(model.markdownBetween(0, model.length()), QStringLiteral("The answer"));
        QCOMPARE(model.index(0).data(BlockListModel::Offset).toInt(), -1);
        QCOMPARE(model.blockAt(0), (QList<int>{0, 10}));
    }

    void codeIsHighlightedLater() {
        CodeHighlights highlights;
        BlockListModel model(&highlights);
        model.append(QStringLiteral("```python\nif x:  # yes\n"));
        const QModelIndex row = model.index(0);
        const auto spans = [&row] { return row.data(BlockListModel::Highlights).value<QList<CodeSpan>>(); };
        QVERIFY(spans().isEmpty());  // never on this thread
        QTRY_COMPARE(spans().size(), 2);
        model.append(QStringLiteral("    return 12\n```\n"));
        model.finish();
        QTRY_COMPARE(spans().size(), 4);
        QCOMPARE(spans().at(3).style, CodeStyle::number);
    }

    void messagesHaveTheirBlocks() {
        MessageListModel messages;
        QAbstractItemModelTester tester(&messages, QAbstractItemModelTester::FailureReportingMode::QtTest);
        messages.append(message("user", QStringLiteral("**x**")));
        messages.append(message("assistant", QStringLiteral("a *b*"), true));
        QVERIFY(messages.blocks(0) == nullptr);
        BlockListModel* blocks = messages.blocks(1);
        QCOMPARE(messages.index(1).data(MessageListModel::Blocks).value<QObject*>(), blocks);
        QCOMPARE(blocks->parent(), &messages);
        messages.appendText(1, QStringLiteral("\n\n- c"));
        QCOMPARE(blocks->rowCount(), 2);
        ShownMessage end = messages.rows().back();
        end.text += QStringLiteral(" [x]: /y");
        end.streaming = false;
        messages.update(1, end);
        QCOMPARE(blocks->blocks(), parseMarkdown(end.text));
        end.text = QStringLiteral("another");
        messages.update(1, end);
        QCOMPARE(blocks->plainText(), QStringLiteral("another"));
        messages.clear();
        QVERIFY(messages.blocks(1) == nullptr);
    }

    void findsInTheConversation() {
        MessageListModel messages;
        ConversationFind find(messages);
        QSignalSpy moved(&find, &ConversationFind::moved);
        messages.append(message("user", QStringLiteral("The TOTAL of **this** total?")));
        messages.append(message(
            "assistant",
            QStringLiteral("<think>total</think>The **to**tal is\n\n| total | x |\n|---|---|\n| 12 | |"),
            true));
        find.setText(QStringLiteral("total"));
        QCOMPARE(find.count(), 0);
        find.setActive(true);
        QCOMPARE(find.count(), 4);  // across styles, in cells, not in thoughts
        QCOMPARE(find.current(), 1);
        QCOMPARE(find.row(), 0);
        QCOMPARE(find.position(), 4);
        QCOMPARE(moved.count(), 1);
        find.previous();
        QCOMPARE(find.current(), 4);
        QCOMPARE(find.row(), 1);
        QCOMPARE(find.position(), 13);
        find.next();
        QCOMPARE(find.current(), 1);
        QCOMPARE(find.hitsIn(1).size(), 2);
        // Goes on finding while the reply grows, without moving away.
        find.next();
        messages.appendText(1, QStringLiteral("\n\nTotal"));
        QTRY_COMPARE(find.count(), 5);
        QCOMPARE(find.current(), 2);
        QCOMPARE(moved.count(), 4);
        find.setText(QStringLiteral("票"));
        QCOMPARE(find.count(), 0);
        QCOMPARE(find.row(), -1);
        messages.append(message("user", QStringLiteral("发票")));
        QTRY_COMPARE(find.count(), 1);
        messages.removeFrom(1);
        QCOMPARE(find.count(), 0);
        find.setActive(false);
        QCOMPARE(find.hitsIn(0).size(), 0);
    }
};

QTEST_GUILESS_MAIN(BlockListModelTest)
#include "block_list_model_test.moc"
