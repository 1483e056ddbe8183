// Rows, and columns of prose. Lines are 20 pixels high.
#include "inference/reading/reading_order.h"

#include <QTest>
#include <random>

#include "inference/pages/page.h"

using namespace sightline;

namespace {

class Lines {
  public:
    Lines& add(double left, double top, double right, double height = 20, int letters = 20) {
        lines.push_back({{left, top, right, top + height}, lines.size(), letters > 0});
        return *this;
    }
    // Long lines below each other.
    Lines& column(double left, double width, double top, int count) {
        for (int i = 0; i < count; ++i)
            add(left, top + 30 * i, left + width - (i % 3) * 0.05 * width);
        return *this;
    }

    std::vector<PlacedLine> lines;
};

std::vector<std::size_t> indices(const std::vector<PlacedLine>& lines) {
    std::vector<std::size_t> out;
    for (const PlacedLine& line : lines)
        out.push_back(line.index);
    return out;
}

using Indices = std::vector<std::vector<std::size_t>>;

Indices rows(const Lines& lines) {
    Indices out;
    for (const LineRow& row : rowsOf(lines.lines))
        out.push_back(indices(row));
    return out;
}

// Sizes of the regions.
std::vector<std::size_t> regionSizes(const Lines& lines) {
    std::vector<std::size_t> out;
    for (const auto& region : regionsOf(lines.lines))
        out.push_back(region.size());
    return out;
}

// Each line belongs to which region?
std::vector<std::size_t> regionOfEachLine(const Lines& lines) {
    std::vector<std::size_t> out(lines.lines.size(), std::numeric_limits<std::size_t>::max());
    const auto regions = regionsOf(lines.lines);
    for (std::size_t i = 0; i < regions.size(); ++i)
        for (const PlacedLine& line : regions[i])
            out[line.index] = i;
    return out;
}

using Sizes = std::vector<std::size_t>;

}  // namespace

class ReadingOrderTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void putsLinesInRows() {
        const Lines lines =
            Lines().add(300, 4, 400).add(0, 40, 100).add(0, 0, 100).add(150, 36, 250).add(500, 12, 600);
        QVERIFY((rows(lines) == Indices{{2, 0}, {4}, {1, 3}}));
    }

    void linesOverEachOtherShareNoRow() {
        QVERIFY((rows(Lines().add(0, 0, 100).add(20, 8, 120)) == Indices{{0}, {1}}));
        // A little of an overlap at the ends is a kerned word.
        QVERIFY((rows(Lines().add(0, 0, 100).add(95, 2, 200)) == Indices{{0, 1}}));
    }

    void highLinesShareTheBaseline() {
        // A heading of 60 pixels beside small text: it stands with the line at its foot.
        const Lines lines =
            Lines().add(0, 0, 200, 60).add(300, 0, 400).add(300, 40, 400).add(0, 80, 100).add(0, 110, 100);
        QVERIFY((rows(lines) == Indices{{1}, {0, 2}, {3}, {4}}));
    }

    void readsColumnsOneAfterTheOther_data() {
        QTest::addColumn<int>("columns");
        for (const int columns : {1, 2, 3, 4})
            QTest::addRow("%d", columns) << columns;
    }

    void readsColumnsOneAfterTheOther() {
        QFETCH(int, columns);
        Lines lines;
        lines.add(0, 0, 1000, 30);  // a headline over all of them
        for (int i = 0; i < columns; ++i)
            lines.column(1000.0 / columns * i, 1000.0 / columns - 40, 50, 8);
        lines.add(0, 400, 990);
        const Sizes regions = regionOfEachLine(lines);
        QCOMPARE(regions.front(), std::size_t{0});
        QCOMPARE(*std::max_element(regions.begin(), regions.end()),
                 static_cast<std::size_t>(columns == 1 ? 0 : columns + 1));
        QVERIFY(std::is_sorted(regions.begin(), regions.end()));
        for (int i = 0; i < columns; ++i)
            QCOMPARE(regions[static_cast<std::size_t>(1 + 8 * i)],
                     regions[static_cast<std::size_t>(8 + 8 * i)]);
    }

    void aHeadlineCutsColumnsInTwo() {
        Lines lines;
        lines.column(0, 460, 0, 6)
            .column(500, 460, 0, 6)
            .add(0, 200, 960)
            .column(0, 460, 240, 5)
            .column(500, 460, 240, 5);
        QVERIFY((regionSizes(lines) == Sizes{6, 6, 1, 5, 5}));
        const Sizes regions = regionOfEachLine(lines);
        QVERIFY(std::is_sorted(regions.begin(), regions.end()));
    }

    void leavesTablesAndDialogsWhole() {
        Lines table;
        for (int row = 0; row < 8; ++row)
            table.add(0, 30 * row, 60 + 40 * (row % 3), 20, 6)
                .add(300, 30 * row, 360, 20, 0)
                .add(500, 30 * row, 550, 20, 0);
        QVERIFY((regionSizes(table) == Sizes{24}));
        Lines menu;
        for (int row = 0; row < 8; ++row)
            menu.add(0, 30 * row, 100 + 30 * (row % 4), 20, 9).add(400, 30 * row, 450, 20, 4);
        QVERIFY((regionSizes(menu) == Sizes{16}));
        // Three lines are no column.
        QVERIFY((regionSizes(Lines().column(0, 460, 0, 3).column(500, 460, 0, 3)) == Sizes{6}));
    }

    void medians() {
        QCOMPARE(medianOf({}), 0.0);
        QCOMPARE(medianOf({3, 1, 2}), 2.0);
        QCOMPARE(medianHeight(Lines().add(0, 0, 9, 10).add(0, 0, 9, 30).add(0, 0, 9, 20).lines), 20.0);
    }

    // Whatever the boxes: every line once, rows from left to right and from top to bottom.
    void everyLineOnce() {
        std::mt19937 random(33);
        const auto pick = [&random](double least, double most) {
            return std::uniform_real_distribution<double>(least, most)(random);
        };
        for (int round = 0; round < 600; ++round) {
            Lines lines;
            const bool grid = round % 3 == 0;
            for (int i = static_cast<int>(pick(0, 80)); i > 0; --i) {
                const double left = grid ? 250 * std::floor(pick(0, 4)) : pick(-20, 1000);
                const double top = grid ? 25 * std::floor(pick(0, 30)) : pick(-20, 800);
                const double height = round % 5 == 0 ? pick(0, 90) : 20;
                lines.add(left, top, left + pick(0, grid ? 240 : 600), height, static_cast<int>(pick(0, 40)));
            }
            std::vector<int> seen(lines.lines.size());
            for (const auto& region : regionsOf(lines.lines)) {
                QVERIFY(!region.empty());
                for (const LineRow& row : rowsOf(region)) {
                    QVERIFY(!row.empty());
                    for (std::size_t i = 0; i < row.size(); ++i) {
                        ++seen[row[i].index];
                        if (i > 0) QVERIFY(row[i - 1].box.left <= row[i].box.left);
                    }
                }
            }
            QVERIFY(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; }));
        }
    }

    // Thousands of lines, as on a page of tiny text: not a matter of minutes.
    void takesThousandsOfLines() {
        Lines lines;
        for (int column = 0; column < 10; ++column)
            lines.column(220 * column, 200, 0, 500);
        QVERIFY((regionSizes(lines) == Sizes(10, 500)));
        std::size_t rows = 0;
        for (const auto& region : regionsOf(lines.lines))
            rows += rowsOf(region).size();
        QCOMPARE(rows, std::size_t{5000});
    }
};

QTEST_GUILESS_MAIN(ReadingOrderTest)
#include "reading_order_test.moc"
