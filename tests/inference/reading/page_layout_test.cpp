// Lines -> blocks: what kind, in which order, and nothing lost. Lines are 20 pixels high, letters 10 wide.
#include "inference/reading/page_layout.h"

#include <QTest>
#include <cmath>
#include <map>
#include <numbers>
#include <random>
#include <set>

#include "tests/inference/reading/drawing.h"

using namespace sightline;
using namespace sightline::test;

namespace {

class Sheet {
  public:
    // `uneven`: the letters have the widths of a printed text; otherwise those of a typewriter.
    Sheet& add(double left, double top, const QString& text, double height = 20, bool uneven = true) {
        TextLine line;
        line.characters = charactersOf(text.toStdU32String(), height / 2);
        for (std::size_t i = 0; uneven && i < line.characters.size(); ++i)
            line.characters[i].center += i % 2 == 0 ? 0.15 * height : 0;
        line.quad = quadOf(
            {left, top, left + height / 2 * static_cast<double>(line.characters.size()), top + height});
        line.confidence = 1;
        line.raw_text = text.toStdString();
        lines_.push_back(line);
        return *this;
    }

    // About the middle of the sheet.
    Sheet& turn(double degrees) {
        const double angle = degrees * std::numbers::pi / 180;
        for (TextLine& line : lines_) {
            for (Point& corner : line.quad) {
                const Point p{corner.x - 500, corner.y - 500};
                corner = {500 + p.x * std::cos(angle) - p.y * std::sin(angle),
                          500 + p.x * std::sin(angle) + p.y * std::cos(angle)};
            }
        }
        return *this;
    }

    Page page() const {
        auto lines = lines_;
        std::shuffle(lines.begin(), lines.end(), std::mt19937(static_cast<unsigned>(lines.size())));
        return layoutPage(1000, 1000, lines);
    }

    QString text() const { return QString::fromStdString(toPlainText(page())); }

  private:
    std::vector<TextLine> lines_;
};

std::vector<BlockKind> kinds(const Page& page) {
    std::vector<BlockKind> out;
    for (const Block& block : page.blocks)
        out.push_back(block.kind);
    return out;
}

const QString prose = QStringLiteral("some words of a long line of text");

Sheet withProse(Sheet sheet, double top, int lines) {
    for (int i = 0; i < lines; ++i)
        sheet.add(0, top + 26 * i, prose);
    return sheet;
}

}  // namespace

class PageLayoutTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void aPageWithoutTextIsEmpty() {
        const Page page = layoutPage(30, 40, {});
        QVERIFY(page.empty());
        QCOMPARE(page.width, 30);
        QCOMPARE(page.height, 40);
        QCOMPARE(page.confidence, 0.0);
        QVERIFY(Sheet().add(0, 0, "").add(0, 40, "   ").page().empty());
    }

    void joinsTheLinesOfAParagraph() {
        const Page page =
            Sheet().add(0, 0, prose).add(0, 26, prose).add(0, 52, "and its end").add(0, 120, prose).page();
        QCOMPARE(page.blocks.size(), std::size_t{2});
        QCOMPARE(page.blocks[0].lines.size(), std::size_t{3});
        QVERIFY(page.blocks[0].kind == BlockKind::paragraph);
        QVERIFY(page.blocks[0].lines[0].joins_next && page.blocks[0].lines[1].joins_next);
        QVERIFY(!page.blocks[0].lines[2].joins_next);
        QVERIFY(isNear(page.blocks[0].box, {0, 0, 10.0 * prose.size(), 72}, 0.01));
        QCOMPARE(page.confidence, 1.0);
    }

    void aShortLineEndsWhereItEnds() {
        const Page page = Sheet().add(0, 0, "Jane Doe").add(0, 26, "Main Street").add(0, 120, prose).page();
        QCOMPARE(page.blocks[0].lines.size(), std::size_t{2});
        QVERIFY(!page.blocks[0].lines[0].joins_next);
    }

    void knowsHeadingsByTheirSize() {
        Sheet sheet = withProse(Sheet(), 300, 6);
        sheet.add(0, 0, "Largest", 44).add(0, 100, "Large", 34).add(0, 200, "Larger", 28);
        const Page page = sheet.page();
        QCOMPARE(page.blocks.size(), std::size_t{4});
        for (int level = 1; level <= 3; ++level) {
            const Block& block = page.blocks[static_cast<std::size_t>(level - 1)];
            QVERIFY(block.kind == BlockKind::heading);
            QCOMPARE(block.heading_level, level);
        }
        QVERIFY(page.blocks[3].kind == BlockKind::paragraph);
        QCOMPARE(page.blocks[3].heading_level, 0);
    }

    void knowsListItems() {
        Sheet sheet = withProse(Sheet(), 0, 2);
        sheet.add(0, 52, "\u2022 first words of an item")
            .add(0, 78, "- second")
            .add(0, 104, "12. third")
            .add(0, 130, "1997 was a year");
        const Page page = sheet.page();
        QVERIFY((kinds(page) == std::vector<BlockKind>{BlockKind::paragraph, BlockKind::list_item,
                                                       BlockKind::list_item, BlockKind::list_item}));
        QCOMPARE(page.blocks[3].lines.size(), std::size_t{2});
    }

    void keepsTheIndentationOfCode() {
        Sheet sheet;
        sheet.add(0, 0, "if (value > limit) {", 20, false)
            .add(40, 26, "return limit_of(value);", 20, false)
            .add(0, 52, "}", 20, false);
        const Page page = sheet.page();
        QVERIFY((kinds(page) == std::vector<BlockKind>{BlockKind::code}));
        QCOMPARE(sheet.text(), QString("if (value > limit) {\n    return limit_of(value);\n}\n"));
        QVERIFY(!page.blocks[0].lines[0].joins_next);
    }

    void readsTablesByRows() {
        Sheet sheet = withProse(Sheet(), 0, 2);
        const std::vector<QStringList> rows{
            {"Item", "Count", "Price"}, {"Cake", "2", "7.20"}, {"", "1", "1.10"}, {"Tea", "", "2.90"}};
        for (std::size_t y = 0; y < rows.size(); ++y)
            for (int x = 0; x < 3; ++x)
                if (!rows[y][x].isEmpty())
                    sheet.add(150.0 * x, 100 + 30.0 * static_cast<double>(y), rows[y][x]);
        const Page page = sheet.page();
        QVERIFY((kinds(page) == std::vector<BlockKind>{BlockKind::paragraph, BlockKind::table}));
        const Block& table = page.blocks[1];
        QCOMPARE(table.rows, 4);
        QCOMPARE(table.columns, 3);
        std::map<std::pair<int, int>, std::string> cells;
        for (const Cell& cell : table.cells) {
            QCOMPARE(cell.line_count, 1);
            cells[{cell.row, cell.column}] = table.lines[static_cast<std::size_t>(cell.first_line)].text;
        }
        QCOMPARE(cells.size(), std::size_t{10});
        for (int y = 0; y < 4; ++y)
            for (int x = 0; x < 3; ++x)
                QCOMPARE(QString::fromStdString(cells[std::pair{y, x}]),
                         rows[static_cast<std::size_t>(y)][x]);
    }

    void labelsStandBesideEachOther() {
        Sheet sheet = withProse(Sheet(), 0, 2);
        sheet.add(0, 150, "Cancel").add(200, 150, "Save");
        const Page page = sheet.page();
        QVERIFY((kinds(page) ==
                 std::vector<BlockKind>{BlockKind::paragraph, BlockKind::label, BlockKind::label}));
        QCOMPARE(page.blocks[1].row, page.blocks[2].row);
        QVERIFY(page.blocks[0].row != page.blocks[1].row);
        QCOMPARE(page.blocks[1].lines[0].text, std::string("Cancel"));
    }

    void readsColumnsOneAfterTheOther_data() {
        QTest::addColumn<int>("columns");
        QTest::addColumn<double>("skew");
        for (const int columns : {2, 3, 4}) {
            for (const double skew : {0.0, 3.0, -6.0})
                QTest::addRow("%d columns, %g degrees", columns, skew) << columns << skew;
        }
    }

    void readsColumnsOneAfterTheOther() {
        QFETCH(int, columns);
        QFETCH(double, skew);
        Sheet sheet;
        QString expected;
        for (int x = 0; x < columns; ++x) {
            for (int y = 0; y < 8; ++y) {
                const QString text = QString("words of line %1%2").arg(QChar('a' + x)).arg(QChar('a' + y));
                sheet.add(220.0 * x, 30.0 * y, text);
                expected += text + "\n";
            }
            expected += x + 1 < columns ? "\n" : "";
        }
        QCOMPARE(sheet.turn(skew).text(), expected);
    }

    // Whatever the lines: each appears once, blocks and words have finite places.
    void losesNothing() {
        std::mt19937 random(17);
        const auto pick = [&random](double least, double most) {
            return std::uniform_real_distribution<double>(least, most)(random);
        };
        for (int round = 0; round < 200; ++round) {
            std::vector<TextLine> lines;
            std::multiset<std::string> expected;
            for (int i = static_cast<int>(pick(0, 50)); i > 0; --i) {
                TextLine line;
                const double step = round % 7 == 0 ? 0 : pick(0, 15);
                line.characters =
                    charactersOf(std::u32string(static_cast<std::size_t>(pick(1, 30)), U'n'), step);
                line.characters[0].code = static_cast<char32_t>(U'a' + i % 26);
                const double height = round % 7 == 0 ? 0 : pick(0, 60);
                const double angle = round % 2 == 0 ? 0 : pick(-3.2, 3.2);
                const double width = step * static_cast<double>(line.characters.size());
                const Point from{pick(-50, 1000), pick(-50, 1000)};
                const Point along{width * std::cos(angle), width * std::sin(angle)};
                const Point across{-height * std::sin(angle), height * std::cos(angle)};
                line.quad = {from, Point{from.x + along.x, from.y + along.y},
                             Point{from.x + along.x + across.x, from.y + along.y + across.y},
                             Point{from.x + across.x, from.y + across.y}};
                line.raw_text = std::to_string(i);
                expected.insert(line.raw_text);
                lines.push_back(std::move(line));
            }
            const Page page = layoutPage(1000, 1000, lines);
            std::multiset<std::string> found;
            int row = -1;
            for (const Block& block : page.blocks) {
                QVERIFY(!block.lines.empty());
                QVERIFY(block.row == row || block.row == row + 1);
                row = block.row;
                for (const double edge : {block.box.left, block.box.top, block.box.right, block.box.bottom})
                    QVERIFY(std::isfinite(edge));
                for (const Line& line : block.lines) {
                    found.insert(line.raw_text);
                    QVERIFY(line.indent >= 0);
                    for (const Word& word : line.words)
                        for (const Point& corner : word.quad)
                            QVERIFY(std::isfinite(corner.x) && std::isfinite(corner.y));
                }
                int covered = 0;
                for (const Cell& cell : block.cells) {
                    QCOMPARE(cell.first_line, covered);
                    QVERIFY(cell.row >= 0 && cell.row < block.rows && cell.column >= 0 &&
                            cell.column < block.columns);
                    covered += cell.line_count;
                }
                if (block.kind == BlockKind::table) QCOMPARE(covered, static_cast<int>(block.lines.size()));
            }
            QVERIFY(found == expected);
            QVERIFY(std::isfinite(page.confidence));
            std::vector<TextPlace> places;
            toPlainText(page, &places);
            QCOMPARE(places.size(), expected.size());
            QVERIFY(!toJson(page).empty() && toMarkdown(page).empty() == expected.empty());
        }
    }
};

QTEST_GUILESS_MAIN(PageLayoutTest)
#include "page_layout_test.moc"
