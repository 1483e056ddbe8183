// quality_check --model DIR --texts FILE [--precisions P,P...] [--threads N] [--dump DIR]
//
// How far the next-token distributions of a model are from those in float32 when its weights have another
// precision, on texts that are given, not sampled: so every position is compared after the same tokens. The
// reference is float32 by prefill. What is measured of each precision:
//   prefill   the whole text in one pass
//   decode    the text token by token behind the prompt, as a reply is made
//   decoder   as decode, but the pictures were encoded in float32: the error of the decoder alone
// FILE is JSON: a list of {"name", "messages", "template_kwargs", and "reply" (a text) or "reply_ids"};
// without a reply all of the prompt behind its last picture counts. Pictures are named relative to FILE.
// Prints one JSON object.
// --dump writes what another engine needs to do the same: see dump().
#include <getopt.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <numeric>
#include <string>

#include "inference/networks/qwen_engine.h"
#include "inference/tools/arguments.h"
#include "inference/tools/distribution_comparison.h"
#include "inference/tools/encoded_pictures.h"
#include "inference/tools/golden_set.h"

namespace sightline {
namespace {

using golden::Json;
using tools::positive;
using tools::precisionsOf;
using tools::UsageError;

struct Arguments {
    std::filesystem::path model;
    std::filesystem::path texts;
    std::filesystem::path dump;
    std::vector<Precision> precisions;
    int threads = 1;
};

// A text with the tokens that are forced, and the positions whose distributions count: [scored, tokens).
struct Text {
    std::string name;
    EncodedPrompt prompt;
    std::vector<TokenId> ids;  // prompt and reply
    std::vector<Position> positions;
    std::size_t scored = 0;
};

std::unique_ptr<QwenEngine> openEngine(const Arguments& arguments, Precision precision) {
    EngineOptions options;
    options.device = DeviceChoice::cpu;
    options.precision = precision;
    options.threads = arguments.threads;
    return std::make_unique<QwenEngine>(arguments.model, options, nullptr, std::stop_token());
}

std::vector<VisualInput> visualsOf(const Json& messages, const golden::Media& media,
                                   const ModelConfig& config) {
    std::vector<VisualInput> visuals;
    for (const auto& message : messages) {
        if (!message.at("content").is_array()) continue;
        for (const auto& part : message.at("content")) {
            if (part.at("type") == "video")
                throw Error(ErrorKind::invalid_input, "texts with clips are not compared here");
            if (part.at("type") != "image") continue;
            VisualInput input;
            input.patches =
                imagePatches(media.picture(part.at("image").get<std::string>()), config.image_patches, {});
            input.content = contentId(input.patches);
            visuals.push_back(std::move(input));
        }
    }
    return visuals;
}

std::vector<TokenId> replyOf(const Json& item, const QwenEngine& model) {
    if (item.contains("reply_ids")) return item.at("reply_ids").get<std::vector<TokenId>>();
    if (!item.contains("reply")) return {};
    std::vector<TokenId> ids = model.tokenizer().encodeUntrusted(item.at("reply").get<std::string>());
    const auto& ends = model.config().eos_token_ids;
    if (!ends.empty()) ids.push_back(ends.front());
    return ids;
}

Text encode(const Json& item, const golden::Media& media, QwenEngine& model) {
    Text text;
    text.name = item.at("name").get<std::string>();
    Json context = item.value("template_kwargs", Json::object());
    context["messages"] = item.at("messages");
    if (item.contains("tools")) context["tools"] = item.at("tools");
    text.prompt =
        model.promptEncoder().encodeJson(context, visualsOf(item.at("messages"), media, model.config()));
    text.ids = text.prompt.ids;
    text.positions = text.prompt.positions;
    for (const TokenId id : replyOf(item, model)) {
        const auto position = static_cast<std::int32_t>(text.ids.size()) + text.prompt.rope_delta;
        text.positions.push_back({position, position, position});
        text.ids.push_back(id);
    }
    const std::size_t prompt = text.prompt.ids.size();
    text.scored = prompt - 1;  // its distribution is that of the first token of the reply
    if (text.ids.size() == prompt) {
        const auto& types = text.prompt.types;
        const auto last = std::find_if(types.rbegin(), types.rend(),
                                       [](TokenType type) { return type != TokenType::text; });
        text.scored = std::max<std::size_t>(1, static_cast<std::size_t>(types.rend() - last));
    }
    if (text.scored >= text.ids.size())
        throw Error(ErrorKind::invalid_input, text.name + ": there is no position to compare");
    return text;
}

// Puts the first `count` tokens into the cache; the last layer's output, [count, hidden].
at::Tensor prefill(const Text& text, std::size_t count, const VisualRows& visual, const QwenEngine& model,
                   KvCache& cache) {
    PrefillState state = model.languageModel().beginPrefill(
        cache, std::span(text.ids).first(count), std::span(text.positions).first(count), visual, Work{});
    while (!model.languageModel().stepPrefill(state, Work{})) {
    }
    return state.x;
}

// float32 [scored positions, vocabulary]
at::Tensor logitsByPrefill(const Text& text, const VisualRows& visual, const QwenEngine& model) {
    KvCache cache(model.languageModel().cacheLayout());
    const auto count = static_cast<std::int64_t>(text.ids.size());
    const auto scored = static_cast<std::int64_t>(text.scored);
    const at::Tensor x = prefill(text, text.ids.size(), visual, model, cache);
    return model.languageModel().logits(x.narrow(0, scored, count - scored).contiguous(), Work{});
}

at::Tensor logitsByDecode(const Text& text, const VisualRows& visual, const QwenEngine& model) {
    KvCache cache(model.languageModel().cacheLayout());
    prefill(text, text.scored, visual, model, cache);
    std::vector<at::Tensor> rows;
    for (std::size_t i = text.scored; i < text.ids.size(); ++i) {
        KvCache* caches[] = {&cache};
        // The result may lie in a buffer that the next step writes again.
        rows.push_back(
            model.languageModel().decode({&text.ids[i], 1}, {&text.positions[i], 1}, caches, Work{}).clone());
    }
    return at::cat(rows, 0);
}

std::span<const float> row(const at::Tensor& logits, std::int64_t index) {
    const auto width = static_cast<std::size_t>(logits.size(1));
    return {logits.const_data_ptr<float>() + static_cast<std::size_t>(index) * width, width};
}

void writeNumbers(const std::filesystem::path& file, const at::Tensor& values) {
    const at::Tensor numbers = values.to(at::kCPU, at::kFloat).contiguous();
    std::ofstream stream(file, std::ios::binary);
    stream.write(static_cast<const char*>(numbers.const_data_ptr()),
                 static_cast<std::streamsize>(numbers.nbytes()));
    if (!stream.flush()) throw Error(ErrorKind::invalid_input, file.string() + " cannot be written");
}

class QualityCheck {
  public:
    explicit QualityCheck(const Arguments& arguments) : arguments_(arguments) {}

