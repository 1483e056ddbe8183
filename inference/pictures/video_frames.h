// A clip -> sampled frames, timestamps and patches, as transformers' Qwen3VLVideoProcessor and
// Qwen3VLProcessor do.
#pragma once

#include <string>
#include <vector>

#include "inference/pictures/image_patches.h"

namespace sightline {

struct VideoOptions {
    PatchOptions patches{16, 2, 2, PixelBudget{4096, 25165824}};
    double fps = 2.0;
    int min_frames = 4;
    int max_frames = 768;
};

// Which of `total` frames are used: as Qwen3VLVideoProcessor.sample_frames (numpy linspace, rounded half to
// even). fps_of_video <= 0 = unknown: 24 is assumed.
std::vector<int> sampleFrames(int total, double fps_of_video, const VideoOptions& options);

// One timestamp (seconds) a temporal patch: the mean of its frame pair's times; the last index is repeated if
// their number is odd.
std::vector<double> frameTimestamps(const std::vector<int>& indices, double fps_of_video, int merge_temporal);

// "<0.5 seconds>": one decimal, as Python formats it (round half to even on the binary value).
std::string timestampText(double seconds);

struct VideoPatches {
    Patches patches;
    std::vector<int> frame_indices;
    std::vector<double> timestamps;  // patches.grid.t of them
};

// Throws Error(invalid_input): no frames, frames of different sizes.
VideoPatches videoPatches(const VideoPart& part, const VideoOptions& options);

}  // namespace sightline
