#include "app/common/background_tasks.h"

#include <QPointer>
#include <utility>

namespace sightline {

BackgroundTasks::BackgroundTasks(int threads) : doorbell_([this] { deliver(); }) {
    for (int i = 0; i < threads; ++i)
        threads_.emplace_back([this] { run(); });
}

BackgroundTasks::~BackgroundTasks() {
    std::deque<Task> dropped;
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        dropped.swap(waiting_);
    }
    wake_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

void BackgroundTasks::start(Task task) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(task));
    }
    wake_.notify_one();
}

void BackgroundTasks::run() {
    while (true) {
        Task task;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
            if (ending_) return;
            task = std::move(waiting_.front());
            waiting_.pop_front();
        }
        Delivery delivery = task();
        // What the task holds goes before its result arrives: nobody sees an object that only a finished task
        // keeps.
        task = {};
        if (!delivery) continue;
        {
            const std::lock_guard lock(mutex_);
            done_.push_back(std::move(delivery));
        }
        doorbell_.ring();
    }
}

void BackgroundTasks::deliver() {
    std::vector<Delivery> done;
    {
        const std::lock_guard lock(mutex_);
        done.swap(done_);
    }
    const QPointer<Doorbell> alive(&doorbell_);
    for (const Delivery& delivery : done) {
        if (!alive) return;  // a delivery may end its owner
        delivery();
    }
}

}  // namespace sightline
