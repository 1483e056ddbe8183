// Work that takes longer than a frame, away from the GUI thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "app/common/doorbell.h"

namespace sightline {

// A few threads of its own, which take tasks in order. What a task returns is called on the thread that made
// the object (it needs an event loop of Qt), in the order in which the tasks ended. The destructor waits for
// the tasks in work; those that have not begun are dropped, and so is what has not been delivered.
// Not QThreadPool: ThreadSanitizer cannot look into that, and these threads hold pictures.
class BackgroundTasks {
  public:
    using Delivery = std::function<void()>;
    using Task = std::function<Delivery()>;  // must not throw; an empty delivery is fine

    explicit BackgroundTasks(int threads);
    ~BackgroundTasks();
    BackgroundTasks(const BackgroundTasks&) = delete;
    BackgroundTasks& operator=(const BackgroundTasks&) = delete;

    void start(Task task);  // any thread

  private:
    void run();
    void deliver();

    std::mutex mutex_;  // of the next group
    std::condition_variable wake_;
    bool ending_ = false;
    std::deque<Task> waiting_;
    std::vector<Delivery> done_;

    Doorbell doorbell_;
    std::vector<std::thread> threads_;
};

}  // namespace sightline
