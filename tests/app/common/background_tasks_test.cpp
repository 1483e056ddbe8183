// Tasks run elsewhere, what they return runs here, and the end of their owner loses and hangs nothing.
#include <QTest>
#include <QThread>
#include <atomic>
#include <latch>
#include <memory>

#include "app/common/background_tasks.h"

using namespace sightline;

class BackgroundTasksTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void resultsArriveOnTheOwnersThread();
    void aSlowTaskDoesNotHoldUpTheOthers();
    void nothingIsDeliveredWithoutTheEventLoop();
    void theEndWaitsForTheTaskInWorkAndDropsTheRest();
    void aDeliveryMayEndTheOwner();
};

void BackgroundTasksTest::resultsArriveOnTheOwnersThread() {
    BackgroundTasks tasks(2);
    QThread* const here = QThread::currentThread();
    int right = 0;
    for (int i = 0; i < 100; ++i) {
        tasks.start([here, &right]() -> BackgroundTasks::Delivery {
            const bool elsewhere = QThread::currentThread() != here;
            return [here, elsewhere, &right] { right += elsewhere && QThread::currentThread() == here; };
        });
    }
    tasks.start([]() -> BackgroundTasks::Delivery { return {}; });
    QTRY_COMPARE(right, 100);
}

void BackgroundTasksTest::aSlowTaskDoesNotHoldUpTheOthers() {
    std::latch later(1);
    BackgroundTasks tasks(2);
    QString order;
    tasks.start([&]() -> BackgroundTasks::Delivery {
        later.wait();
        return [&order] { order += "slow "; };
    });
    tasks.start([&]() -> BackgroundTasks::Delivery {
        return [&] {
            order += "quick ";
            later.count_down();
        };
    });
    QTRY_COMPARE(order, QString("quick slow "));
}

void BackgroundTasksTest::nothingIsDeliveredWithoutTheEventLoop() {
    BackgroundTasks tasks(1);
    std::latch done(1);
    bool delivered = false;
    tasks.start([&]() -> BackgroundTasks::Delivery { return [&delivered] { delivered = true; }; });
    tasks.start([&]() -> BackgroundTasks::Delivery {
        done.count_down();
        return {};
    });
    done.wait();
    QVERIFY(!delivered);
    QTRY_VERIFY(delivered);
}

void BackgroundTasksTest::theEndWaitsForTheTaskInWorkAndDropsTheRest() {
    std::latch begun(1);
    std::atomic<int> ended = 0;
    bool delivered = false;
    auto tasks = std::make_unique<BackgroundTasks>(1);
    tasks->start([&]() -> BackgroundTasks::Delivery {
        begun.count_down();
        QThread::msleep(50);
        ++ended;
        return [&delivered] { delivered = true; };
    });
    tasks->start([&]() -> BackgroundTasks::Delivery {
        ++ended;
        return {};
    });
    begun.wait();
    tasks.reset();
    QCOMPARE(ended.load(), 1);
    QTest::qWait(20);
    QVERIFY(!delivered);
}

void BackgroundTasksTest::aDeliveryMayEndTheOwner() {
    auto tasks = std::make_unique<BackgroundTasks>(1);
    std::latch done(1);
    int deliveries = 0;
    for (int i = 0; i < 3; ++i) {
        tasks->start([&, last = i == 2]() -> BackgroundTasks::Delivery {
            if (last) done.count_down();
            return [&] {
                ++deliveries;
                tasks.reset();
            };
        });
    }
    done.wait();
    QTRY_VERIFY(!tasks);
    QTest::qWait(20);
    QCOMPARE(deliveries, 1);
}

QTEST_MAIN(BackgroundTasksTest)
#include "background_tasks_test.moc"
