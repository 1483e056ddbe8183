// Where the questions of a benchmark point on a page whose words are known.
#include <QTest>

#include "inference/tools/question_place.h"

using namespace sightline;

namespace {

void addLine(Page& page, const std::vector<std::string>& words, double left, double top) {
    Line line;
    for (const std::string& text : words) {
        const double right = left + 10 * static_cast<double>(text.size());
        line.words.push_back({text, quadOf({left, top, right, top + 20}), 1});
        line.text += (line.text.empty() ? "" : " ") + text;
        left = right + 10;
    }
    line.quad = line.words.front().quad;
    line.quad[1] = line.words.back().quad[1];
    line.quad[2] = line.words.back().quad[2];
    Block block;
    block.lines.push_back(line);
    block.box = boundingBox(line.quad);
    page.blocks.push_back(block);
}

Page dialog() {
    Page page;
    page.width = 500;
    page.height = 200;
    addLine(page, {"Print", "the", "whole", "document"}, 0, 0);
    addLine(page, {"Print"}, 100, 50);
    addLine(page, {"Cancel"}, 300, 50);
    addLine(page, {"Show", "hidden", "files"}, 100, 100);
    return page;
}

}  // namespace

class QuestionPlaceTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void pointsAtTheWords_data();
    void pointsAtTheWords();
    void knowsWhatIsNotThere();
};

void QuestionPlaceTest::pointsAtTheWords_data() {
    QTest::addColumn<QString>("question");
    QTest::addColumn<Thousandths>("place");
    QTest::newRow("content word") << "Where is the Cancel button?" << Thousandths{600, 250, 720, 350};
    QTest::newRow("quoted") << "Where is “Show hidden files”?" << Thousandths{200, 500, 540, 600};
    QTest::newRow("straight quotes") << "Where is \"hidden\"?" << Thousandths{300, 500, 420, 600};
    QTest::newRow("a whole label first") << "Where is the Print button?" << Thousandths{200, 250, 300, 350};
    QTest::newRow("one of the words")
        << "Where is the blue Cancel button?" << Thousandths{600, 250, 720, 350};
    QTest::newRow("a letter misread") << "Where is the Cencel button?" << Thousandths{600, 250, 720, 350};
}

void QuestionPlaceTest::pointsAtTheWords() {
    QFETCH(QString, question);
    QFETCH(Thousandths, place);
    const auto found = placeOf(dialog(), question.toStdString());
    QVERIFY(found);
    QCOMPARE(*found, place);
}

void QuestionPlaceTest::knowsWhatIsNotThere() {
    QVERIFY(!placeOf(dialog(), "Where is the Zoom button?"));
    QVERIFY(!placeOf(dialog(), "Where is it?"));
    QVERIFY(!placeOf(dialog(), ""));
    QVERIFY(!placeOf(Page(), "Where is the Cancel button?"));
}

QTEST_GUILESS_MAIN(QuestionPlaceTest)
#include "question_place_test.moc"
