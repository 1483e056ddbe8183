// The limits of the machine that `sightline bench` prints: no more than happened, no less than the work took.
#include "inference/bench/machine_speed.h"

#include <QtTest>
#include <algorithm>
#include <chrono>
#include <stop_token>
#include <thread>
#include <vector>

#include "inference/bench/parallel_time.h"
#include "inference/error.h"
#include "tests/inference/failure.h"

using namespace sightline;
using sightline::test::failureOf;

class MachineSpeedTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    // However few processors there are for however many threads.
    void noPartOfTheWorkIsMissed_data() {
        const int processors = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
        QTest::addColumn<int>("threads");
        QTest::newRow("one") << 1;
        QTest::newRow("one a processor") << processors;
        QTest::newRow("four a processor") << 4 * processors;
    }

    void noPartOfTheWorkIsMissed() {
        QFETCH(int, threads);
        using Clock = std::chrono::steady_clock;
        for (int round = 0; round < 50; ++round) {
            std::vector<Clock::time_point> begins(static_cast<std::size_t>(threads));
            std::vector<Clock::time_point> ends(begins.size());
            const double seconds = parallelSeconds(threads, [&](int thread) {
                const auto i = static_cast<std::size_t>(thread);
                begins[i] = Clock::now();
                while (Clock::now() - begins[i] < std::chrono::milliseconds(1)) {
                }
                ends[i] = Clock::now();
            });
            const auto took = *std::ranges::max_element(ends) - *std::ranges::min_element(begins);
            QVERIFY2(seconds >= std::chrono::duration<double>(took).count(),
                     qPrintable(QString("%1 s in round %2").arg(seconds).arg(round)));
        }
    }

    // Bounds that no processor of today passes, and that the slowest one keeps on its busiest day.
    void isPossible() {
        for (const int threads : {1, 2}) {
            const MachineSpeed speed = measureMachine(threads, {});
            QCOMPARE(speed.threads, threads);
            qInfo("%d: %.1f GB/s, %.0f GFLOP/s, %.0f Gop/s", threads, speed.read_gigabytes_per_second,
                  speed.float32_gigaflops, speed.int8_gigaops);
            QVERIFY(speed.read_gigabytes_per_second > 0.01);
            QVERIFY(speed.read_gigabytes_per_second < 200.0 * threads);
            QVERIFY(speed.median_read_gigabytes_per_second > 0.01);
            QVERIFY(speed.median_read_gigabytes_per_second <= speed.read_gigabytes_per_second);
            QVERIFY(speed.float32_gigaflops > 0.01);
            QVERIFY(speed.float32_gigaflops < 64 * 8.0 * threads);  // two products of 512 bits a cycle, 8 GHz
            QVERIFY(speed.int8_gigaops < 4 * 64 * 8.0 * threads);   // and four bytes in the place of a float
#if defined(__x86_64__)
            if (__builtin_cpu_supports("avx2")) QVERIFY(speed.int8_gigaops > 0.01);
#endif
        }
    }

    void canBeStopped() {
        std::stop_source source;
        source.request_stop();
        COMPARE_FAILURE(failureOf([&] { measureMachine(1, source.get_token()); }), ErrorKind::cancelled);
    }
};

QTEST_GUILESS_MAIN(MachineSpeedTest)
#include "machine_speed_test.moc"
