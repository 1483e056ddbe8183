// Refusals of JSON from outside: size, depth, encoding, types and ranges, each with the file and the field.
#include "inference/files/json_file.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "inference/error.h"

using namespace sightline;

namespace {

// The message of the Error(invalid_model) that `work` throws, or what went wrong instead.
template <typename Work>
std::string refusal(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind() == ErrorKind::invalid_model ? error.what() : "another kind of error";
    } catch (const std::exception& error) {
        return std::string("not an Error: ") + error.what();
    }
    return "accepted";
}

}  // namespace

class JsonFileTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void readsFields() {
        const auto json = parseJson(R"({"a": {"b": 7, "f": 1.5, "s": "x", "n": null, "t": true}})", "c.json");
        QCOMPARE(requireInt(json, "a.b", 0, 10, "c.json"), 7);
        QCOMPARE(requireNumber(json, "a.f", 0, 2, "c.json"), 1.5);
        QCOMPARE(requireNumber(json, "a.b", 0, 10, "c.json"), 7.0);
        QCOMPARE(requireString(json, "a.s", "c.json"), std::string("x"));
        QVERIFY(requireBool(json, "a.t", "c.json"));
        QCOMPARE(optionalInt(json, "a.n", 0, 10, 3, "c.json"), 3);
        QCOMPARE(optionalInt(json, "z.y.x", 0, 10, 4, "c.json"), 4);
        QCOMPARE(optionalString(json, "a.s", "y", "c.json"), std::string("x"));
    }

    void refusesFields_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        const QString range = "c.json: a.b must be an integer from 1 to 100, not ";
        QTest::newRow("missing") << R"({"a": {}})"
                                 << "c.json: a.b is missing";
        QTest::newRow("null") << R"({"a": {"b": null}})"
                              << "c.json: a.b is missing";
        QTest::newRow("float") << R"({"a": {"b": 3.0}})" << range + "3.0";
        QTest::newRow("string") << R"({"a": {"b": "3"}})" << range + "\"3\"";
        QTest::newRow("bool") << R"({"a": {"b": true}})" << range + "true";
        QTest::newRow("low") << R"({"a": {"b": 0}})" << range + "0";
        QTest::newRow("negative") << R"({"a": {"b": -1}})" << range + "-1";
        QTest::newRow("2^63") << R"({"a": {"b": 9223372036854775808}})" << range + "9223372036854775808";
        QTest::newRow("array") << R"({"a": {"b": [1]}})" << range + "an array";
        QTest::newRow("no object") << R"({"a": [1]})"
                                   << "c.json: a must be an object, not an array";
        QTest::newRow("no root") << "[1]"
                                 << "c.json: the file must be an object, not an array";
    }
    void refusesFields() {
        QFETCH(QString, text);
        QFETCH(QString, message);
        const auto json = parseJson(text.toStdString(), "c.json");
        QCOMPARE(QString::fromStdString(refusal([&] { requireInt(json, "a.b", 1, 100, "c.json"); })),
                 message);
    }

    void refusesText_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("empty") << QByteArray() << "c.json: is not valid JSON at byte 1";
        QTest::newRow("cut") << QByteArray("{\"a\": ") << "c.json: is not valid JSON at byte 7";
        QTest::newRow("not UTF-8") << QByteArray("{\"a\": \"\xff\"}")
                                   << "c.json: is not valid JSON at byte 8";
        QTest::newRow("NaN") << QByteArray("{\"a\": NaN}") << "c.json: is not valid JSON at byte 7";
        QTest::newRow("huge number") << QByteArray("{\"a\": 1e999}")
                                     << "c.json: holds a number that is out of range";
        QTest::newRow("deep") << QByteArray(1000000, '[')
                              << "c.json: arrays and objects are nested deeper than 64 levels (byte 64)";
        QTest::newRow("deep objects")
            << QByteArray("{\"a\":").repeated(100000)
            << "c.json: arrays and objects are nested deeper than 64 levels (byte 320)";
    }
    void refusesText() {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        QCOMPARE(QString::fromStdString(refusal([&] { parseJson(text.toStdString(), "c.json"); })), message);
        QCOMPARE(QString::fromStdString(refusal([&] { parseOrderedJson(text.toStdString(), "c.json"); })),
                 message);
    }

    void bracketsInStringsAreNotDepth() {
        const std::string brackets(1000, '[');
        QCOMPARE(requireString(parseJson(R"({"a": "\")" + brackets + "\"}", "c.json"), "a", "c.json"),
                 "\"" + brackets);
    }

    void refusesFiles() {
        QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        QCOMPARE(refusal([&] { readJsonFile(root / "none.json"); }),
                 std::string("none.json: the file is missing"));
        QCOMPARE(refusal([&] { readJsonFile(root); }), root.filename().string() + ": is not a regular file");
        std::ofstream(root / "big.txt") << "0123456789";
        QCOMPARE(refusal([&] { readWholeFile(root / "big.txt", 9); }),
                 std::string("big.txt: has 10 bytes, more than the 9 allowed"));
        QCOMPARE(readWholeFile(root / "big.txt", 10), std::string("0123456789"));
    }
};

QTEST_APPLESS_MAIN(JsonFileTest)
#include "json_file_test.moc"
