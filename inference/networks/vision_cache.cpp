#include "inference/networks/vision_cache.h"

#include <utility>

namespace sightline {

std::shared_ptr<const VisualFeatures> VisionCache::find(const ContentId& content) {
    const auto found = index_.find(content);
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->features;
}

void VisionCache::insert(const ContentId& content, std::shared_ptr<const VisualFeatures> features) {
    if (index_.contains(content)) return;
    bytes_ += features->bytes();
    entries_.push_front({content, std::move(features)});
    index_[content] = entries_.begin();
    while (bytes_ > budget_ && !entries_.empty()) {
        bytes_ -= entries_.back().features->bytes();
        index_.erase(entries_.back().content);
        entries_.pop_back();
    }
}

void VisionCache::clear() {
    entries_.clear();
    index_.clear();
    bytes_ = 0;
}

}  // namespace sightline
