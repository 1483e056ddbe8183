// layer_check --model DIR [--precisions P,P...] [--size WIDTHxHEIGHT] [--tokens N] [--threads N]
//
// How far the networks move from float32 layer by layer when their weights have another precision: a picture
// of pseudo-random pixels through the vision encoder, then its features and N tokens of text through the
// language model. Prints one JSON object; an error is RMS(difference) / RMS(float32 value), and what a layer
// has got from the ones before it is in it. The divergence is that of the next token behind the prompt.
#include <getopt.h>

#include <cmath>
#include <exception>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include "inference/networks/qwen_engine.h"
#include "inference/tools/arguments.h"
#include "inference/tools/distribution_comparison.h"
#include "inference/tools/golden_set.h"

namespace sightline {
namespace {

using golden::Json;
using tools::positive;
using tools::precisionsOf;
using tools::UsageError;

struct Size {
    int width = 0;
    int height = 0;
};

struct Arguments {
    std::filesystem::path model;
    std::vector<Precision> precisions = {Precision::bfloat16, Precision::int8, Precision::int4};
    Size size{512, 512};
    int tokens = 64;
    int threads = 1;
};

struct Stage {
    std::string name;
    at::Tensor value;
};

std::vector<std::uint8_t> noisePixels(const Size& size) {
    std::mt19937 random(20);
    // Blocks of one colour, as a screen has them, under noise.
    std::vector<std::uint8_t> pixels(3 * static_cast<std::size_t>(size.width) *
                                     static_cast<std::size_t>(size.height));
    const auto stripe = static_cast<std::size_t>(size.width);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const std::size_t block = i / 3 / stripe / 24 * 31 + i / 3 % stripe / 40 * 17 + i % 3;
        pixels[i] = static_cast<std::uint8_t>((block * 2654435761U >> 24 & 0x7F) + random() % 64);
    }
    return pixels;
}

// What a model of this precision computes, stage by stage; the last one is the logits.
std::vector<Stage> stagesOf(const Arguments& arguments, Precision precision) {
    EngineOptions options;
    options.device = DeviceChoice::cpu;
    options.precision = precision;
    options.threads = arguments.threads;
    const QwenEngine model(arguments.model, options, nullptr, std::stop_token());
    std::vector<Stage> stages;
    const Tap tap = [&](const std::string& name, const at::Tensor& value) {
        for (const char* kept :
             {"vision.block_out.", "vision.deepstack.", "vision.merger", "text.layer_out."})
            if (name.starts_with(kept)) stages.push_back({name, value.to(at::kCPU, at::kFloat).clone()});
    };
    Work work;
    work.tap = &tap;

    Picture picture;
    picture.width = arguments.size.width;
    picture.height = arguments.size.height;
    picture.rgb = noisePixels(arguments.size);
    EncodingState state =
        model.visionEncoder().begin({imagePatches(picture, model.config().image_patches, {})});
    while (!model.visionEncoder().step(state, work)) {
    }
    VisualRows visual;
    visual.merged = state.features.front().merged;
    visual.deepstack = state.features.front().deepstack;
    std::vector<TokenId> ids;
    std::vector<Position> positions;
    std::mt19937 random(21);
    const auto vocabulary = static_cast<unsigned>(model.config().text_config.vocab_size);
    const std::int64_t rows = visual.merged.size(0);
    for (std::int64_t i = 0; i < rows + arguments.tokens; ++i) {
        const auto position = static_cast<std::int32_t>(i);
        ids.push_back(static_cast<TokenId>(random() % vocabulary));
        positions.push_back({position, position, position});
        if (i < rows) visual.rows.push_back(i);
    }
    KvCache cache(model.languageModel().cacheLayout());
    PrefillState prefill = model.languageModel().beginPrefill(cache, ids, positions, visual, work);
    while (!model.languageModel().stepPrefill(prefill, work)) {
    }
    const at::Tensor last =
        prefill.x.narrow(0, prefill.x.size(0) - arguments.tokens, arguments.tokens).contiguous();
    stages.push_back({"logits", model.languageModel().logits(last, Work{})});
    return stages;
}

Json compare(const std::vector<Stage>& reference, const std::vector<Stage>& other, Precision precision) {
    if (reference.size() != other.size())
        throw Error(ErrorKind::internal, "the networks have different stages");
    Json errors = Json::object();
    for (std::size_t i = 0; i < reference.size(); ++i) {
        const double difference = (other[i].value - reference[i].value).square().mean().item<double>();
        errors[reference[i].name] = std::sqrt(difference / reference[i].value.square().mean().item<double>());
    }
    DistributionComparison distributions;
    const at::Tensor& wanted = reference.back().value;
    const auto width = static_cast<std::size_t>(wanted.size(1));
    for (std::size_t row = 0; row < static_cast<std::size_t>(wanted.size(0)); ++row)
        distributions.add({wanted.const_data_ptr<float>() + row * width, width},
                          {other.back().value.const_data_ptr<float>() + row * width, width});
    return {{"precision", wordOf(precision)},
            {"errors", errors},
            {"divergence_mean", distributions.meanDivergence()},
            {"same_top",
             static_cast<double>(distributions.sameTop()) / static_cast<double>(distributions.positions())}};
}

Arguments parse(int argc, char** argv) {
    const option options[] = {
        {"model", required_argument, nullptr, 'm'},   {"precisions", required_argument, nullptr, 'p'},
        {"size", required_argument, nullptr, 's'},    {"tokens", required_argument, nullptr, 't'},
        {"threads", required_argument, nullptr, 'n'}, {nullptr, 0, nullptr, 0}};
    Arguments arguments;
    for (int c; (c = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        const std::string value = optarg ? optarg : "";
        if (c == 'm') arguments.model = value;
        if (c == 't') arguments.tokens = positive(value);
        if (c == 'n') arguments.threads = positive(value);
        if (c == 's') {
            const std::size_t cross = value.find('x');
            if (cross == std::string::npos) throw UsageError("'" + value + "' is no size like 512x512");
            arguments.size = {positive(value.substr(0, cross)), positive(value.substr(cross + 1))};
        }
        if (c == 'p') arguments.precisions = precisionsOf(value);
        if (c == '?') throw UsageError("");  // getopt has said what is wrong
    }
    if (optind != argc || arguments.model.empty())
        throw UsageError("--model DIR is needed, and nothing else");
    return arguments;
}

Json run(const Arguments& arguments) {
    const c10::InferenceMode guard;
    const std::vector<Stage> reference = stagesOf(arguments, Precision::float32);
    Json results = Json::array();
    for (const Precision precision : arguments.precisions)
        results.push_back(compare(reference, stagesOf(arguments, precision), precision));
    return {{"size", {arguments.size.width, arguments.size.height}},
            {"tokens", arguments.tokens},
            {"results", results}};
}

}  // namespace
}  // namespace sightline

int main(int argc, char** argv) {
    using namespace sightline;
    try {
        std::cout << run(parse(argc, argv)).dump(2) << std::endl;
        return 0;
    } catch (const UsageError& error) {
        if (*error.what()) std::cerr << "layer_check: " << error.what() << '\n';
        std::cerr
            << "usage: layer_check --model DIR [--precisions P,P...] [--size WIDTHxHEIGHT] [--tokens N] "
               "[--threads N]\n";
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "layer_check: " << error.what() << '\n';
        return 1;
    }
}
