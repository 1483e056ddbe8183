// What the reading view needs to know of a page: where lines stand in the text and on the picture.
#include "app/pictures/read_text.h"

#include <QTest>

using namespace sightline;

namespace {

Line lineOf(const std::string& text, const Box& box, double confidence = 0.99) {
    Line line;
    line.text = text;
    line.raw_text = text;
    line.quad = quadOf(box);
    line.confidence = confidence;
    Word word;
    word.text = text;
    word.quad = line.quad;
    line.words.push_back(word);
    return line;
}

// Three lines below each other, 20 px high with 10 px between them, and one that stands on its own.
Page page() {
    Page made;
    made.width = 400;
    made.height = 300;
    made.confidence = 0.9;
    Block block;
    block.box = {10, 10, 200, 90};
    block.lines = {lineOf("one 一二 \xF0\x9F\x8C\x8A", {10, 10, 200, 30}),
                   lineOf("zwei", {10, 40, 100, 60}, 0.5), lineOf("trois", {10, 70, 150, 90})};
    Block alone;
    alone.row = 1;
    alone.box = {10, 200, 100, 220};
    alone.lines = {lineOf("quattro", {10, 200, 100, 220}, 0.6)};
    made.blocks = {block, alone};
    return made;
}

QString textOf(const ReadText& read, int line) {
    const ReadLine& found = read.lines[static_cast<std::size_t>(line)];
    return read.text.mid(found.begin, found.end - found.begin);
}

}  // namespace

class ReadTextTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void positionsAreThoseOfTheText();
    void linesAreFoundByPlace();
    void linesAreFoundBySelection();
    void doubtfulLinesComeRound();
    void slantedLinesAreFound();
    void wideGapsWantAFixedFont();
    void emptyPageHasNothing();
};

void ReadTextTest::positionsAreThoseOfTheText() {
    const ReadText read(page());
    QCOMPARE(read.lines.size(), std::size_t{4});
    // Chinese takes three bytes and one unit, the wave four bytes and two units.
    QCOMPARE(textOf(read, 0), QString::fromUtf8("one 一二 \xF0\x9F\x8C\x8A"));
    QCOMPARE(textOf(read, 1), QString("zwei"));
    QCOMPARE(textOf(read, 2), QString("trois"));
    QCOMPARE(textOf(read, 3), QString("quattro"));
    QCOMPARE(read.words, 4);
    QCOMPARE(read.confidence, 0.9);
    QVERIFY(read.markdown.contains("quattro"));
    QVERIFY(!read.aligned);
}

void ReadTextTest::linesAreFoundByPlace() {
    const ReadText read(page());
    QCOMPARE(read.lineAt({50, 20}), 0);
    QCOMPARE(read.lineAt({50, 50}), 1);
    QCOMPARE(read.lineAt({120, 50}), -1);  // behind the end of a short line
    QCOMPARE(read.lineAt({50, 35}), -1);
    QCOMPARE(read.nearestLine({50, 33}), 0);
    QCOMPARE(read.nearestLine({50, 38}), 1);
    QCOMPARE(read.nearestLine({160, 50}), 1);  // beside it, though another one is nearer
    QCOMPARE(read.nearestLine({390, 299}), 3);
    QCOMPARE(read.nearestLine({-50, -50}), 0);
}

void ReadTextTest::linesAreFoundBySelection() {
    const ReadText read(page());
    const auto& lines = read.lines;
    for (int i = 0; i < 4; ++i) {
        const ReadLine& line = lines[static_cast<std::size_t>(i)];
        QCOMPARE(read.lineOfPosition(line.begin), i);
        QCOMPARE(read.lineOfPosition(line.end), i);
        QCOMPARE(read.firstLineIn(line.begin, line.end), i);
        QCOMPARE(read.lastLineIn(line.begin, line.end), i);
        QCOMPARE(read.firstLineIn(line.end - 1, line.end), i);
        QCOMPARE(read.lastLineIn(line.begin, line.begin + 1), i);
    }
    QCOMPARE(read.firstLineIn(lines[0].end - 1, lines[2].begin + 1), 0);
    QCOMPARE(read.lastLineIn(lines[0].end - 1, lines[2].begin + 1), 2);
    // The line break alone belongs to no line.
    QCOMPARE(read.firstLineIn(lines[0].end, lines[1].begin), -1);
    QCOMPARE(read.lastLineIn(lines[0].end, lines[1].begin), -1);
    QCOMPARE(read.firstLineIn(0, static_cast<int>(read.text.size())), 0);
    QCOMPARE(read.lastLineIn(0, static_cast<int>(read.text.size())), 3);
}

void ReadTextTest::doubtfulLinesComeRound() {
    const ReadText read(page());
    QCOMPARE(read.doubtful_lines, 2);
    QCOMPARE(read.nextDoubtful(-1), 1);
    QCOMPARE(read.nextDoubtful(1), 3);
    QCOMPARE(read.nextDoubtful(2), 3);
    QCOMPARE(read.nextDoubtful(3), 1);
    Page sure = page();
    for (Block& block : sure.blocks) {
        for (Line& line : block.lines)
            line.confidence = 1;
    }
    QCOMPARE(ReadText(sure).nextDoubtful(-1), -1);
}

void ReadTextTest::slantedLinesAreFound() {
    Page slanted;
    Line line = lineOf("uphill", {0, 0, 1, 1});
    line.quad = {Point{10, 110}, Point{110, 10}, Point{124, 24}, Point{24, 124}};
    slanted.blocks.emplace_back().lines = {line};
    const ReadText read(slanted);
    QCOMPARE(read.lineAt({67, 67}), 0);
    QCOMPARE(read.lineAt({20, 20}), -1);  // inside of the box around it, but not on it
    QCOMPARE(read.nearestLine({20, 20}), 0);
}

void ReadTextTest::wideGapsWantAFixedFont() {
    Page code = page();
    code.blocks.front().kind = BlockKind::code;
    QVERIFY(ReadText(code).aligned);
    Page form;
    form.width = 400;
    Block label;
    label.kind = BlockKind::label;
    label.box = {10, 10, 60, 30};
    label.lines = {lineOf("Name", label.box)};
    Block value = label;
    value.box = {300, 10, 380, 30};
    value.lines = {lineOf("m.keller", value.box)};
    form.blocks = {label, value};
    QVERIFY2(ReadText(form).aligned, qPrintable(ReadText(form).text));
}

void ReadTextTest::emptyPageHasNothing() {
    for (const ReadText& read : {ReadText(), ReadText(Page())}) {
        QVERIFY(read.text.isEmpty() && read.lines.empty());
        QCOMPARE(read.lineAt({0, 0}), -1);
        QCOMPARE(read.nearestLine({0, 0}), -1);
        QCOMPARE(read.lineOfPosition(0), -1);
        QCOMPARE(read.firstLineIn(0, 1), -1);
        QCOMPARE(read.lastLineIn(0, 1), -1);
        QCOMPARE(read.nextDoubtful(-1), -1);
    }
}

QTEST_APPLESS_MAIN(ReadTextTest)
#include "read_text_test.moc"
