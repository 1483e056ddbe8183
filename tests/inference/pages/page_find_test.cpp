// Page::find: what is forgiven and what is not, where a match lies, and a comparison with all substrings.
#include <QTest>
#include <cmath>
#include <random>

#include "tests/inference/pages/page_builder.h"

using namespace sightline;
using namespace sightline::test;

namespace {

Page pageWith(const std::vector<std::string>& lines) {
    return pageOf({pageBlock(BlockKind::paragraph, 0, lines)});
}

int editDistance(const std::string& a, const std::string& b) {
    std::vector<int> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

// Letters [first, last] of a line made by pageLine() without its spaces.
struct Range {
    std::size_t first = 0;
    std::size_t last = 0;
};

Range lettersIn(const std::string& line, const Box& box) {
    const auto without_spaces = [&line](double x) {
        const auto end = line.begin() + static_cast<std::ptrdiff_t>(std::lround(x / character_width));
        return static_cast<std::size_t>((end - line.begin()) - std::count(line.begin(), end, ' '));
    };
    return {without_spaces(box.left), without_spaces(box.right) - 1};
}

}  // namespace

class PageFindTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void forgives_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("query");
        QTest::addColumn<double>("similarity");  // 0: not found
        QTest::newRow("equal") << "Save all files"
                               << "all" << 1.0;
        QTest::newRow("case") << "SAVE all"
                              << "save ALL" << 1.0;
        QTest::newRow("accents' case") << "\u00c4PFEL \u0141\u00d3D\u0179"
                                       << "\u00e4pfel \u0142\u00f3d\u017a" << 1.0;
        QTest::newRow("Greek case") << "\u039f\u03b4\u03cc\u03c2"
                                    << "\u03bf\u0394\u038c\u03c3" << 1.0;
        QTest::newRow("Cyrillic case") << "\u041c\u0418\u0420 \u0401"
                                       << "\u043c\u0438\u0440 \u0451" << 1.0;
        QTest::newRow("no space") << "data base"
                                  << "database" << 1.0;
        QTest::newRow("more spaces") << "database"
                                     << " da ta\u3000base " << 1.0;
        QTest::newRow("full width") << "\uff21\uff22\uff23\uff01"
                                    << "abc!" << 1.0;
        QTest::newRow("quotes and dashes") << "\u201cit\u2019s\u201d a\u2013b"
                                           << "\"it's\" a-b" << 1.0;
        QTest::newRow("one wrong letter in five") << "a house here"
                                                  << "hoose" << 0.8;
        QTest::newRow("one letter too many in five") << "a hoouse here"
                                                     << "house" << 0.8;
        QTest::newRow("one letter missing in five") << "a huse here"
                                                    << "house" << 0.8;
        QTest::newRow("one wrong letter in four") << "find me"
                                                  << "fund" << 0.0;
        QTest::newRow("two wrong letters in five") << "a house here"
                                                   << "hoosy" << 0.0;
        QTest::newRow("two wrong letters in ten") << "houses here"
                                                  << "hoosesherr" << 0.8;
        QTest::newRow("first letter wrong") << "house"
                                            << "mouse" << 0.8;
        QTest::newRow("another word") << "house"
                                      << "tiger" << 0.0;
        QTest::newRow("longer than the text") << "house"
                                              << "houses and more" << 0.0;
        QTest::newRow("one Chinese character") << "\u4e2d\u6587\u5b57"
                                               << "\u6587" << 1.0;
        QTest::newRow("another Chinese character") << "\u4e2d\u6587\u5b57"
                                                   << "\u6728" << 0.0;
        QTest::newRow("empty") << "house"
                               << "" << 0.0;
        QTest::newRow("spaces only") << "house"
                                     << " \u3000\t\n"
                                     << 0.0;
    }

    void forgives() {
        QFETCH(QString, text);
        QFETCH(QString, query);
        QFETCH(double, similarity);
        const auto matches = pageWith({text.toStdString()}).find(query.toStdString());
        QCOMPARE(matches.size(), std::size_t{similarity > 0 ? 1U : 0U});
        if (!matches.empty()) QCOMPARE(matches[0].similarity, similarity);
    }

    void takesOnlyItsShareOfAWord() {
        const auto chinese = pageWith({"\u4e2d\u6587\u5b57"}).find("\u6587");
        QCOMPARE(chinese.size(), std::size_t{1});
        QCOMPARE(chinese[0].box.left, 10.0);
        QCOMPARE(chinese[0].box.right, 20.0);
        const auto words = pageWith({"say hello world"}).find("low");
        QCOMPARE(words.size(), std::size_t{1});
        QCOMPARE(words[0].box.left, 70.0);
        QCOMPARE(words[0].box.right, 110.0);
        QCOMPARE(words[0].box.bottom, 20.0);
        QCOMPARE(words[0].text, std::string("hello world"));
    }

    void followsALineIntoTheNext() {
        const auto matches = pageWith({"x", "the end of", "a line"}).find("of a");
        QCOMPARE(matches.size(), std::size_t{1});
        const Match& match = matches[0];
        QCOMPARE(match.line, 1);
        QCOMPARE(match.text, std::string("of a"));
        QCOMPARE(match.quads.size(), std::size_t{2});
        QCOMPARE(boundingBox(match.quads[0]).left, 80.0);
        QCOMPARE(boundingBox(match.quads[1]).right, 10.0);
        QCOMPARE(match.box.left, 0.0);
        QCOMPARE(match.box.top, 25.0);
        QCOMPARE(match.box.right, 100.0);
        QCOMPARE(match.box.bottom, 70.0);
    }

    void endsWithItsBlock() {
        const Page page =
            pageOf({pageBlock(BlockKind::label, 0, {"Open"}), pageBlock(BlockKind::label, 1, {"file"})});
        QVERIFY(page.find("open file").empty());
    }

    void putsTheBestFirst() {
        const Page page =
            pageOf({pageBlock(BlockKind::label, 0, {"housx"}), pageBlock(BlockKind::label, 1, {"house"}),
                    pageBlock(BlockKind::label, 2, {"hxuse"}), pageBlock(BlockKind::label, 3, {"House"})});
        std::vector<int> blocks;
        for (const Match& match : page.find("house"))
            blocks.push_back(match.block);
        QVERIFY((blocks == std::vector<int>{1, 3, 0, 2}));
        QCOMPARE(page.find("house", {.limit = 3}).size(), std::size_t{3});
        QCOMPARE(page.find("house", {.limit = 3})[2].block, 0);
        QVERIFY(page.find("house", {.limit = 0}).empty());
        QVERIFY(page.find("house", {.limit = -1}).empty());
        QCOMPARE(page.find("house", {.least_similarity = 1}).size(), std::size_t{2});
    }

    void findsEveryOne() {
        const auto matches = pageWith({"no no no", "no"}).find("no");
        QCOMPARE(matches.size(), std::size_t{4});
        QCOMPARE(matches[1].box.left, 30.0);
        QCOMPARE(matches[3].line, 1);
    }

    void keepsTheBetterOfTwoThatOverlap() {
        // "abdab" is not far off, but its end is the beginning of what is exact.
        const auto matches = pageWith({"abdabcab"}).find("abcab");
        QCOMPARE(matches.size(), std::size_t{1});
        QCOMPARE(matches[0].similarity, 1.0);
        QCOMPARE(matches[0].box.left, 30.0);
    }

    void survivesAnyBytes() {
        const Page page = pageWith({"a\xff\xe4\xb8", "\xf0\x9f", "\xc3"});
        for (const char* query : {"\xff", "\xe4\xb8", "\xf0\x9f\x98", "\xc3", "\x80\x80"})
            page.find(query);
        QVERIFY(page.find(std::string(100'000, 'a')).empty());
        // A byte that is no part of a character doesn't swallow the letter after it.
        QCOMPARE(pageWith({"\xc3house"}).find("house").size(), std::size_t{1});
        QCOMPARE(pageWith({"\xc3house"}).find("house")[0].similarity, 1.0);
    }

    // Against the edit distance to every piece of the text.
    void equalsASearchOfAllPieces() {
        std::mt19937 random(11);
        const auto pick = [&random](int least, int most) {
            return std::uniform_int_distribution<int>(least, most)(random);
        };
        int found = 0;
        for (int round = 0; round < 1500; ++round) {
            std::string line;
            for (int words = pick(1, 4); words > 0; --words) {
                for (int letters = pick(1, 8); letters > 0; --letters)
                    line += static_cast<char>('a' + pick(0, 2));
                line += words > 1 ? " " : "";
            }
            std::string query;
            for (int letters = pick(1, 11); letters > 0; --letters)
                query += static_cast<char>('a' + pick(0, 2));
            std::string text = line;
            text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
            const int most_errors = static_cast<int>(query.size()) / 5;
            const std::string context = "'" + query + "' in '" + line + "'";

            std::vector<Range> taken;
            int least = most_errors + 1;
            for (const Match& match : pageWith({line}).find(query)) {
                const Range range = lettersIn(line, match.box);
                const int errors =
                    editDistance(text.substr(range.first, range.last - range.first + 1), query);
                QVERIFY2(errors <= most_errors, context.c_str());
                QCOMPARE(match.similarity, 1.0 - errors / static_cast<double>(query.size()));
                least = std::min(least, errors);
                for (const Range& other : taken)
                    QVERIFY2(range.last < other.first || other.last < range.first, context.c_str());
                taken.push_back(range);
                ++found;
            }
            for (std::size_t first = 0; first < text.size(); ++first) {
                for (std::size_t last = first; last < text.size(); ++last) {
                    const int errors = editDistance(text.substr(first, last - first + 1), query);
                    if (errors > most_errors) continue;
                    QVERIFY2(errors >= least, context.c_str());
                    // What is equal is a match or overlaps one.
                    if (errors > 0) continue;
                    QVERIFY2(std::any_of(taken.begin(), taken.end(),
                                         [&](const Range& range) {
                                             return first <= range.last && range.first <= last;
                                         }),
                             context.c_str());
                }
            }
        }
        QVERIFY(found > 250);
    }
};

QTEST_GUILESS_MAIN(PageFindTest)
#include "page_find_test.moc"
