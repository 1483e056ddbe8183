// How pictures and clips are prepared, as the folder's processor files say.
#pragma once

#include <filesystem>

#include "inference/pictures/image_patches.h"
#include "inference/pictures/video_frames.h"

namespace sightline {

struct VisionConfig;

struct ProcessorConfig {
    PatchOptions image_patches;
    VideoOptions video;
};

// Pictures: processor_config.json (image_processor), else preprocessor_config.json. Clips:
// processor_config.json (video_processor), else video_preprocessor_config.json, else
// preprocessor_config.json. Without any of them the released models' values are used. Patch, merge and
// temporal sizes must be those of `vision`. Throws Error(invalid_model) naming file and field,
// Error(unsupported) for an option that is not implemented.
ProcessorConfig readProcessorConfig(const std::filesystem::path& folder, const VisionConfig& vision);

}  // namespace sightline
