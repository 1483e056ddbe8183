// The weight of a convolution in the layouts that oneDNN's kernels take. Which one a kernel takes depends on
// the size of its input too. A weight in another layout is reordered at every call, by a loop that may take
// longer than the convolution: so each layout that was asked for is kept, and so is which size wants which.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace sightline {

class PackedWeight {
  public:
    using Size = std::array<std::int64_t, 4>;  // batch, channels, height, width
    // The weight as the kernel for an input of this size takes it.
    using Pack = std::function<at::Tensor(const Size& input)>;
    // What tells one layout from another.
    using LayoutOf = std::function<std::vector<std::uint8_t>(const at::Tensor& packed)>;

    PackedWeight() = default;
    PackedWeight(Pack pack, LayoutOf layout_of);

    bool defined() const { return static_cast<bool>(pack_); }
    at::Tensor forInput(const Size& size);  // any thread
    std::size_t layouts() const { return layouts_.size(); }

  private:
    struct Layout {
        std::vector<std::uint8_t> name;
        at::Tensor weight;
    };

    std::unique_ptr<std::mutex> mutex_;
    Pack pack_;
    LayoutOf layout_of_;
    std::vector<Layout> layouts_;        // a handful
    std::map<Size, std::size_t> wants_;  // size -> index in layouts_
};

}  // namespace sightline
