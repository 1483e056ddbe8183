// What still pictures and clips share on their way to patches.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "inference/pictures/image_patches.h"

namespace sightline {

// Throws Error(invalid_input) if the picture has no pixels, or not as many as its size says.
void checkPicture(const Picture& picture);

// Zeros of `wanted` are the model's values. Throws Error(invalid_input) if the wanted minimum is above the
// wanted maximum.
PixelBudget resolvedBudget(const PixelBudget& wanted, const PixelBudget& model);

// Appends the patches of one temporal patch to `data`. frames: temporal_patch_size images [height][width][3];
// height and width are multiples of patch_size * merge_size. Order: see Patches.
void appendFramePatches(std::span<const std::uint8_t* const> frames, int height, int width,
                        const PatchOptions& options, std::vector<std::uint8_t>& data);

}  // namespace sightline