    Json run() {
        const c10::InferenceMode guard;
        readTexts();
        Json results = Json::array();
        for (const Precision precision : arguments_.precisions) {
            const auto model = openEngine(arguments_, precision);
            DistributionComparison by_prefill;
            DistributionComparison by_decode;
            DistributionComparison decoder_only;
            bool pictures = false;
            for (std::size_t i = 0; i < texts_.size(); ++i) {
                const VisualRows visual = encodePictures(texts_[i].prompt, *model);
                compare(i, logitsByPrefill(texts_[i], visual, *model), by_prefill);
                compare(i, logitsByDecode(texts_[i], visual, *model), by_decode);
                compare(i, logitsByDecode(texts_[i], visuals_[i], *model), decoder_only);
                pictures = pictures || visual.merged.defined();
            }
            results.push_back(summary(precision, "prefill", by_prefill));
            results.push_back(summary(precision, "decode", by_decode));
            if (pictures) results.push_back(summary(precision, "decoder", decoder_only));
        }
        return {{"texts", texts_.size()}, {"results", std::move(results)}};
    }

  private:
    // Encodes the texts and computes the reference.
    void readTexts() {
        const golden::Media media(arguments_.texts.parent_path());
        const auto model = openEngine(arguments_, Precision::float32);
        for (const Json& item : golden::readJson(arguments_.texts)) {
            texts_.push_back(encode(item, media, *model));
            visuals_.push_back(encodePictures(texts_.back().prompt, *model));
            reference_.push_back(logitsByPrefill(texts_.back(), visuals_.back(), *model));
        }
        if (!arguments_.dump.empty()) dump();
    }

