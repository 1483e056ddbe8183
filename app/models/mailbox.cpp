#include "app/models/mailbox.h"

#include <utility>

namespace sightline::news {

namespace {

bool canWait(const Item& item) {
    return std::holds_alternative<Text>(item) || std::holds_alternative<Progress>(item) ||
           std::holds_alternative<LoadProgress>(item) || std::holds_alternative<ReadingProgress>(item);
}

bool meltInto(Item& older, const Item& newer) {
    if (older.index() != newer.index()) return false;
    if (auto* text = std::get_if<Text>(&older)) {
        const auto& added = std::get<Text>(newer);
        if (text->ticket != added.ticket) return false;
        text->text += added.text;
        return true;
    }
    if (auto* progress = std::get_if<Progress>(&older)) {
        const auto& added = std::get<Progress>(newer);
        if (progress->ticket != added.ticket || progress->phase != added.phase) return false;
        *progress = added;
        return true;
    }
    if (auto* reading = std::get_if<ReadingProgress>(&older)) {
        const auto& added = std::get<ReadingProgress>(newer);
        if (reading->ticket != added.ticket) return false;
        *reading = added;
        return true;
    }
    return false;
}

}  // namespace

bool Mailbox::melt(const Letter& letter) {
    for (auto older = letters_.rbegin(); older != letters_.rend() && canWait(older->item); ++older) {
        if (std::holds_alternative<LoadProgress>(letter.item)) {
            if (!std::holds_alternative<LoadProgress>(older->item) || older->load != letter.load)
                return false;
            older->item = letter.item;
            return true;
        }
        if (meltInto(older->item, letter.item)) return true;
    }
    return false;
}

Wake Mailbox::put(Letter letter) {
    const std::lock_guard lock(mutex_);
    const Wake wanted = canWait(letter.item) ? Wake::later : Wake::now;
    if (wanted == Wake::now || !melt(letter)) letters_.push_back(std::move(letter));
    if (wanted <= woken_) return Wake::no;
    woken_ = wanted;
    return wanted;
}

std::vector<Letter> Mailbox::take() {
    const std::lock_guard lock(mutex_);
    woken_ = Wake::no;
    return std::exchange(letters_, {});
}

}  // namespace sightline::news
