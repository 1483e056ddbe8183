// A thread calls another one that runs an event loop of Qt.
#pragma once

#include <QObject>
#include <atomic>
#include <functional>

namespace sightline {

// `answer` runs on the thread that made the object, once or more often after a ring and never before it
// returns to its event loop. What the ringing thread has done before, the answer sees: atomics say so, to
// readers and to ThreadSanitizer, which cannot look into Qt's queue of events. Rings that have not been
// answered when the object goes are forgotten.
class Doorbell : public QObject {
  public:
    explicit Doorbell(std::function<void()> answer);

    void ring();  // any thread

  protected:
    bool event(QEvent* event) override;

  private:
    const std::function<void()> answer_;
    std::atomic<bool> rung_ = false;
    std::atomic<unsigned> rings_ = 0;
};

}  // namespace sightline
