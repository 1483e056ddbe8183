#include "inference/reading/orientation.h"

#include <QTest>

using namespace sightline;

class OrientationTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void linesRunAsTheirBoxesLie() {
        const std::vector<Quad> level{quadOf({10, 10, 300, 30}), quadOf({10, 40, 280, 60}),
                                      quadOf({10, 70, 200, 90}), quadOf({10, 100, 250, 120})};
        QVERIFY(!lineDirection(level).vertical);
        QVERIFY(lineDirection(level).certainty > 0.99);
        std::vector<Quad> upended;
        for (const Quad& quad : level)
            upended.push_back(quadOf({quad[0].y, quad[0].x, quad[2].y, quad[2].x}));
        QVERIFY(lineDirection(upended).vertical);
        QVERIFY(lineDirection(upended).certainty > 0.99);
        // A line that the detector gives from corner to corner along its own direction.
        const Quad along{Point{30, 10}, Point{30, 300}, Point{10, 300}, Point{10, 10}};
        QVERIFY(lineDirection({along, along, along, along}).vertical);
    }

    void aMixtureIsUncertain() {
        const Quad level = quadOf({0, 0, 200, 20});
        const Quad upended = quadOf({0, 0, 20, 200});
        QCOMPARE(lineDirection({level, upended}).certainty, 0.0);
        const LineDirection mostly = lineDirection({level, level, level, upended});
        QVERIFY(!mostly.vertical);
        QVERIFY(mostly.certainty > 0.4 && mostly.certainty < 0.6);
    }

    void lettersSayNothing() {
        QCOMPARE(lineDirection({}).certainty, 0.0);
        const Quad letter = quadOf({0, 0, 12, 20});
        QCOMPARE(lineDirection({letter, letter, letter, letter, letter}).certainty, 0.0);
        QCOMPARE(lineDirection({Quad{}}).certainty, 0.0);
        // One line alone is a hint, no more.
        QVERIFY(lineDirection({quadOf({0, 0, 20, 200})}).certainty < 0.5);
    }
};

QTEST_GUILESS_MAIN(OrientationTest)
#include "orientation_test.moc"
