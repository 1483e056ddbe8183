// Bullets, leaders and look-alikes.
#include "inference/reading/line_marks.h"

#include <QTest>
#include <cmath>

#include "tests/inference/reading/drawing.h"

using namespace sightline;
using namespace sightline::test;

namespace {

constexpr int height = 30;

cv::Mat emptyLine() {
    return whitePicture(300, height);
}

QString read(const std::vector<Character>& characters) {
    return QString::fromStdU32String(textOf(characters));
}

// `count` dots of 2 x 2, `step` pixels apart, from x = 60 on, and a dot read for each.
struct Dotted {
    cv::Mat line = emptyLine();
    std::vector<Character> characters = charactersOf(U"title");

    explicit Dotted(int count, int step = 6) {
        drawLetters(line, 0, 8, 14, 5);
        for (int i = 0; i < count; ++i) {
            drawRect(line, {60 + step * i, 20, 2, 2});
            characters.push_back({U'.', 61.0 + step * i, 1});
        }
    }
};

}  // namespace

class LineMarksTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void seesBullets_data() {
        QTest::addColumn<QString>("read_as");
        QTest::addColumn<int>("radius");
        QTest::addColumn<bool>("filled");
        QTest::addColumn<int>("y");
        QTest::addColumn<QString>("repaired");
        QTest::newRow("disc") << "o abc" << 4 << true << 15 << "\u2022 abc";
        QTest::newRow("disc read as a dot") << ". abc" << 3 << true << 15 << "\u2022 abc";
        QTest::newRow("ring") << "o abc" << 4 << false << 15 << "\u25e6 abc";
        QTest::newRow("a letter o is larger") << "o abc" << 7 << false << 15 << "o abc";
        QTest::newRow("a dot stands on the ground") << ". abc" << 2 << true << 25 << ". abc";
        QTest::newRow("another letter") << "x abc" << 4 << true << 15 << "x abc";
        QTest::newRow("no space after it") << "oabc" << 4 << true << 15 << "oabc";
        QTest::newRow("alone") << "o" << 4 << true << 15 << "\u2022";
    }

    void seesBullets() {
        QFETCH(QString, read_as);
        QFETCH(int, radius);
        QFETCH(bool, filled);
        QFETCH(int, y);
        QFETCH(QString, repaired);
        cv::Mat line = emptyLine();
        for (int dy = -radius; dy <= radius; ++dy) {
            for (int dx = -radius; dx <= radius; ++dx) {
                const double distance = std::hypot(dx, dy);
                if (distance <= radius + 0.4 && (filled || distance > radius - 0.8))
                    line.at<cv::Vec3b>(y + dy, 8 + dx) = {0, 0, 0};
            }
        }
        auto characters = charactersOf(read_as.toStdU32String(), 20);
        if (characters.size() > 1) drawLetters(line, 50, 8, 14, 20);
        repairBullet(line, characters);
        QCOMPARE(read(characters), repaired);
    }

    void countsTheDotsAtTheEnd_data() {
        QTest::addColumn<int>("drawn");
        QTest::addColumn<QString>("read_as");
        QTest::addColumn<QString>("repaired");
        QTest::newRow("one left out") << 3 << "title.."
                                      << "title...";
        QTest::newRow("two left out") << 3 << "title."
                                      << "title...";
        QTest::newRow("one too many") << 3 << "title...."
                                      << "title...";
        QTest::newRow("as drawn") << 3 << "title..."
                                  << "title...";
        QTest::newRow("two are two") << 2 << "title.."
                                     << "title..";
        QTest::newRow("more may be a leader") << 5 << "title.."
                                              << "title..";
        QTest::newRow("no dot was read") << 3 << "title"
                                         << "title";
        QTest::newRow("letters after them") << 3 << "titled by a dot."
                                            << "titled by a dot.";
    }

    void countsTheDotsAtTheEnd() {
        QFETCH(int, drawn);
        QFETCH(QString, read_as);
        QFETCH(QString, repaired);
        const Dotted dotted(drawn);
        auto characters = charactersOf(read_as.toStdU32String());
        repairEllipsis(dotted.line, characters);
        QCOMPARE(read(characters), repaired);
        QVERIFY(centersRise(characters));
    }

    void survivesTinyLines() {
        for (const cv::Size size : {cv::Size(1, 1), cv::Size(2, 30), cv::Size(30, 2)}) {
            auto characters = charactersOf(U"o");
            const cv::Mat line = whitePicture(size.width, size.height);
            repairBullet(line, characters);
            removeLeaders(line, characters);
            repairEllipsis(line, characters);
            QCOMPARE(read(characters), QString("o"));
        }
        std::vector<Character> none;
        repairBullet(emptyLine(), none);
        removeLeaders(emptyLine(), none);
        repairLookAlikes(none);
        QVERIFY(none.empty() && !isMarkOnly(none));
    }

    void removesLeaders() {
        Dotted dotted(20);
        drawLetters(dotted.line, 200, 8, 14, 2);
        dotted.characters.push_back({U'1', 204, 1});
        dotted.characters.push_back({U'2', 214, 1});
        removeLeaders(dotted.line, dotted.characters);
        QCOMPARE(read(dotted.characters), QString("title 12"));
        QVERIFY(centersRise(dotted.characters));
    }

    void addsNoSecondSpace() {
        Dotted dotted(20);
        dotted.characters.insert(dotted.characters.begin() + 5, {U' ', 54, 1});
        dotted.characters.push_back({U'1', 204, 1});
        removeLeaders(dotted.line, dotted.characters);
        QCOMPARE(read(dotted.characters), QString("title 1"));
    }

    void addsNoSpaceAtTheEnd() {
        Dotted dotted(20);
        removeLeaders(dotted.line, dotted.characters);
        QCOMPARE(read(dotted.characters), QString("title"));
    }

    // A straightened picture has thin rules that fell apart.
    void leavesLettersOverABrokenRule() {
        Dotted dotted(0);
        drawLetters(dotted.line, 60, 8, 14, 5);
        for (const char32_t code : U"below")
            if (code != 0) dotted.characters.push_back({code, 10.0 * dotted.characters.size() + 14, 1});
        for (int x = 0; x < 120; x += 6)
            drawRect(dotted.line, {x, 26, 3, 1});
        const QString before = read(dotted.characters);
        removeLeaders(dotted.line, dotted.characters);
        QCOMPARE(read(dotted.characters), before);
    }

    void leavesAFewDots() {
        // An ellipsis, and dots that are set wide.
        for (const int step : {6, 20}) {
            Dotted dotted(5, step);
            removeLeaders(dotted.line, dotted.characters);
            QCOMPARE(read(dotted.characters), QString("title....."));
        }
    }

    void leavesUnevenDots() {
        Dotted dotted(0);
        for (const int x : {60, 66, 90, 96, 130, 134, 160, 190, 196}) {
            drawRect(dotted.line, {x, 20, 2, 2});
            dotted.characters.push_back({U'.', x + 1.0, 1});
        }
        removeLeaders(dotted.line, dotted.characters);
        QCOMPARE(dotted.characters.size(), std::size_t{14});
    }

    void repairsLookAlikes_data() {
        QTest::addColumn<QString>("read_as");
        QTest::addColumn<QString>("repaired");
        for (const auto& [before, after] :
             std::vector<std::pair<const char*, const char*>>{{"I", "1"},
                                                              {"l", "1"},
                                                              {"In", "In"},
                                                              {"fi1es", "files"},
                                                              {"/1ib", "/lib"},
                                                              {"a1b", "a1b"},
                                                              {"sha1sum2", "sha1sum2"},
                                                              {"A1bc", "A1bc"},
                                                              {"x1 bc", "x1 bc"},
                                                              {"1ab", "1ab"}})
            QTest::newRow(before) << before << after;
    }

    void repairsLookAlikes() {
        QFETCH(QString, read_as);
        QFETCH(QString, repaired);
        auto characters = charactersOf(read_as.toStdU32String());
        repairLookAlikes(characters);
        QCOMPARE(read(characters), repaired);
    }

    void knowsMarks() {
        QVERIFY(isMarkOnly(charactersOf(U"{")));
        QVERIFY(isMarkOnly(charactersOf(U"######")));
        QVERIFY(!isMarkOnly(charactersOf(U"#######")));
        QVERIFY(!isMarkOnly(charactersOf(U"#1")));
        QVERIFY(!isMarkOnly(charactersOf(U"# #")));
    }
};

QTEST_GUILESS_MAIN(LineMarksTest)
#include "line_marks_test.moc"
