// Pictures that wait for the text reader, and the reader itself: the reading half of the inference thread.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>

#include "app/models/mailbox.h"
#include "inference/reader.h"

namespace sightline {

// Functions marked [owner] are called from the GUI thread, those marked [inference] from the inference
// thread. No lock is held while a picture is read.
class ReadingQueue {
  public:
    // `open` is called on the inference thread when the first picture is read, and again after a failure; it
    // may throw. `post` is called from both threads. At most `capacity` pictures wait or are read at a time.
    ReadingQueue(std::function<std::unique_ptr<Reader>()> open, std::size_t capacity,
                 std::function<void(news::Item)> post);

    // A full queue refuses by a ReadFailed. [owner]
    void add(quint64 ticket, std::shared_ptr<const Picture> picture);
    void cancel(quint64 ticket);  // [owner]
    // Something more urgent waits for the thread: a reading in progress is put back, to begin again. [owner]
    void giveWay();
    void end();  // nothing is read any more [owner]

    bool hasWork() const;  // [any]
    // Reads the picture that came first, or gives way. Never throws. [inference]
    void readNext();
    void closeReader();  // [inference]

  private:
    struct Order {
        quint64 ticket = 0;
        std::shared_ptr<const Picture> picture;
        double progress = 0;  // as far as it was reported: a reading that begins again does not go back
    };

    Page read(Order& order, const std::stop_token& stop);

    const std::function<std::unique_ptr<Reader>()> open_;
    const std::size_t capacity_;
    const std::function<void(news::Item)> post_;

    mutable std::mutex mutex_;  // of the next group
    std::deque<Order> waiting_;
    quint64 current_ = 0;  // the ticket that is read
    std::stop_source stop_current_;
    bool current_cancelled_ = false;
    bool gives_way_ = false;
    bool ended_ = false;

    std::unique_ptr<Reader> reader_;  // of the inference thread alone
};

}  // namespace sightline
