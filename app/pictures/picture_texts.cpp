#include "app/pictures/picture_texts.h"

#include <algorithm>
#include <utility>

namespace sightline {

PictureTexts::PictureTexts(ModelWorker& worker, QObject* parent) : QObject(parent), worker_(worker) {
    connect(&worker_, &ModelWorker::pageRead, this,
            [this](quint64 ticket, const std::shared_ptr<const Page>& page) {
                if (ticket == ticket_ && ticket != 0) end(page, {});
            });
    connect(&worker_, &ModelWorker::readFailed, this, [this](quint64 ticket, const Problem& problem) {
        if (ticket == ticket_ && ticket != 0) end(nullptr, problem.sentence);
    });
    connect(&worker_, &ModelWorker::readProgressed, this, [this](quint64 ticket, double progress) {
        if (ticket == ticket_ && ticket != 0) Q_EMIT progressed(current_->id, progress);
    });
}

// Of the one that is being read.
void PictureTexts::end(const std::shared_ptr<const Page>& page, const QString& problem) {
    const QString id = current_->id;
    ticket_ = 0;
    current_.reset();
    if (!page) problems_[id] = problem;
    keep(id, page);
    readNext();
}

std::shared_ptr<const Page> PictureTexts::find(const QString& id) const {
    const auto found = pages_.find(id);
    return found == pages_.end() ? nullptr : found->second;
}

bool PictureTexts::failed(const QString& id) const {
    const auto found = pages_.find(id);
    return found != pages_.end() && !found->second;
}

QString PictureTexts::problem(const QString& id) const {
    const auto found = problems_.find(id);
    return found == problems_.end() ? QString() : found->second;
}

bool PictureTexts::isWanted(const QString& id) const {
    return (current_ && current_->id == id) ||
           std::any_of(waiting_.begin(), waiting_.end(),
                       [&id](const AttachmentRef& other) { return other->id == id; });
}

void PictureTexts::want(const AttachmentRef& attachment) {
    if (!attachment || pages_.count(attachment->id) != 0 || isWanted(attachment->id)) return;
    waiting_.push_back(attachment);
    readNext();
}

void PictureTexts::wantNow(const AttachmentRef& attachment) {
    const QString id = attachment->id;
    ++held_[id];
    if (find(id)) return Q_EMIT known(id);
    if (failed(id)) {
        pages_.erase(id);
        problems_.erase(id);
        std::erase(order_, id);
    }
    if (current_ && current_->id == id) return;
    std::erase_if(waiting_, [&id](const AttachmentRef& waiting) { return waiting->id == id; });
    const auto others = std::find_if(waiting_.begin(), waiting_.end(), [this](const AttachmentRef& waiting) {
        return held_.count(waiting->id) == 0;
    });
    waiting_.insert(others, attachment);
    readNext();
}

void PictureTexts::release(const QString& id) {
    const auto found = held_.find(id);
    if (found != held_.end() && --found->second == 0) held_.erase(found);
}

void PictureTexts::forget(const QString& id) {
    if (held_.count(id) != 0) return;
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
    if (page) problems_.erase(id);
    if (!pages_.insert_or_assign(id, page).second) std::erase(order_, id);
    order_.push_back(id);
    if (order_.size() > most_pages) {
        pages_.erase(order_.front());
        problems_.erase(order_.front());
        order_.pop_front();
    }
    std::erase_if(waiting_, [&id](const AttachmentRef& waiting) { return waiting->id == id; });
    Q_EMIT known(id);
}

}  // namespace sightline
