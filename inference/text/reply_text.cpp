#include "inference/text/reply_text.h"

#include <algorithm>
#include <utility>

namespace sightline {

ReplyText::ReplyText(std::vector<std::string> stop_texts) : stop_texts_(std::move(stop_texts)) {
    std::erase(stop_texts_, std::string());
}

std::string ReplyText::push(std::string_view token_bytes) {
    if (stopped_) return {};
    held_ += characters_.push(token_bytes);
    return release();
}

std::string ReplyText::release() {
    std::size_t end = std::string::npos;
    for (const std::string& stop : stop_texts_)
        end = std::min(end, held_.find(stop));
    if (end != std::string::npos) {
        stopped_ = true;
        held_.resize(end);
        return std::exchange(held_, {});
    }
    // The longest end of what is held that a stop text begins with must wait.
    std::size_t wait = 0;
    for (const std::string& stop : stop_texts_)
        for (std::size_t n = std::min(stop.size() - 1, held_.size()); n > wait; --n)
            if (std::string_view(held_).substr(held_.size() - n) == std::string_view(stop).substr(0, n))
                wait = n;
    std::string text = held_.substr(0, held_.size() - wait);
    held_.erase(0, text.size());
    return text;
}

std::string ReplyText::finish() {
    if (stopped_) return {};
    held_ += characters_.finish();
    return std::exchange(held_, {});
}

}  // namespace sightline
