#include "inference/reading/packed_weight.h"

#include <algorithm>
#include <utility>

namespace sightline {
namespace {

// Sizes are forgotten beyond this, so that pictures of ever new sizes take no memory. Layouts are not: there
// are as many as the kernels have blockings.
constexpr std::size_t most_sizes = 512;

}  // namespace

PackedWeight::PackedWeight(Pack pack, LayoutOf layout_of)
    : mutex_(std::make_unique<std::mutex>()), pack_(std::move(pack)), layout_of_(std::move(layout_of)) {}

at::Tensor PackedWeight::forInput(const Size& size) {
    const std::lock_guard lock(*mutex_);
    if (const auto known = wants_.find(size); known != wants_.end()) return layouts_[known->second].weight;
    at::Tensor packed = pack_(size);
    std::vector<std::uint8_t> name = layout_of_(packed);
    auto place = std::find_if(layouts_.begin(), layouts_.end(),
                              [&](const Layout& layout) { return layout.name == name; });
    if (place == layouts_.end()) place = layouts_.insert(place, Layout{std::move(name), std::move(packed)});
    if (wants_.size() >= most_sizes) wants_.clear();
    wants_[size] = static_cast<std::size_t>(place - layouts_.begin());
    return place->weight;
}

}  // namespace sightline