    // index.json, and for each text NAME.logits: float32 [scored positions, vocabulary]; NAME.features:
    // float32 [picture tokens, hidden * (1 + DeepStack features)], the merged features and behind them those
    // for the layers.
    void dump() const {
        std::filesystem::create_directories(arguments_.dump);
        Json index = Json::array();
        for (std::size_t i = 0; i < texts_.size(); ++i) {
            const Text& text = texts_[i];
            const VisualRows& visual = visuals_[i];
            index.push_back({{"name", text.name},
                             {"ids", text.ids},
                             {"positions", text.positions},
                             {"scored", text.scored},
                             {"picture_tokens", visual.rows},
                             {"vocabulary", reference_[i].size(1)}});
            writeNumbers(arguments_.dump / (text.name + ".logits"), reference_[i]);
            if (!visual.merged.defined()) continue;
            std::vector<at::Tensor> parts{visual.merged};
            parts.insert(parts.end(), visual.deepstack.begin(), visual.deepstack.end());
            writeNumbers(arguments_.dump / (text.name + ".features"), at::cat(parts, 1));
        }
        std::ofstream stream(arguments_.dump / "index.json");
        stream << index.dump() << '\n';
        if (!stream.flush())
            throw Error(ErrorKind::invalid_input, arguments_.dump.string() + " cannot be written");
    }

    void compare(std::size_t text, const at::Tensor& logits, DistributionComparison& comparison) const {
        for (std::int64_t i = 0; i < logits.size(0); ++i)
            comparison.add(row(reference_[text], i), row(logits, i));
    }

    static Json summary(Precision precision, const char* path, const DistributionComparison& comparison) {
        const auto positions = static_cast<double>(comparison.positions());
        return {{"precision", wordOf(precision)},
                {"path", path},
                {"positions", comparison.positions()},
                {"divergence_mean", comparison.meanDivergence()},
                {"divergence_p99", comparison.divergenceQuantile(0.99)},
                {"same_top", static_cast<double>(comparison.sameTop()) / positions}};
    }

    const Arguments& arguments_;
    std::vector<Text> texts_;
    std::vector<VisualRows> visuals_;    // of float32
    std::vector<at::Tensor> reference_;  // logits
};

Arguments parse(int argc, char** argv) {
    const option options[] = {
        {"model", required_argument, nullptr, 'm'},      {"texts", required_argument, nullptr, 't'},
        {"precisions", required_argument, nullptr, 'p'}, {"threads", required_argument, nullptr, 'n'},
        {"dump", required_argument, nullptr, 'd'},       {nullptr, 0, nullptr, 0}};
    Arguments arguments;
    for (const PrecisionName& names : precision_names)
        if (names.precision != Precision::automatic) arguments.precisions.push_back(names.precision);
    for (int c; (c = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        const std::string value = optarg ? optarg : "";
        if (c == 'm') arguments.model = value;
        if (c == 't') arguments.texts = value;
        if (c == 'd') arguments.dump = value;
        if (c == 'p') arguments.precisions = precisionsOf(value);
        if (c == 'n') arguments.threads = positive(value);
        if (c == '?') throw UsageError("");  // getopt has said what is wrong
    }
    if (optind != argc || arguments.model.empty() || arguments.texts.empty())
        throw UsageError("--model DIR and --texts FILE are needed, and nothing else");
    return arguments;
}

}  // namespace
}  // namespace sightline

int main(int argc, char** argv) {
    using namespace sightline;
    try {
        const Arguments arguments = parse(argc, argv);
        std::cout << QualityCheck(arguments).run().dump(2) << std::endl;
        return 0;
    } catch (const UsageError& error) {
        if (*error.what()) std::cerr << "quality_check: " << error.what() << '\n';
        std::cerr << "usage: quality_check --model DIR --texts FILE [--precisions P,P...] [--threads N] "
                     "[--dump DIR]\n";
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "quality_check: " << error.what() << '\n';
        return 1;
    }
}
