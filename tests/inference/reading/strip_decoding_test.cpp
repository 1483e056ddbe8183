// Columns of scores as text: runs, places, and the script of every line.
#include "inference/reading/strip_decoding.h"

#include <QTest>

#include "inference/reading/alphabet.h"
#include "tests/inference/reading/drawing.h"

using namespace sightline;
using namespace sightline::test;

namespace {

const std::u32string alphabet = std::u32string(1, U'\0') + U"abcO\u039f\u03b1\u03b2\u03b3\u4e2d\u6587\u53e3 ";

class Letters final : public TextNetworks {
  public:
    cv::Mat detect(const cv::Mat&) override { return {}; }
    std::vector<std::vector<StripColumn>> recognize(const std::vector<cv::Mat>&) override { return {}; }
    const std::u32string& alphabet() const override { return ::alphabet; }
    bool isLatin(std::int32_t character_class) const override {
        return isLatinCharacter(::alphabet.at(static_cast<std::size_t>(character_class)));
    }
};

std::int32_t classOf(char32_t code) {
    return static_cast<std::int32_t>(alphabet.find(code));
}

StripColumn column(char32_t best, float probability = 0.9F, char32_t latin = 0,
                   float latin_probability = 0.5F) {
    return {classOf(best), probability, classOf(latin), latin_probability};
}

// Every character one column and a blank one.
StripColumns lineOf(std::u32string_view text, float probability = 0.9F) {
    StripColumns columns;
    for (const char32_t code : text) {
        columns.push_back(column(code, probability));
        columns.push_back(column(0));
    }
    return columns;
}

}  // namespace

class StripDecodingTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void readsRuns() {
        const StripColumns columns{column(0), column(U'a'), column(U'a'), column(U'b'), column(0),
                                   column(0), column(U'b'), column(U' '), column(U'c')};
        QCOMPARE(QString::fromStdU32String(textOf(decode(columns, LineScript::any, alphabet, 1))),
                 QString("abb c"));
        QVERIFY(decode({column(0), column(0)}, LineScript::any, alphabet, 1).empty());
        QVERIFY(decode({}, LineScript::any, alphabet, 1).empty());
    }

    void placesCharacters() {
        const StripColumns columns{column(0), column(U'a', 0.2F), column(U'a', 0.6F), column(U'b', 0.5F)};
        const auto characters = decode(columns, LineScript::any, alphabet, 1);
        QCOMPARE(characters.size(), std::size_t{2});
        QVERIFY(std::abs(characters[0].center - (1.75 + 0.5) * 8) < 1e-4);
        QVERIFY(std::abs(characters[1].center - (3 + 0.5) * 8) < 1e-4);
        QVERIFY(std::abs(characters[0].confidence - 0.6) < 1e-6);
        QVERIFY(std::abs(decode(columns, LineScript::any, alphabet, 4)[1].center - 7) < 1e-4);
        QVERIFY(std::abs(meanConfidence(characters) - 0.55) < 1e-6);
        QCOMPARE(meanConfidence({}), 0.0);
    }

    void readsOnlyWhatTheScriptAllows() {
        const StripColumns columns{column(U'\u039f', 0.6F, U'O', 0.3F), column(0),
                                   column(U'a', 0.9F, U'a', 0.9F)};
        QVERIFY(textOf(decode(columns, LineScript::any, alphabet, 1)) == U"\u039fa");
        const auto latin = decode(columns, LineScript::latin, alphabet, 1);
        QVERIFY(textOf(latin) == U"Oa");
        QVERIFY(std::abs(latin[0].confidence - 0.3) < 1e-6);
    }

    void findsTheScriptOfALine_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<bool>("latin");
        QTest::newRow("Latin") << "abcab" << true;
        QTest::newRow("Greek") << "\u03b1\u03b2\u03b3 a" << false;
        QTest::newRow("two Greek letters") << "\u03b1\u03b2" << true;
        QTest::newRow("mostly Latin") << "\u03b1\u03b2\u03b3 abc" << true;
        QTest::newRow("Chinese") << "ab \u4e2d\u6587" << false;
        QTest::newRow("empty") << "" << true;
    }

    void findsTheScriptOfALine() {
        QFETCH(QString, line);
        QFETCH(bool, latin);
        const auto scripts = scriptsOf({lineOf(line.toStdU32String())}, Letters{});
        QCOMPARE(scripts.size(), std::size_t{1});
        QCOMPARE(scripts[0] == LineScript::latin, latin);
    }

    void aLoneWideCharacterIsALookAlike() {
        // One in 60 is less than three in a hundred, two are not.
        const std::u32string text(59, U'a');
        const StripColumns wide = lineOf(U"\u53e3");
        auto scripts = scriptsOf({lineOf(text), wide}, Letters{});
        QVERIFY(scripts[0] == LineScript::latin && scripts[1] == LineScript::latin);
        scripts = scriptsOf({lineOf(text), wide, wide}, Letters{});
        QVERIFY(scripts[0] == LineScript::latin && scripts[1] == LineScript::any &&
                scripts[2] == LineScript::any);
        // Nor is one that is not sure.
        QVERIFY(scriptsOf({lineOf(U"\u53e3", 0.5F)}, Letters{})[0] == LineScript::latin);
        QVERIFY(scriptsOf({lineOf(U"\u03b1\u03b2\u03b3", 0.5F)}, Letters{})[0] == LineScript::latin);
    }
};

QTEST_GUILESS_MAIN(StripDecodingTest)
#include "strip_decoding_test.moc"
