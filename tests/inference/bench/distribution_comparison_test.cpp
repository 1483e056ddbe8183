// Divergence and agreement of distributions, with values that can be computed by hand.
#include <QTest>
#include <array>
#include <cmath>
#include <limits>

#include "inference/tools/distribution_comparison.h"

using namespace sightline;

class DistributionComparisonTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void nothingIsZero();
    void equalRowsAreZero();
    void divergenceIsThatOfTheReference();
    void quantileCountsPositions();
    void noNumberIsInfinitelyFar();
};

void DistributionComparisonTest::nothingIsZero() {
    const DistributionComparison empty;
    QCOMPARE(empty.meanDivergence(), 0.0);
    QCOMPARE(empty.divergenceQuantile(0.99), 0.0);
}

void DistributionComparisonTest::equalRowsAreZero() {
    DistributionComparison comparison;
    const std::array row{1.0F, -2.0F, 300.0F};
    const std::array shifted{1001.0F, 998.0F, 1300.0F};  // the same distribution
    comparison.add(row, row);
    comparison.add(row, shifted);
    QCOMPARE(comparison.divergenceQuantile(1), 0.0);
    QCOMPARE(comparison.sameTop(), std::size_t{2});
}

void DistributionComparisonTest::divergenceIsThatOfTheReference() {
    // (3/4, 1/4) and (1/2, 1/2)
    const std::array uneven{std::log(3.0F), 0.0F};
    const std::array even{0.0F, 0.0F};
    DistributionComparison comparison;
    comparison.add(uneven, even);
    QVERIFY(std::abs(comparison.meanDivergence() - (0.75 * std::log(1.5) + 0.25 * std::log(0.5))) < 1e-6);
    DistributionComparison other_way;
    other_way.add(even, uneven);
    QVERIFY(std::abs(other_way.meanDivergence() - (0.5 * std::log(2 / 3.0) + 0.5 * std::log(2.0))) < 1e-6);
    const std::array reversed{0.0F, 1.0F};
    comparison.add(uneven, reversed);
    QCOMPARE(comparison.sameTop(), std::size_t{1});
    QCOMPARE(comparison.positions(), std::size_t{2});
}

void DistributionComparisonTest::quantileCountsPositions() {
    DistributionComparison comparison;
    const std::array reference{0.0F, 0.0F};
    for (int i = 0; i < 100; ++i)
        comparison.add(reference, std::array{static_cast<float>(i), 0.0F});
    DistributionComparison one;
    one.add(reference, std::array{98.0F, 0.0F});
    QCOMPARE(comparison.divergenceQuantile(0.99), one.meanDivergence());
    QCOMPARE(comparison.divergenceQuantile(0), 0.0);
}

void DistributionComparisonTest::noNumberIsInfinitelyFar() {
    DistributionComparison comparison;
    comparison.add(std::array{0.0F, 1.0F}, std::array{std::numeric_limits<float>::quiet_NaN(), 1.0F});
    QVERIFY(std::isinf(comparison.meanDivergence()));
}

QTEST_APPLESS_MAIN(DistributionComparisonTest)
#include "distribution_comparison_test.moc"
