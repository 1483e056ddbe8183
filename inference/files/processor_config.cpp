#include "inference/files/processor_config.h"

#include <cmath>
#include <optional>

#include "inference/files/config_fields.h"
#include "inference/files/model_config.h"

namespace sightline {
namespace {

constexpr const char* combined_name = "processor_config.json";
constexpr const char* image_name = "preprocessor_config.json";
constexpr const char* video_name = "video_preprocessor_config.json";
constexpr std::int64_t max_budget = std::int64_t{1} << 40;

void onlyTheSameSize(const ConfigFields& fields, const std::string& field, int of_the_model) {
    if (fields.integerOr(field, 1, 4096, of_the_model) != of_the_model) {
        fields.refuse(field, "is " + describeJson(*fields.find(field)) +
                                 ", but the vision encoder of config.json has " +
                                 std::to_string(of_the_model));
    }
}

void onlyHalf(const ConfigFields& fields, const std::string& field) {
    const nlohmann::json* const value = fields.find(field);
    if (value == nullptr) {
        fields.unsupported(field, "is missing, and other values than [0.5, 0.5, 0.5] are not supported");
    }
    if (*value != nlohmann::json::array({0.5, 0.5, 0.5}) && *value != nlohmann::json(0.5)) {
        fields.unsupported(field, "is not [0.5, 0.5, 0.5], and nothing else is supported");
    }
}

// The sizes are areas in pixels in spite of their names; min_pixels and max_pixels are the older spelling.
PixelBudget readBudget(const ConfigFields& fields, PixelBudget budget) {
    if (fields.has("size")) {
        fields.object("size");
        const ConfigFields size = fields.inside("size");
        for (const char* field : {"shortest_edge", "longest_edge"}) {
            if (!size.has(field)) {
                size.refuse(field, "is missing");
            }
        }
        budget.min_pixels = size.longIntegerOr("shortest_edge", 1, max_budget, 0);
        budget.max_pixels = size.longIntegerOr("longest_edge", 1, max_budget, 0);
    }
    budget.min_pixels = fields.longIntegerOr("min_pixels", 1, max_budget, budget.min_pixels);
    budget.max_pixels = fields.longIntegerOr("max_pixels", 1, max_budget, budget.max_pixels);
    if (budget.min_pixels > budget.max_pixels) {
        fields.refuse("size", "allows at least " + std::to_string(budget.min_pixels) + " and at most " +
                                  std::to_string(budget.max_pixels) + " pixels");
    }
    return budget;
}

void readPatches(const ConfigFields& fields, const VisionConfig& vision, PatchOptions& options) {
    onlyTheSameSize(fields, "patch_size", vision.patch_size);
    onlyTheSameSize(fields, "merge_size", vision.spatial_merge_size);
    onlyTheSameSize(fields, "temporal_patch_size", vision.temporal_patch_size);
    onlyHalf(fields, "image_mean");
    onlyHalf(fields, "image_std");
    for (const char* field : {"do_resize", "do_rescale", "do_normalize"}) {
        fields.only(field, true);
    }
    fields.only("resample", 3);
    if (std::abs(fields.numberOr("rescale_factor", 0, 1, 1.0 / 255) - 1.0 / 255) > 1e-9) {
        fields.unsupported("rescale_factor", "is not 1/255, and nothing else is supported");
    }
    options.budget = readBudget(fields, options.budget);
}

void readClips(const ConfigFields& fields, VideoOptions& options) {
    options.fps = fields.numberOr("fps", 0.001, 1000, options.fps);
    options.min_frames = fields.integerOr("min_frames", 1, 100'000, options.min_frames);
    options.max_frames = fields.integerOr("max_frames", 1, 100'000, options.max_frames);
    if (options.min_frames > options.max_frames) {
        fields.refuse("min_frames", "is greater than max_frames");
    }
    fields.only("do_sample_frames", true);
    fields.only("cap_pixels_per_frame", false);
    if (fields.has("num_frames")) {
        fields.unsupported("num_frames", "is not supported (only fps is)");
    }
}

}  // namespace

ProcessorConfig readProcessorConfig(const std::filesystem::path& folder, const VisionConfig& vision) {
    ProcessorConfig config;
    for (PatchOptions* options : {&config.image_patches, &config.video.patches}) {
        options->patch_size = vision.patch_size;
        options->merge_size = vision.spatial_merge_size;
        options->temporal_patch_size = vision.temporal_patch_size;
    }
    nlohmann::json combined;
    nlohmann::json image;
    nlohmann::json video;
    std::optional<ConfigFields> image_fields;
    std::optional<ConfigFields> video_fields;
    if (isThere(folder / combined_name)) {
        combined = readJsonFile(folder / combined_name);
        const ConfigFields fields(combined, combined_name);
        if (fields.has("image_processor")) {
            fields.object("image_processor");
            image_fields.emplace(fields.inside("image_processor"));
        }
        if (fields.has("video_processor")) {
            fields.object("video_processor");
            video_fields.emplace(fields.inside("video_processor"));
        }
    }
    if (isThere(folder / image_name)) {
        image = readJsonFile(folder / image_name);
        if (!image_fields) {
            image_fields.emplace(image, image_name);
        }
    }
    if (!video_fields && isThere(folder / video_name)) {
        video = readJsonFile(folder / video_name);
        video_fields.emplace(video, video_name);
    } else if (!video_fields && !image.is_null()) {
        video_fields.emplace(image, image_name);
    }
    if (image_fields) {
        readPatches(*image_fields, vision, config.image_patches);
    }
    if (video_fields) {
        readPatches(*video_fields, vision, config.video.patches);
        readClips(*video_fields, config.video);
    }
    return config;
}

}  // namespace sightline
