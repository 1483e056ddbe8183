// A page as plain text: what stands where, and the places of its lines in the text.
#include <QTest>

#include "tests/inference/pages/page_builder.h"

using namespace sightline;
using namespace sightline::test;

namespace {

Block labelAt(const std::string& text, int row, double left) {
    Block block = pageBlock(BlockKind::label, row, {});
    block.lines.push_back(pageLine(text, left, 100.0 * row));
    return block;
}

}  // namespace

class PageTextTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void separatesBlocks() {
        const Page page =
            pageOf({pageBlock(BlockKind::heading, 0, {"Title"}),
                    pageBlock(BlockKind::paragraph, 1, {"first line", "second line"}),
                    pageBlock(BlockKind::label, 2, {"Open"}), pageBlock(BlockKind::label, 3, {"Close"})});
        QCOMPARE(toPlainText(page), std::string("Title\n\nfirst line\nsecond line\n\nOpen\nClose\n"));
        QCOMPARE(toPlainText(Page{}), std::string());
    }

    void keepsGapsBetweenBlocksOfARow_data() {
        QTest::addColumn<double>("left");
        QTest::addColumn<int>("spaces");
        QTest::newRow("as wide as the gap") << 200.0 << 16;
        QTest::newRow("rounded") << 66.0 << 3;
        QTest::newRow("touching") << 40.0 << 1;
        QTest::newRow("overlapping") << 20.0 << 1;
        QTest::newRow("far away") << 900.0 << 40;
    }

    void keepsGapsBetweenBlocksOfARow() {
        QFETCH(double, left);
        QFETCH(int, spaces);
        const Page page = pageOf({labelAt("Open", 0, 0), labelAt("Save", 0, left), labelAt("Quit", 1, 0)});
        const std::string gap(static_cast<std::size_t>(spaces), ' ');
        QCOMPARE(toPlainText(page), "Open" + gap + "Save\nQuit\n");
    }

    void keepsIndentation() {
        Block code = pageBlock(BlockKind::code, 0, {"if (x) {", "go();", "}"});
        code.lines[1].indent = 4;
        QCOMPARE(toPlainText(pageOf({code})), std::string("if (x) {\n    go();\n}\n"));
    }

    void readsTablesRowByRow() {
        const Page page = pageOf({pageTable(0, {{"name", "price"}, {"", "1.20"}, {"cake", ""}})});
        QCOMPARE(toPlainText(page), "name" + std::string(16, ' ') + "price\n1.20\ncake\n");
    }

    void readsAllLinesOfACell() {
        Block table = pageTable(0, {{"a", "b"}});
        table.lines.insert(table.lines.begin() + 1, pageLine("more", 20, 0));
        table.cells = {{0, 0, 0, 2}, {0, 1, 2, 1}};
        const std::string text = toPlainText(pageOf({table}));
        QCOMPARE(text, "a more" + std::string(14, ' ') + "b\n");
    }

    void givesTheBytesOfEveryLine() {
        Block code = pageBlock(BlockKind::code, 2, {"begin", "end"});
        code.lines[1].indent = 3;
        const Page page = pageOf(
            {pageBlock(BlockKind::paragraph, 0, {"Gr\u00f6\u00dfe \u4e2d\u6587", "\u03b1\u03b2\u03b3"}),
             pageTable(1, {{"\u4e2d", "b"}, {"", "c"}}), code, labelAt("x", 3, 0), labelAt("y", 3, 300)});
        std::vector<TextPlace> places{{7, 7, 7, 7}};  // what was there goes
        const std::string text = toPlainText(page, &places);
        std::vector<std::pair<int, int>> lines;
        std::size_t end = 0;
        for (const TextPlace& place : places) {
            lines.emplace_back(place.block, place.line);
            QVERIFY(place.begin >= end && place.end <= text.size());
            end = place.end;
            const Block& block = page.blocks.at(static_cast<std::size_t>(place.block));
            QCOMPARE(text.substr(place.begin, place.end - place.begin),
                     block.lines.at(static_cast<std::size_t>(place.line)).text);
        }
        const std::vector<std::pair<int, int>> expected{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2},
                                                        {2, 0}, {2, 1}, {3, 0}, {4, 0}};
        QVERIFY(lines == expected);
        QCOMPARE(text, toPlainText(page));
    }
};

QTEST_GUILESS_MAIN(PageTextTest)
#include "page_text_test.moc"
