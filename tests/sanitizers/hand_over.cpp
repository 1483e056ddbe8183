// Two threads count together after this process has started a child: `guarded` by a mutex, or in a `race`.
#include <QCoreApplication>
#include <QProcess>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <thread>

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const bool race = QCoreApplication::arguments().value(1) == QLatin1String("race");
    QProcess child;
    child.start(QStringLiteral("true"), QStringList());
    if (!child.waitForFinished()) return 1;

    std::mutex mutex;
    int count = 0;
    std::atomic<int> turn = 0;  // relaxed: makes them meet, and orders nothing
    const auto add = [&](int mine) {
        for (int i = 0; i < 50; ++i) {
            while (turn.load(std::memory_order_relaxed) != mine) {
            }
            if (race) {
                ++count;
            } else {
                const std::lock_guard lock(mutex);
                ++count;
            }
            turn.store(1 - mine, std::memory_order_relaxed);
        }
    };
    std::thread other(add, 1);
    add(0);
    other.join();
    std::printf("%d\n", count);
    return 0;
}
