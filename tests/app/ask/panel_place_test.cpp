// Where the ask panel stands: beside the selection, on the same screen, never over it if there is room.
#include "app/ask/panel_place.h"

#include <QRandomGenerator>
#include <QTest>

using namespace sightline;

namespace {

constexpr int width = 456;
constexpr int lowest = 240;
constexpr int highest = 600;

PanelPlace place(const QRect& selection, const QRect& screen) {
    return placePanel(selection, {width, lowest}, {width, highest}, screen);
}

// Whether a panel of `height` fits at any of the four sides, looked for in another way than the code does.
bool fitsBeside(const QRect& selection, const QRect& screen, int height) {
    const QRect free = screen.adjusted(panel_margin, panel_margin, -panel_margin, -panel_margin);
    const QRect forbidden = selection.adjusted(-panel_gap, -panel_gap, panel_gap, panel_gap);
    const int wide = std::min(width, free.width());
    const QRect right(std::max(free.left(), forbidden.right() + 1), free.top(), wide, height);
    const QRect left(std::min(free.right() + 1, forbidden.left()) - wide, free.top(), wide, height);
    const QRect below(free.left(), std::max(free.top(), forbidden.bottom() + 1), wide, height);
    const QRect above(free.left(), std::min(free.bottom() + 1, forbidden.top()) - height, wide, height);
    return free.contains(right) || free.contains(left) || free.contains(below) || free.contains(above);
}

}  // namespace

class PanelPlaceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sides_data() {
        QTest::addColumn<QRect>("selection");
        QTest::addColumn<QRect>("room");
        QTest::addColumn<bool>("up");
        // A screen of 1920 x 1080 with a panel of the desktop at its top.
        QTest::newRow("right") << QRect(100, 200, 600, 300) << QRect(712, 200, 456, 600) << false;
        QTest::newRow("right, near the lower edge")
            << QRect(100, 900, 600, 100) << QRect(712, 472, 456, 600) << false;
        QTest::newRow("left") << QRect(1300, 200, 600, 300) << QRect(832, 200, 456, 600) << false;
        QTest::newRow("below") << QRect(20, 40, 1880, 300) << QRect(20, 352, 456, 600) << false;
        QTest::newRow("above") << QRect(20, 700, 1880, 380) << QRect(20, 88, 456, 600) << true;
        QTest::newRow("below, with less than it may want")
            << QRect(20, 40, 1880, 700) << QRect(20, 752, 456, 320) << false;
    }
    void sides() {
        QFETCH(const QRect, selection);
        QFETCH(const QRect, room);
        QFETCH(const bool, up);
        const PanelPlace found = place(selection, QRect(0, 30, 1920, 1050));
        QCOMPARE(found.room, room);
        QCOMPARE(found.grows_up, up);
        QVERIFY(!found.covers);
    }

    // Thousands of selections on screens of all sizes, at any place of the desktop.
    void alwaysOnTheScreenAndNeverOverTheSelectionIfThereIsRoom() {
        QRandomGenerator random(7);
        const auto within = [&random](int low, int high) {
            return low + static_cast<int>(random.bounded(high - low + 1));
        };
        int beside = 0;
        int over = 0;
        for (int round = 0; round < 20'000; ++round) {
            const QRect screen(within(-4000, 4000), within(-2000, 2000), within(300, 4000),
                               within(240, 2200));
            const QPoint corner(within(screen.left(), screen.right()), within(screen.top(), screen.bottom()));
            const QRect selection(corner, QSize(within(1, screen.right() - corner.x() + 1),
                                                within(1, screen.bottom() - corner.y() + 1)));
            const PanelPlace found = place(selection, screen);
            QVERIFY2(screen.contains(found.room), qPrintable(QString::number(round)));
            QVERIFY(found.room.width() == width || found.room.width() == screen.width() - 2 * panel_margin);
            const int enough = std::min(lowest, screen.height() - 2 * panel_margin);
            QVERIFY(found.room.height() >= enough);
            QCOMPARE(found.room.intersects(selection), found.room.intersects(selection) && found.covers);
            const bool room = fitsBeside(selection, screen, enough);
            QCOMPARE(!found.covers, room);
            room ? ++beside : ++over;
            for (const int height : {1, enough, highest, 5000}) {
                const QRect now = found.at(height);
                QVERIFY(found.room.contains(now));
                QCOMPARE(now.height(), std::min(height, found.room.height()));
                QCOMPARE(found.grows_up ? now.bottom() : now.top(),
                         found.grows_up ? found.room.bottom() : found.room.top());
            }
        }
        QVERIFY(beside > 1000);
        QVERIFY2(over > 200, qPrintable(QString::number(over)));
    }

    void coversAsLittleAsItCan() {
        // All but a strip at the left, too narrow for the panel: its corner there covers least.
        const PanelPlace found = place(QRect(300, 0, 1620, 1080), QRect(0, 0, 1920, 1080));
        QVERIFY(found.covers);
        QCOMPARE(found.room.left(), panel_margin);
    }

    void selectionThatIsUnknownOrElsewhere() {
        const QRect screen(1920, 0, 1280, 1024);
        QVERIFY(screen.contains(place({}, screen).room));
        QVERIFY(screen.contains(place(QRect(100, 100, 50, 50), screen).room));
    }
};

QTEST_APPLESS_MAIN(PanelPlaceTest)
#include "panel_place_test.moc"
