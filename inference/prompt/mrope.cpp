#include <algorithm>

#include "inference/prompt/prompt_encoder.h"

namespace sightline {
namespace {

[[noreturn]] void failLayout() {
    throw Error(ErrorKind::internal, "the pads of the prompt do not match its pictures");
}

// The grids of one type of visual, frame by frame.
class FrameGrids {
  public:
    FrameGrids(std::span<const PatchGrid> grids, int merge_size) : grids_(grids), merge_size_(merge_size) {}

    // Height and width in merged tokens of the next picture or frame.
    std::array<std::int32_t, 2> next() {
        if (grid_ == grids_.size()) failLayout();
        const PatchGrid& grid = grids_[grid_];
        if (++frame_ >= grid.t) {
            ++grid_;
            frame_ = 0;
        }
        return {grid.h / merge_size_, grid.w / merge_size_};
    }
    bool finished() const { return grid_ == grids_.size(); }

  private:
    std::span<const PatchGrid> grids_;
    int merge_size_;
    std::size_t grid_ = 0;
    int frame_ = 0;
};

}  // namespace

Positions mropePositions(std::span<const TokenType> types, std::span<const PatchGrid> image_grids,
                         std::span<const PatchGrid> video_grids, int merge_size) {
    FrameGrids images(image_grids, merge_size);
    FrameGrids videos(video_grids, merge_size);
    Positions result;
    result.positions.reserve(types.size());
    std::int32_t next = 0;
    for (std::size_t at = 0; at < types.size();) {
        const TokenType type = types[at];
        if (type == TokenType::text) {
            result.positions.push_back({next, next, next});
            ++next;
            ++at;
            continue;
        }
        const auto [height, width] = type == TokenType::image ? images.next() : videos.next();
        const std::size_t pads = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
        if (pads == 0 || pads > types.size() - at) failLayout();
        for (std::int32_t row = 0; row < height; ++row) {
            for (std::int32_t column = 0; column < width; ++column, ++at) {
                if (types[at] != type) failLayout();
                result.positions.push_back({next, next + row, next + column});
            }
        }
        next += std::max(height, width);
    }
    if (!images.finished() || !videos.finished()) failLayout();
    result.rope_delta = next - static_cast<std::int32_t>(types.size());
    return result;
}

}  // namespace sightline
