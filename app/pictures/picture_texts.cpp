#include "app/pictures/picture_texts.h"

#include <algorithm>
#include <utility>

namespace sightline {

PictureTexts::PictureTexts(ModelWorker& worker, QObject* parent) : QObject(parent), worker_(worker) {
    connect(&worker_, &ModelWorker::pageRead, this,
            [this](quint64 ticket, const std::shared_ptr<const Page>& page) {
                if (ticket != ticket_ || ticket == 0) return;
                const QString id = current_->id;
                ticket_ = 0;
                current_.reset();
                keep(id, page);
                readNext();
            });
    connect(&worker_, &ModelWorker::readFailed, this, [this](quint64 ticket, const Problem&) {
        if (ticket != ticket_ || ticket == 0) return;
        const QString id = current_->id;
        ticket_ = 0;
        current_.reset();
        keep(id, nullptr);
        readNext();
    });
}

std::shared_ptr<const Page> PictureTexts::find(const QString& id) const {
    const auto found = pages_.find(id);
    return found == pages_.end() ? nullptr : found->second;
}

bool PictureTexts::failed(const QString& id) const {
    const auto found = pages_.find(id);
    return found != pages_.end() && !found->second;
}

void PictureTexts::want(const AttachmentRef& attachment) {
    if (!attachment || pages_.count(attachment->id) != 0) return;
    const auto same = [&attachment](const AttachmentRef& other) { return other->id == attachment->id; };
    if ((current_ && same(current_)) || std::any_of(waiting_.begin(), waiting_.end(), same)) return;
    waiting_.push_back(attachment);
    readNext();
}

void PictureTexts::forget(const QString& id) {
    std::erase_if(waiting_, [&id](const AttachmentRef& waiting) { return waiting->id == id; });
    if (!current_ || current_->id != id) return;
    worker_.cancelReading(std::exchange(ticket_, 0));
    current_.reset();
    readNext();
}

// One at a time: the reader's queue is for those who wait at the screen.
void PictureTexts::readNext() {
    if (current_ || waiting_.empty()) return;
    current_ = waiting_.front();
    waiting_.pop_front();
    ticket_ = worker_.read(current_->picture);
}

void PictureTexts::keep(const QString& id, const std::shared_ptr<const Page>& page) {
    if (!pages_.insert_or_assign(id, page).second) std::erase(order_, id);
    order_.push_back(id);
    if (order_.size() > most_pages) {
        pages_.erase(order_.front());
        order_.pop_front();
    }
    std::erase_if(waiting_, [&id](const AttachmentRef& waiting) { return waiting->id == id; });
    Q_EMIT known(id);
}

}  // namespace sightline
