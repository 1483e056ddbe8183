// Token ids and text are those of the reference, special tokens come from trusted text only, damaged files
// are refused with file and field.
#include "inference/text/tokenizer.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "inference/error.h"
#include "inference/files/json_file.h"
#include "inference/text/unicode.h"
#include "tests/test_paths.h"

using namespace sightline;
namespace fs = std::filesystem;

namespace {

const fs::path data_folder = fs::path(test_paths::data().toStdString()) / "tokenizer";

fs::path goldenFolder() {
    const QByteArray named = qgetenv("SIGHTLINE_GOLDEN");
    return named.isEmpty() ? fs::path(test_paths::source().toStdString()).parent_path() / "shared" / "golden"
                           : fs::path(named.toStdString());
}

std::vector<nlohmann::json> readRows(const fs::path& file) {
    std::vector<nlohmann::json> rows;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);)
        if (!line.empty()) rows.push_back(nlohmann::json::parse(line));
    return rows;
}

QString shown(const std::vector<TokenId>& ids) {
    return QString::fromStdString(nlohmann::json(ids).dump());
}
QString shown(const std::string& text) {
    return QString::fromStdString(nlohmann::json(text).dump());
}

// Members of a row: text, ids, decoded (if it is not text), decoded_skip_special (if it is not decoded).
void checkEncodeRows(const Tokenizer& tokenizer, const fs::path& file) {
    const auto rows = readRows(file);
    QVERIFY(rows.size() > 50);
    for (const auto& row : rows) {
        const auto text = row.at("text").get<std::string>();
        const auto ids = row.at("ids").get<std::vector<TokenId>>();
        const auto decoded = row.value("decoded", text);
        QCOMPARE(shown(tokenizer.encodeTrusted(text)), shown(ids));
        QCOMPARE(shown(tokenizer.decode(ids, false)), shown(decoded));
        QCOMPARE(shown(tokenizer.decode(ids, true)), shown(row.value("decoded_skip_special", decoded)));
    }
}

void checkDecodeRows(const Tokenizer& tokenizer, const fs::path& file) {
    const auto rows = readRows(file);
    QVERIFY(rows.size() > 50);
    for (const auto& row : rows) {
        const auto ids = row.at("ids").get<std::vector<TokenId>>();
        QCOMPARE(shown(tokenizer.decode(ids, false)), shown(row.at("decoded").get<std::string>()));
        QCOMPARE(shown(tokenizer.decode(ids, true)),
                 shown(row.at("decoded_skip_special").get<std::string>()));
        Utf8Stream stream;
        std::string streamed;
        for (const TokenId id : ids)
            streamed += stream.push(tokenizer.tokenBytes(id, false));
        streamed += stream.finish();
        QCOMPARE(shown(streamed), shown(row.at("decoded").get<std::string>()));
    }
}

std::string loadRefusal(const fs::path& folder, ErrorKind kind) {
    try {
        (void)Tokenizer::load(folder);
    } catch (const Error& error) {
        return error.kind() == kind ? error.what() : std::string("another kind of error: ") + error.what();
    } catch (const std::exception& error) {
        return std::string("not an Error: ") + error.what();
    }
    return "accepted";
}

void writeFile(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
}

const char* const special_texts[] = {"<|im_end|>", "<|im_start|>", "<|image_pad|>", "<|endoftext|>",
                                     "<|vision_start|>"};

}  // namespace

class TokenizerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void excerptRows() {
        const auto tokenizer = Tokenizer::load(data_folder / "tiny");
        checkEncodeRows(*tokenizer, data_folder / "tiny" / "encode.jsonl");
        checkDecodeRows(*tokenizer, data_folder / "tiny" / "decode.jsonl");
    }

    void vocabAndMergesGiveTheSame() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        for (const char* name : {"vocab.json", "merges.txt", "tokenizer_config.json"})
            fs::copy_file(data_folder / "tiny" / name, root / name);
        const auto tokenizer = Tokenizer::load(root);
        checkEncodeRows(*tokenizer, data_folder / "tiny" / "encode.jsonl");
        checkDecodeRows(*tokenizer, data_folder / "tiny" / "decode.jsonl");
        QCOMPARE(tokenizer->size(), Tokenizer::load(data_folder / "tiny")->size());
        QCOMPARE(tokenizer->tokenId("<|im_end|>"), std::optional<TokenId>(858));
        QVERIFY(tokenizer->isSpecial(858));
        QVERIFY(!tokenizer->isSpecial(*tokenizer->tokenId("<think>")));
        QVERIFY(!tokenizer->tokenId("the"));
    }

    void goldenTinyRows() {
        const fs::path golden = goldenFolder();
        if (!fs::exists(golden / "tiny-tokenizer")) QSKIP("no reference set");
        for (const char* name : {"tiny-qwen3vl", "tiny-qwen3vl-untied", "tiny-qwen3vl-sharded"}) {
            const auto tokenizer = Tokenizer::load(golden / name);
            checkEncodeRows(*tokenizer, golden / "tiny-tokenizer" / "encode.jsonl");
            checkDecodeRows(*tokenizer, golden / "tiny-tokenizer" / "decode.jsonl");
        }
    }

    void goldenQwen3Rows() {
        const fs::path golden = goldenFolder() / "qwen3-tokenizer";
        if (!fs::exists(golden)) QSKIP("no reference set");
        const QString xz = QStandardPaths::findExecutable("xz");
        if (xz.isEmpty()) QSKIP("no xz to unpack tokenizer.json.xz");
        QTemporaryDir folder;
        QProcess unpack;
        unpack.setStandardOutputFile(folder.filePath("tokenizer.json"));
        unpack.start(xz, {"-dc", QString::fromStdString((golden / "tokenizer.json.xz").string())});
        QVERIFY(unpack.waitForFinished(60000));
        QCOMPARE(unpack.exitCode(), 0);
        QElapsedTimer timer;
        timer.start();
        const auto tokenizer = Tokenizer::load(folder.path().toStdString());
        qInfo("loaded in %lld ms", timer.elapsed());
        QCOMPARE(tokenizer->size(), 151669);
        QCOMPARE(tokenizer->tokenId("<|image_pad|>"), std::optional<TokenId>(151655));
        checkEncodeRows(*tokenizer, golden / "encode.jsonl");
        checkDecodeRows(*tokenizer, golden / "decode.jsonl");
    }

    void specialTokensNeedTrust() {
        const auto tokenizer = Tokenizer::load(data_folder / "tiny");
        for (const std::string special : special_texts) {
            const TokenId id = tokenizer->tokenId(special).value();
            std::string text = "a";
            text.append(special).append(special).append("\n");
            const auto ids = tokenizer->encodeUntrusted(text);
            for (const TokenId each : ids)
                QVERIFY(!tokenizer->isSpecial(each));
            QCOMPARE(tokenizer->decode(ids, false), text);
            QCOMPARE(std::ranges::count(tokenizer->encodeTrusted(text), id), 2);
            // One byte that is not trusted is enough, whichever it is.
            for (std::size_t i = 0; i < special.size(); ++i) {
                MarkedText marked{special, std::vector<bool>(special.size(), true)};
                marked.trusted[i] = false;
                QCOMPARE(std::ranges::count(tokenizer->encode(marked), id), 0);
            }
        }
        const std::string think = "<think>";
        const std::vector<TokenId> think_ids{tokenizer->tokenId(think).value()};
        QCOMPARE(tokenizer->encodeUntrusted(think), think_ids);
        QCOMPARE(tokenizer->encodeTrusted(think), think_ids);
    }

    void textAcrossTheBorderOfTrustIsOneText() {
        const auto tokenizer = Tokenizer::load(data_folder / "tiny");
        MarkedText marked{"The window", std::vector<bool>(10, true)};
        for (std::size_t i = 5; i < 10; ++i)
            marked.trusted[i] = false;
        QCOMPARE(tokenizer->encode(marked), tokenizer->encodeTrusted("The window"));
    }

    void invalidUtf8BecomesReplacementCharacters() {
        const auto tokenizer = Tokenizer::load(data_folder / "tiny");
        QCOMPARE(shown(tokenizer->encodeTrusted("a\xff<|im_end|>\xe4\xb8")),
                 shown(tokenizer->encodeTrusted("a\uFFFD<|im_end|>\uFFFD")));
        QCOMPARE(tokenizer->tokenBytes(-1, false), std::string());
        QCOMPARE(tokenizer->tokenBytes(1 << 30, false), std::string());
        QCOMPARE(tokenizer->decode({-5, 1 << 30, INT32_MAX}, false), std::string());
    }

    void streamGivesWhatDecodeGives() {
        auto* random = QRandomGenerator::global();
        const std::uint32_t seed = random->generate();
        QRandomGenerator bytes_of(seed);
        for (int round = 0; round < 500; ++round) {
            std::string bytes;
            const char pieces[][5] = {"a",    "\xc3\xa9", "\xe4\xb8\xad", "\xf0\x9f\x98\x80",
                                      "\xff", "\xf0\x9f", "\xed\xa0",     "\xc0"};
            for (int i = 0; i < 12; ++i)
                bytes += pieces[bytes_of.bounded(8)];
            Utf8Stream stream;
            std::string streamed;
            for (std::size_t at = 0; at < bytes.size();) {
                const std::size_t count = 1 + bytes_of.bounded(3u);
                streamed += stream.push(std::string_view(bytes).substr(at, count));
                QVERIFY2(isUtf8(streamed), qPrintable(QString("seed %1").arg(seed)));
                at += count;
            }
            streamed += stream.finish();
            QVERIFY2(streamed == toValidUtf8(bytes), qPrintable(QString("seed %1").arg(seed)));
            QCOMPARE(stream.finish(), std::string());
        }
        // What can never become a character is not held back.
        Utf8Stream stream;
        QCOMPARE(stream.push("\xe4\xb8"), std::string());
        QCOMPARE(stream.push("x"), std::string("\uFFFDx"));
        QCOMPARE(QString::fromStdString(toValidUtf8("\xed\xa0\x80|\xe4\xb8|\xf4\x90")),
                 QString::fromUtf8("\uFFFD\uFFFD\uFFFD|\uFFFD|\uFFFD\uFFFD"));
    }

    void normalizesToNfc() {
        QCOMPARE(shown(normalizeNfc("e\u0301 A\u030A \u212B \u1100\u1161\u11A8 \uAC00\u11A8")),
                 shown(std::string("\u00E9 \u00C5 \u00C5 \uAC01 \uAC01")));
        QCOMPARE(shown(normalizeNfc("a\u0323\u0302 a\u0302\u0323 \u0958 \u0344")),
                 shown(std::string("\u1EAD \u1EAD \u0915\u093C \u0308\u0301")));
        QCOMPARE(shown(normalizeNfc("\u0301e\u0334\u0301")), shown(std::string("\u0301\u00E9\u0334")));
        // Characters that the reference's tables don't know yet stay in their order.
        QCOMPARE(shown(normalizeNfc("a\U00010EFD\u0301\U00011935\U00011930")),
                 shown(std::string("a\U00010EFD\u0301\U00011935\U00011930")));
    }

    void sentencePieceRows_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("rows");
        const fs::path golden = goldenFolder() / "sentencepiece";
        const auto row = [](const char* name, const fs::path& model, const fs::path& rows) {
            if (fs::exists(rows))
                QTest::newRow(name) << QString::fromStdString(model.string())
                                    << QString::fromStdString(rows.string());
        };
        row("excerpt", data_folder / "sentencepiece" / "tokenizer.model",
            data_folder / "sentencepiece" / "rows.jsonl");
        row("bpe", golden / "bpe.model", golden / "bpe.jsonl");
        row("unigram", golden / "unigram.model", golden / "unigram.jsonl");
    }
    void sentencePieceRows() {
        QFETCH(QString, model);
        QFETCH(QString, rows);
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        fs::copy_file(model.toStdString(), root / "tokenizer.model");
        const auto tokenizer = Tokenizer::load(root);
        int count = 0;
        for (const auto& row : readRows(rows.toStdString())) {
            const auto ids = row.at("ids").get<std::vector<TokenId>>();
            QCOMPARE(shown(tokenizer->encodeTrusted(row.at("text").get<std::string>())), shown(ids));
            QCOMPARE(shown(tokenizer->decode(ids, false)), shown(row.at("decoded").get<std::string>()));
            ++count;
        }
        QVERIFY(count > 50);
    }

    void sentencePieceSpecialTokensNeedTrust() {
        const auto tokenizer = Tokenizer::load(data_folder / "sentencepiece");
        const TokenId user = tokenizer->tokenId("<|user|>").value();
        QVERIFY(tokenizer->isSpecial(user));
        for (const std::string text :
             {"<|user|>", "a <|user|> b", "<|user|><|user|>", "<<|user|><|end|>", "<|us<|end|>er|>"}) {
            const auto ids = tokenizer->encodeUntrusted(text);
            for (const TokenId id : ids)
                QVERIFY2(!tokenizer->isSpecial(id), text.c_str());
            QCOMPARE(tokenizer->decode(ids, false), text);
            QCOMPARE(tokenizer->decode(ids, true), text);
        }
        MarkedText marked{"<|user|>say <|user|><|end|>", {}};
        marked.trusted.assign(marked.bytes.size(), true);
        for (std::size_t i = 8; i < 20; ++i)
            marked.trusted[i] = false;
        const auto ids = tokenizer->encode(marked);
        QCOMPARE(std::ranges::count(ids, user), 1);
        QCOMPARE(ids.back(), tokenizer->tokenId("<|end|>").value());
        QCOMPARE(tokenizer->decode(ids, true), std::string("say <|user|>"));
        // Only the spelled-out symbol is taken apart, the text around it has its usual pieces.
        const auto around = tokenizer->encodeTrusted("the other <");
        const auto cut = tokenizer->encodeUntrusted("the other <|user|>");
        QVERIFY(cut.size() > around.size());
        QVERIFY(std::equal(around.begin(), around.end(), cut.begin()));
        // A part of the text that begins behind a symbol gets no dummy prefix, wherever the text is cut.
        MarkedText same{"<|user|>hello<|end|>", std::vector<bool>(20, true)};
        for (std::size_t i = 8; i < 13; ++i)
            same.trusted[i] = false;
        QCOMPARE(shown(tokenizer->encode(same)), shown(tokenizer->encodeTrusted(same.bytes)));
    }

    // The normaliser of the unigram model turns full-width characters into ordinary ones.
    void sentencePieceNormaliserMakesNoSpecialTokens() {
        const fs::path golden = goldenFolder() / "sentencepiece";
        if (!fs::exists(golden)) QSKIP("no reference set");
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        fs::copy_file(golden / "unigram.model", root / "tokenizer.model");
        const auto tokenizer = Tokenizer::load(root);
        const std::string text = "x \uFF1C\uFF5Cuser\uFF5C\uFF1E <|\uFF55ser|>";
        for (const TokenId id : tokenizer->encodeUntrusted(text))
            QVERIFY(!tokenizer->isSpecial(id));
        QVERIFY(!tokenizer->encodeUntrusted(text).empty());
    }

    void sentencePieceRefusesDamage_data() {
        QTest::addColumn<QString>("config");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* config, const char* message) {
            QTest::newRow(name) << config << message;
        };
        row("array", "{\"special_tokens\": []}",
            "tokenizer_config.json: special_tokens must be an object, not an array");
        row("string", "{\"special_tokens\": {\"<|user|>\": \"4\"}}",
            "tokenizer_config.json: special_tokens.<|user|> must be an id from 0 to 999, not \"4\"");
        row("negative", "{\"special_tokens\": {\"<|user|>\": -4}}",
            "tokenizer_config.json: special_tokens.<|user|> must be an id from 0 to 999, not -4");
        row("huge", "{\"special_tokens\": {\"<|user|>\": 1000}}",
            "tokenizer_config.json: special_tokens.<|user|> must be an id from 0 to 999, not 1000");
        row("another piece", "{\"special_tokens\": {\"<|user|>\": 5}}",
            "tokenizer_config.json: special_tokens.<|user|> is 5, but in tokenizer.model that is the piece "
            "\"<|end|>\"");
        row("ordinary piece", "{\"special_tokens\": {\"he\": 263}}",
            "tokenizer_config.json: special_tokens.he is neither a user-defined symbol nor a control piece");
        row("not JSON", "{", "tokenizer_config.json: is not valid JSON at byte 2");
    }
    void sentencePieceRefusesDamage() {
        QFETCH(QString, config);
        QFETCH(QString, message);
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        fs::copy_file(data_folder / "sentencepiece" / "tokenizer.model", root / "tokenizer.model");
        writeFile(root / "tokenizer_config.json", config.toStdString());
        const QString refusal = QString::fromStdString(loadRefusal(root, ErrorKind::invalid_model));
        QVERIFY2(refusal.startsWith(message), qPrintable(refusal));
    }

    void sentencePieceSurvivesGarbage() {
        const fs::path golden = goldenFolder() / "sentencepiece" / "unigram.model";
        const std::uint32_t seed = QRandomGenerator::global()->generate();
        QRandomGenerator random(seed);
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        std::vector<std::string> originals{readWholeFile(data_folder / "sentencepiece" / "tokenizer.model")};
        if (fs::exists(golden)) originals.push_back(readWholeFile(golden));
        int refused = 0;
        for (int round = 0; round < 200; ++round) {
            std::string bytes = originals[static_cast<std::size_t>(round) % originals.size()];
            if (round % 10 == 0)
                bytes.resize(static_cast<std::size_t>(random.bounded(static_cast<int>(bytes.size()))));
            for (int i = 0; i < 4 && !bytes.empty(); ++i)
                bytes[static_cast<std::size_t>(random.bounded(static_cast<int>(bytes.size())))] ^=
                    static_cast<char>(1 << random.bounded(8));
            writeFile(root / "tokenizer.model", bytes);
            try {
                const auto tokenizer = Tokenizer::load(root);
                const auto ids =
                    tokenizer->encodeTrusted("The <|user|> quick \uFB01 \u212B caf\u00E9 \u4E2D <|end|>");
                (void)tokenizer->decode(ids, false);
                for (const TokenId id : tokenizer->encodeUntrusted("<|user|> <|end|>"))
                    QVERIFY2(!tokenizer->isSpecial(id), qPrintable(QString("seed %1").arg(seed)));
            } catch (const Error& error) {
                ++refused;
                QVERIFY2(std::string(error.what()).starts_with("tokenizer.model: "),
                         qPrintable(QString("seed %1: %2").arg(seed).arg(error.what())));
            }
        }
        QVERIFY(refused > 10);
        writeFile(root / "tokenizer.model", "");
        QCOMPARE(loadRefusal(root, ErrorKind::invalid_model),
                 std::string("tokenizer.model: is not a SentencePiece model (it has no pieces)"));
    }

    // A merge that looks at all pairs again after every merge would take hours for these.
    void longWordsTakeLinearTime_data() {
        QTest::addColumn<QByteArray>("unit");
        QTest::newRow("letters") << QByteArray("e");
        QTest::newRow("text without spaces") << QByteArray("thequickbrownfox");
        QTest::newRow("spaces") << QByteArray(" ");
        QTest::newRow("marks") << QByteArray("\xcc\x81\xcc\xa3");
        QTest::newRow("beginnings of a special token") << QByteArray("<|im_");
    }
    void longWordsTakeLinearTime() {
        QFETCH(QByteArray, unit);
        const auto tokenizer = Tokenizer::load(data_folder / "tiny");
        const std::string text = unit.repeated((1 << 19) / static_cast<int>(unit.size())).toStdString();
        const std::clock_t begin = std::clock();  // of the processor: the machine may be busy
        const auto ids = tokenizer->encodeUntrusted(text);
        const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        QVERIFY2(seconds < 20, qPrintable(QString("%1 s").arg(seconds)));
        QCOMPARE(tokenizer->decode(ids, false), normalizeNfc(text));
    }

    void refusesDamage_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("before");  // empty: the whole file
        QTest::addColumn<QString>("after");
        QTest::addColumn<bool>("unsupported");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* file, const char* before, const char* after,
                            const char* message, bool unsupported = false) {
            QTest::newRow(name) << file << before << after << unsupported << message;
        };
        const char* json = "tokenizer.json";
        row("empty", json, "", "", "tokenizer.json: is not valid JSON at byte 1");
        row("array", json, "", "[1, 2]", "tokenizer.json: the file must be an object, not an array");
        row("not UTF-8", json, "", "{\"a\": \"\\xff\"}", "tokenizer.json: is not valid JSON at byte 8");
        row("NFKC", json, "\"NFC\"", "\"NFKC\"",
            "tokenizer.json: normalizer.type is \"NFKC\", which is not implemented", true);
        row("other pattern", json, "\\\\p{N}| ?", "\\\\p{N}{1,3}| ?",
            "tokenizer.json: pre_tokenizer[0].pattern.Regex is ", true);
        row("prefix space", json, "\"add_prefix_space\": false", "\"add_prefix_space\": true",
            "tokenizer.json: pre_tokenizer[1].add_prefix_space is true, which is not implemented", true);
        row("dropout", json, "\"dropout\": null", "\"dropout\": 0.1",
            "tokenizer.json: model.dropout is 0.1, which is not implemented", true);
        row("unigram", json, "\"type\": \"BPE\"", "\"type\": \"Unigram\"",
            "tokenizer.json: model.type is \"Unigram\", which is not implemented", true);
        row("lstrip", json, "\"lstrip\": false", "\"lstrip\": true",
            "tokenizer.json: added_tokens[0].lstrip is true, which is not implemented", true);
        row("flag type", json, "\"lstrip\": false", "\"lstrip\": 1",
            "tokenizer.json: added_tokens[0].lstrip must be true or false, not 1");
        row("vocab id string", json, "\"!\": 0", "\"!\": \"0\"",
            "tokenizer.json: model.vocab must give the token \"!\" an integer id");
        row("vocab id float", json, "\"!\": 0", "\"!\": 0.5",
            "tokenizer.json: model.vocab must give the token \"!\" an integer id");
        row("vocab id negative", json, "\"!\": 0", "\"!\": -1",
            "tokenizer.json: model.vocab gives the token \"!\" the id -1, which is not in 0 to 4194303");
        row("vocab id huge", json, "\"!\": 0", "\"!\": 4294967296",
            "tokenizer.json: model.vocab gives the token \"!\" the id 4294967296");
        row("vocab id 2^63", json, "\"!\": 0", "\"!\": 9223372036854775808",
            "tokenizer.json: model.vocab must give the token \"!\" an integer id");
        row("vocab id twice", json, "\"!\": 0", "\"!\": 1",
            "tokenizer.json: the vocabulary gives the id 1 to two tokens, one of them \"\\\"\"");
        row("token twice", json, "\"!\": 0", "\"!\": 0, \"!\": 5000",
            "tokenizer.json: the vocabulary holds the token \"!\" twice");
        row("byte missing", json, "\"!\": 0", "\"!!!!\": 0",
            "tokenizer.json: the vocabulary has no token \"!\" for the byte 33");
        row("vocab array", json, "\"vocab\": {", "\"vocab\": [], \"v\": {",
            "tokenizer.json: model.vocab is missing");
        row("unknown merge", json, "\"\u0120 \u0120\"", "\"\u0120 qqqq\"",
            "tokenizer.json: the merge of \"\\u0120\" and \"qqqq\" needs the token \"qqqq\", which is not in "
            "the vocabulary");
        row("merge of three", json, "\"\u0120 \u0120\"", "\"\u0120 \u0120 \u0120\"",
            "tokenizer.json: model.merges[0] must be two tokens with one space between them");
        row("merge number", json, "\"\u0120 \u0120\"", "7",
            "tokenizer.json: model.merges near entry 0 must hold pairs");
        row("merge pair of three", json, "\"\u0120 \u0120\"", "[\"a\", \"b\", \"c\"]",
            "tokenizer.json: model.merges near entry 1 must hold pairs");
        row("both kinds of merges", json, "\"\u0120 \u0120\"", "[\"a\", \"b\"]",
            "tokenizer.json: model.merges near entry 1 must hold pairs");
        row("nested merge", json, "\"\u0120 \u0120\"", "[[\"a\"]]",
            "tokenizer.json: model.merges near entry 1 must hold pairs");
        row("added id taken", json, "\"id\": 856", "\"id\": 3",
            "tokenizer.json: added_tokens[0] has the id 3, which another token has");
        row("added id huge", json, "\"id\": 856", "\"id\": 99999999999",
            "tokenizer.json: added_tokens[0].id must be an integer from 0 to 4194303, not 99999999999");
        row("added text empty", json, "\"<|endoftext|>\"", "\"\"",
            "tokenizer.json: added_tokens[0].content is empty");
        row("added text twice", json, "\"<|endoftext|>\"", "\"<|im_end|>\"",
            "tokenizer.json: added_tokens[2].content is there twice");
        row("added not array", json, "\"added_tokens\": [", "\"added_tokens\": 7, \"x\": [",
            "tokenizer.json: added_tokens must be an array, not 7");
        row("merges line", "merges.txt", "\u0120 \u0120", "\u0120",
            "merges.txt: line 2 must be two tokens with one space between them");
        row("merges unknown", "merges.txt", "\u0120 \u0120", "\u0120 qqqq",
            "merges.txt: the merge of \"\\u0120\" and \"qqqq\" needs the token");
        row("vocab.json array", "vocab.json", "", "[]", "vocab.json: the file must be an object");
        row("vocab.json nested", "vocab.json", "\"!\": 0", "\"!\": {}",
            "vocab.json: the file must give the token \"!\" an integer id");
        row("vocab.json cut", "vocab.json", "", "{\"a\": 1", "vocab.json: is not valid JSON at byte 8");
        row("decoder missing", "tokenizer_config.json", "added_tokens_decoder", "x",
            "tokenizer_config.json: added_tokens_decoder is missing");
        row("decoder id", "tokenizer_config.json", "\"856\"", "\"-1\"",
            "tokenizer_config.json: added_tokens_decoder.-1 must be named by an id from 0 to 4194303");
        row("decoder content", "tokenizer_config.json", "\"<|endoftext|>\"", "null",
            "tokenizer_config.json: added_tokens_decoder.856.content is missing");
        row("deep", "tokenizer_config.json", "null",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            "tokenizer_config.json: arrays and objects are nested deeper");
    }
    void refusesDamage() {
        QFETCH(QString, file);
        QFETCH(QString, before);
        QFETCH(QString, after);
        QFETCH(bool, unsupported);
        QFETCH(QString, message);
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        for (const char* name : {"tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json"})
            if (file != "tokenizer.json" ? std::string(name) != "tokenizer.json" : file == name)
                fs::copy_file(data_folder / "tiny" / name, root / name);
        const fs::path target = root / file.toStdString();
        std::string bytes = readWholeFile(target);
        if (before.isEmpty()) {
            bytes = after.toStdString();
            if (const auto at = bytes.find("\\xff"); at != std::string::npos)
                bytes = bytes.substr(0, at).append(1, '\xff').append(bytes.substr(at + 4));
        } else {
            const auto at = bytes.find(before.toStdString());
            QVERIFY2(at != std::string::npos, "the test's file has changed");
            bytes.replace(at, before.toStdString().size(), after.toStdString());
        }
        writeFile(target, bytes);
        const auto kind = unsupported ? ErrorKind::unsupported : ErrorKind::invalid_model;
        const QString refusal = QString::fromStdString(loadRefusal(root, kind));
        QVERIFY2(refusal.startsWith(message), qPrintable(refusal));
    }

    void refusesMissingFiles() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        QVERIFY(loadRefusal(root, ErrorKind::invalid_model).find("the folder has no tokenizer") !=
                std::string::npos);
        fs::copy_file(data_folder / "tiny" / "vocab.json", root / "vocab.json");
        QCOMPARE(loadRefusal(root, ErrorKind::invalid_model), std::string("merges.txt: the file is missing"));
        fs::copy_file(data_folder / "tiny" / "merges.txt", root / "merges.txt");
        QCOMPARE(loadRefusal(root, ErrorKind::invalid_model),
                 std::string("tokenizer_config.json: the file is missing"));
        fs::create_directory(root / "tokenizer.json");
        QCOMPARE(loadRefusal(root, ErrorKind::invalid_model),
                 std::string("tokenizer.json: is not a regular file"));
    }

    // Whatever bytes are changed, there is a tokenizer or an Error, and a tokenizer can encode.
    void survivesRandomDamage() {
        const std::uint32_t seed = QRandomGenerator::global()->generate();
        QRandomGenerator random(seed);
        const std::string original = readWholeFile(data_folder / "tiny" / "tokenizer.json");
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        int refused = 0;
        for (int round = 0; round < 200; ++round) {
            std::string bytes = original;
            for (int i = 0; i < 3; ++i)
                bytes[static_cast<std::size_t>(random.bounded(static_cast<int>(bytes.size())))] =
                    static_cast<char>(random.bounded(256));
            writeFile(root / "tokenizer.json", bytes);
            try {
                const auto tokenizer = Tokenizer::load(root);
                const std::string text = "The quick <|im_end|> brown \xe4\xb8\xad fox";
                (void)tokenizer->decode(tokenizer->encodeTrusted(text), false);
            } catch (const Error& error) {
                ++refused;
                QVERIFY2(std::string(error.what()).starts_with("tokenizer.json: "),
                         qPrintable(QString("seed %1: %2").arg(seed).arg(error.what())));
            }
        }
        QVERIFY(refused > 50);
    }
};

QTEST_APPLESS_MAIN(TokenizerTest)
#include "tokenizer_test.moc"
