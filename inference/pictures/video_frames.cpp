#include "inference/pictures/video_frames.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "inference/pictures/patch_layout.h"

namespace sightline {
namespace {

constexpr double assumed_fps = 24.0;

double knownFps(double fps) {
    return fps > 0 && std::isfinite(fps) ? fps : assumed_fps;
}

std::vector<std::uint8_t> resized(const Picture& frame, const ModelSize& size) {
    return resizeBicubic(frame.rgb, frame.width, frame.height, size.width, size.height);
}

void checkFrames(const Video& video) {
    if (video.frames.empty()) throw Error(ErrorKind::invalid_input, "the video has no frames");
    const Picture& first = video.frames.front();
    for (const Picture& frame : video.frames) {
        checkPicture(frame);
        if (frame.width != first.width || frame.height != first.height) {
            throw Error(ErrorKind::invalid_input, "the video's frames are not all of one size");
        }
    }
}

}  // namespace

std::vector<int> sampleFrames(int total, double fps_of_video, const VideoOptions& options) {
    if (total <= 0) return {};
    const double kept = total / knownFps(fps_of_video) * options.fps;
    // Compared as a double first: a hostile rate must not overflow the conversion.
    int count = kept < options.max_frames ? static_cast<int>(kept) : options.max_frames;
    count = std::clamp(std::min(std::max(count, options.min_frames), options.max_frames), 1, total);

    std::vector<int> indices(static_cast<std::size_t>(count), 0);
    const double step = count > 1 ? static_cast<double>(total - 1) / (count - 1) : 0.0;
    for (int i = 0; i < count; ++i) {
        indices[static_cast<std::size_t>(i)] = static_cast<int>(std::nearbyint(i * step));
    }
    if (count > 1) indices.back() = total - 1;
    return indices;
}

std::vector<double> frameTimestamps(const std::vector<int>& indices, double fps_of_video,
                                    int merge_temporal) {
    const double fps = knownFps(fps_of_video);
    const std::size_t merge = static_cast<std::size_t>(merge_temporal);
    std::vector<double> timestamps;
    for (std::size_t first = 0; first < indices.size(); first += merge) {
        const std::size_t last = std::min(first + merge - 1, indices.size() - 1);
        timestamps.push_back((indices[first] / fps + indices[last] / fps) / 2);
    }
    return timestamps;
}

std::string timestampText(double seconds) {
    char digits[400];
    // to_chars and not printf: a German locale would write a comma.
    const auto end = std::to_chars(digits, digits + sizeof digits, seconds, std::chars_format::fixed, 1);
    return "<" + std::string(digits, end.ptr) + " seconds>";
}

VideoPatches videoPatches(const VideoPart& part, const VideoOptions& options) {
    if (!part.video) throw Error(ErrorKind::invalid_input, "the video has no frames");
    const Video& video = *part.video;
    checkFrames(video);
    const int total = static_cast<int>(video.frames.size());
    const double fps = knownFps(video.fps.value_or(0));

    VideoPatches result;
    if (part.sample_frames) {
        VideoOptions sampling = options;
        sampling.fps = part.sample_fps;
        result.frame_indices = sampleFrames(total, fps, sampling);
    } else {
        for (int i = 0; i < total; ++i)
            result.frame_indices.push_back(i);
    }
    const int temporal = options.patches.temporal_patch_size;
    result.timestamps = frameTimestamps(result.frame_indices, fps, temporal);

    const PixelBudget limits = resolvedBudget(part.budget, options.patches.budget);
    const ModelSize size = smartResizeVideo(static_cast<int>(result.frame_indices.size()),
                                            video.frames.front().height, video.frames.front().width, temporal,
                                            options.patches.patch_size * options.patches.merge_size,
                                            limits.min_pixels, limits.max_pixels);
    result.patches.grid = {static_cast<int>(result.timestamps.size()),
                           size.height / options.patches.patch_size, size.width / options.patches.patch_size};
    for (int t = 0; t < result.patches.grid.t; ++t) {
        std::vector<std::vector<std::uint8_t>> frames;
        std::vector<const std::uint8_t*> pointers;
        for (int n = 0; n < temporal; ++n) {
            // A clip that ends inside a group repeats its last frame.
            const std::size_t index =
                std::min(static_cast<std::size_t>(t * temporal + n), result.frame_indices.size() - 1);
            const int frame = result.frame_indices[index];
            frames.push_back(resized(video.frames[static_cast<std::size_t>(frame)], size));
        }
        for (const auto& frame : frames)
            pointers.push_back(frame.data());
        appendFramePatches(pointers, size.height, size.width, options.patches, result.patches.data);
    }
    return result;
}

}  // namespace sightline
