#include "inference/pictures/image_patches.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "inference/pictures/patch_layout.h"
#include "inference/pictures/resample.h"

namespace sightline {
namespace {

constexpr double largest_ratio = 200.0;

// Python's round(value / factor) * factor: halves go to the even neighbour.
std::int64_t nearestMultiple(int value, int factor) {
    return static_cast<std::int64_t>(std::nearbyint(static_cast<double>(value) / factor)) * factor;
}

std::int64_t multipleBelow(double value, int factor) {
    return std::max<std::int64_t>(factor, static_cast<std::int64_t>(std::floor(value / factor)) * factor);
}

std::int64_t multipleAbove(double value, int factor) {
    return static_cast<std::int64_t>(std::ceil(value / factor)) * factor;
}

void checkSides(int height, int width) {
    if (height <= 0 || width <= 0) {
        throw Error(ErrorKind::invalid_input, "the picture is empty");
    }
    if (static_cast<double>(std::max(height, width)) / std::min(height, width) > largest_ratio) {
        throw Error(ErrorKind::invalid_input, "the picture is " + std::to_string(width) + " x " +
                                                  std::to_string(height) +
                                                  " pixels; its sides may differ by at most 200:1");
    }
}

ModelSize resizeWithinBudget(int frames, std::int64_t model_frames, int height, int width, int factor,
                             std::int64_t min_pixels, std::int64_t max_pixels) {
    std::int64_t model_height = nearestMultiple(height, factor);
    std::int64_t model_width = nearestMultiple(width, factor);
    const std::int64_t model_pixels = model_frames * model_height * model_width;
    const double pixels = static_cast<double>(static_cast<std::int64_t>(frames) * height * width);
    if (model_pixels > max_pixels) {
        const double shrink = std::sqrt(pixels / static_cast<double>(max_pixels));
        model_height = multipleBelow(height / shrink, factor);
        model_width = multipleBelow(width / shrink, factor);
    } else if (model_pixels < min_pixels) {
        const double grow = std::sqrt(static_cast<double>(min_pixels) / pixels);
        model_height = multipleAbove(height * grow, factor);
        model_width = multipleAbove(width * grow, factor);
    }
    return {static_cast<int>(model_height), static_cast<int>(model_width)};
}

}  // namespace

ModelSize smartResize(int height, int width, int factor, std::int64_t min_pixels, std::int64_t max_pixels) {
    checkSides(height, width);
    return resizeWithinBudget(1, 1, height, width, factor, min_pixels, max_pixels);
}

ModelSize smartResizeVideo(int frames, int height, int width, int temporal_factor, int factor,
                           std::int64_t min_pixels, std::int64_t max_pixels) {
    if (frames < temporal_factor) {
        throw Error(ErrorKind::invalid_input, "the video has " + std::to_string(frames) +
                                                  " frames to look at; at least " +
                                                  std::to_string(temporal_factor) + " are needed");
    }
    checkSides(height, width);
    if (height < factor || width < factor) {
        const double grow =
            std::max(static_cast<double>(factor) / height, static_cast<double>(factor) / width);
        height = static_cast<int>(height * grow);
        width = static_cast<int>(width * grow);
        checkSides(height, width);
    }
    const std::int64_t model_frames = nearestMultiple(frames, temporal_factor);
    return resizeWithinBudget(frames, model_frames, height, width, factor, min_pixels, max_pixels);
}

std::vector<std::uint8_t> resizeBicubic(std::span<const std::uint8_t> src, int src_width, int src_height,
                                        int dst_width, int dst_height) {
    std::vector<std::uint8_t> wide;
    const std::uint8_t* rows = src.data();
    if (dst_width != src_width) {
        wide = resampleColumns(rows, src_width, src_height, dst_width);
        rows = wide.data();
    }
    if (dst_height != src_height) return resampleRows(rows, dst_width, src_height, dst_height);
    if (dst_width != src_width) return wide;
    return {src.begin(), src.end()};
}

void checkPicture(const Picture& picture) {
    if (picture.width <= 0 || picture.height <= 0) {
        throw Error(ErrorKind::invalid_input, "the picture is empty");
    }
    if (picture.rgb.size() !=
        static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * 3) {
        throw Error(ErrorKind::invalid_input, "the picture's pixel data does not match its size of " +
                                                  std::to_string(picture.width) + " x " +
                                                  std::to_string(picture.height) + " pixels");
    }
}

PixelBudget resolvedBudget(const PixelBudget& wanted, const PixelBudget& model) {
    PixelBudget budget{wanted.min_pixels > 0 ? wanted.min_pixels : model.min_pixels,
                       wanted.max_pixels > 0 ? wanted.max_pixels : model.max_pixels};
    if (budget.min_pixels <= budget.max_pixels) return budget;
    // One of two wishes contradicts the model's own other limit: the wish counts.
    if (wanted.min_pixels <= 0) return {budget.max_pixels, budget.max_pixels};
    if (wanted.max_pixels <= 0) return {budget.min_pixels, budget.min_pixels};
    throw Error(ErrorKind::invalid_input,
                "the pixel budget's minimum of " + std::to_string(budget.min_pixels) +
                    " is above its maximum of " + std::to_string(budget.max_pixels));
}

void appendFramePatches(std::span<const std::uint8_t* const> frames, int height, int width,
                        const PatchOptions& options, std::vector<std::uint8_t>& data) {
    const int patch = options.patch_size;
    const int merge = options.merge_size;
    const int side = patch * merge;
    std::size_t at = data.size();
    data.resize(at + frames.size() * static_cast<std::size_t>(height) * static_cast<std::size_t>(width) * 3);
    std::uint8_t* out = data.data() + at;
    const auto writePatch = [&](int top, int left) {
        for (int channel = 0; channel < 3; ++channel) {
            for (const std::uint8_t* frame : frames) {
                for (int row = 0; row < patch; ++row) {
                    const std::uint8_t* pixel =
                        frame +
                        (static_cast<std::size_t>(top + row) * static_cast<std::size_t>(width) +
                         static_cast<std::size_t>(left)) *
                            3 +
                        channel;
                    for (int column = 0; column < patch; ++column)
                        *out++ = pixel[3 * column];
                }
            }
        }
    };
    for (int top = 0; top < height; top += side) {
        for (int left = 0; left < width; left += side) {
            for (int row = 0; row < merge; ++row) {
                for (int column = 0; column < merge; ++column) {
                    writePatch(top + row * patch, left + column * patch);
                }
            }
        }
    }
}

ModelSize imageModelSize(int width, int height, const PatchOptions& options, const PixelBudget& budget) {
    const PixelBudget limits = resolvedBudget(budget, options.budget);
    return smartResize(height, width, options.patch_size * options.merge_size, limits.min_pixels,
                       limits.max_pixels);
}

Patches imagePatches(const Picture& picture, const PatchOptions& options, const PixelBudget& budget) {
    checkPicture(picture);
    const ModelSize size = imageModelSize(picture.width, picture.height, options, budget);
    std::vector<std::uint8_t> resized;
    const std::uint8_t* pixels = picture.rgb.data();
    if (size.width != picture.width || size.height != picture.height) {
        resized = resizeBicubic(picture.rgb, picture.width, picture.height, size.width, size.height);
        pixels = resized.data();
    }
    // A still picture is shown to the encoder as a clip that stands still.
    const std::vector<const std::uint8_t*> frames(static_cast<std::size_t>(options.temporal_patch_size),
                                                  pixels);
    Patches patches;
    patches.grid = {1, size.height / options.patch_size, size.width / options.patch_size};
    appendFramePatches(frames, size.height, size.width, options, patches.data);
    return patches;
}

ContentId contentId(const Patches& patches) {
    ContentHash hash;
    hash.addValue(patches.grid);
    hash.add(std::as_bytes(std::span(patches.data)));
    return hash.result();
}

}  // namespace sightline
