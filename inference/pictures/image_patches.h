// A picture -> what the vision encoder eats: resized to a multiple of patch x merge, cut into patches.
//
// Reference: transformers Qwen2VLImageProcessorFast (torchvision back end): smart_resize, bicubic with
// antialias on uint8 (torch's native uint8 kernel, horizontal pass first), patches flattened in merge-block
// order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "inference/engine.h"
#include "inference/files/content_hash.h"

namespace sightline {

// What preprocessor_config.json / video_preprocessor_config.json say.
struct PatchOptions {
    int patch_size = 16;
    int temporal_patch_size = 2;
    int merge_size = 2;
    PixelBudget budget{65536, 16777216};
};

struct PatchGrid {
    int t = 1;  // temporal patches (frame pairs)
    int h = 0;  // patch rows, a multiple of merge_size
    int w = 0;  // patch columns, a multiple of merge_size
    int patches() const { return t * h * w; }
};

// Flattened patches before normalisation. data: [grid.patches()][3 * temporal * patch * patch] uint8,
// row-major; a patch is [channel][time][row][column]; patches are ordered by t, then merge blocks
// (row-major), then row and column within the block. The model's pixel value is (u8 - 127.5) / 127.5
// (image_mean = image_std = 0.5).
struct Patches {
    PatchGrid grid;
    std::vector<std::uint8_t> data;
};

// Resized size for a picture of this size: sides are multiples of `factor` (patch_size * merge_size), the
// area within the budget, the ratio kept as well as possible. Throws Error(invalid_input) if the sides differ
// by more than 200:1. Formula and rounding: smart_resize of transformers' Qwen2-VL image processing (banker's
// rounding of Python).
struct ModelSize {
    int height = 0;
    int width = 0;
};
ModelSize smartResize(int height, int width, int factor, std::int64_t min_pixels, std::int64_t max_pixels);

// Video variant: `frames` counts, the budget is for the whole clip. Formula: smart_resize of Qwen3-VL video
// processing.
ModelSize smartResizeVideo(int frames, int height, int width, int temporal_factor, int factor,
                           std::int64_t min_pixels, std::int64_t max_pixels);

// Bicubic (a = -0.5), antialiased, exactly torch's uint8 kernel. src: [src_h][src_w][3] uint8; result
// [dst_h][dst_w][3].
std::vector<std::uint8_t> resizeBicubic(std::span<const std::uint8_t> src, int src_width, int src_height,
                                        int dst_width, int dst_height);

Patches imagePatches(const Picture& picture, const PatchOptions& options, const PixelBudget& budget);

// The size that imagePatches would use; the budget's zeros mean the options' values.
ModelSize imageModelSize(int width, int height, const PatchOptions& options, const PixelBudget& budget);

// A 128-bit content id of resized patches: equal for equal pixels and grid (renamed copies), different
// otherwise.
using ContentId = Hash128;
ContentId contentId(const Patches& patches);

}  // namespace sightline
