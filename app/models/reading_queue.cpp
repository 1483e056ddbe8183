#include "app/models/reading_queue.h"

#include <QCoreApplication>
#include <algorithm>
#include <utility>

#include "app/models/error_text.h"

namespace sightline {

ReadingQueue::ReadingQueue(std::function<std::unique_ptr<Reader>()> open, std::size_t capacity,
                           std::function<void(news::Item)> post)
    : open_(std::move(open)), capacity_(capacity), post_(std::move(post)) {}

void ReadingQueue::add(quint64 ticket, std::shared_ptr<const Picture> picture) {
    {
        const std::lock_guard lock(mutex_);
        if (ended_) return;
        if (waiting_.size() + (current_ != 0 ? 1 : 0) < capacity_) {
            waiting_.push_back({ticket, std::move(picture), 0});
            return;
        }
    }
    Problem problem;
    problem.sentence = QCoreApplication::translate(
        "ReadingQueue", "Too many pictures wait to be read. Try again when one of them is read.");
    post_(news::ReadFailed{ticket, problem});
}

void ReadingQueue::cancel(quint64 ticket) {
    std::stop_source stop(std::nostopstate);
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(waiting_, [ticket](const Order& order) { return order.ticket == ticket; });
        if (current_ == ticket && ticket != 0) {
            current_cancelled_ = true;
            stop = stop_current_;
        }
    }
    // Outside of the lock, because callbacks of the work run in here.
    stop.request_stop();
}

void ReadingQueue::giveWay() {
    std::stop_source stop(std::nostopstate);
    {
        const std::lock_guard lock(mutex_);
        // Also if the next reading has not begun yet: it must not begin before the urgent thing is done.
        gives_way_ = current_ != 0 || !waiting_.empty();
        if (current_ != 0) stop = stop_current_;
    }
    stop.request_stop();
}

void ReadingQueue::end() {
    std::stop_source stop(std::nostopstate);
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        waiting_.clear();
        current_cancelled_ = true;
        if (current_ != 0) stop = stop_current_;
    }
    stop.request_stop();
}

bool ReadingQueue::hasWork() const {
    const std::lock_guard lock(mutex_);
    return !waiting_.empty();
}

void ReadingQueue::readNext() {
    Order order;
    std::stop_source stop;
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(gives_way_, false) || waiting_.empty()) return;
        order = std::move(waiting_.front());
        waiting_.pop_front();
        current_ = order.ticket;
        current_cancelled_ = false;
        stop_current_ = stop;
    }
    std::optional<news::Item> report;
    bool put_back = false;
    try {
        report = news::PageRead{order.ticket, std::make_shared<const Page>(read(order, stop.get_token()))};
    } catch (...) {
        Problem problem = describeCurrentException(Doing::reading_text);
        if (problem.kind == ErrorKind::cancelled && stop.stop_requested()) {
            put_back = true;
        } else {
            // Whatever became of the reader, the next picture gets a fresh one.
            if (problem.kind != ErrorKind::invalid_input) reader_.reset();
            report = news::ReadFailed{order.ticket, std::move(problem)};
        }
    }
    {
        const std::lock_guard lock(mutex_);
        current_ = 0;
        gives_way_ = false;
        if (current_cancelled_) return;
        if (put_back) {
            waiting_.push_front(std::move(order));
            return;
        }
    }
    if (report) post_(std::move(*report));
}

Page ReadingQueue::read(Order& order, const std::stop_token& stop) {
    if (!reader_) reader_ = open_();
    return reader_->read(*order.picture, {}, stop, [this, &order](double progress) {
        if (progress <= order.progress) return;
        order.progress = progress;
        post_(news::ReadingProgress{order.ticket, progress});
    });
}

void ReadingQueue::closeReader() {
    reader_.reset();
}

}  // namespace sightline
