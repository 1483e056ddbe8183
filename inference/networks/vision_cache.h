// Features of pictures that were encoded once, by the content of their patches; the least recently used go
// first.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>

#include "inference/networks/vision_encoder.h"
#include "inference/pictures/image_patches.h"

namespace sightline {

class VisionCache {
  public:
    explicit VisionCache(std::size_t budget_bytes) : budget_(budget_bytes) {}

    std::shared_ptr<const VisualFeatures> find(const ContentId& content);
    void insert(const ContentId& content, std::shared_ptr<const VisualFeatures> features);
    std::size_t bytes() const { return bytes_; }
    void clear();

  private:
    struct Entry {
        ContentId content;
        std::shared_ptr<const VisualFeatures> features;
    };
    std::size_t budget_;
    std::size_t bytes_ = 0;
    std::list<Entry> entries_;  // most recently used first
    std::map<ContentId, std::list<Entry>::iterator> index_;
};

}  // namespace sightline
