// golden_check DIR [--dtype float32|bfloat16] [--device cpu|cuda] [--threads N]
//
// Runs every case of a folder of reference values (docs/model-format.md, "Reference values") and prints a
// line a case with the largest error of each stage, then "N passed, N failed". Exit code 0 if all passed, 1
// if not, 2 for usage.
#include <getopt.h>

#include <cmath>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <string>

#include "inference/networks/qwen_engine.h"
#include "inference/tools/encoded_pictures.h"
#include "inference/tools/golden_set.h"

namespace sightline::golden {
namespace {

// Limits of the reference set's README. Below bf16 only the logits have one.
struct Limits {
    double logits = 5e-4;
    double logits_rms = -1;  // RMS of the difference / standard deviation of the logits
    double hidden = 5e-4;
    double vision = 2e-4;
    double table = 1e-5;
    bool greedy_exact = true;
};

Limits limitsFor(Precision precision) {
    if (precision == Precision::float32) return {};
    return {3.17, 0.0759, -1, -1, -1, false};
}

double limitFor(const std::string& name, const Limits& limits) {
    if (name.find("rope") != std::string::npos || name.find("pos_embed") != std::string::npos)
        return limits.table;
    return name.starts_with("vision.") ? limits.vision : limits.hidden;
}

class Checker {
  public:
    Checker(std::filesystem::path folder, const EngineOptions& options)
        : folder_(std::move(folder)),
          options_(options),
          limits_(limitsFor(options.precision)),
          media_(folder_) {}

    int run() {
        const c10::InferenceMode guard;
        const Json cases = readJson(folder_ / "cases" / "index.json").at("cases");
        const std::string first = cases.at(0).at("checkpoint").get<std::string>();
        for (const Media::Entry& entry : media_.entries())
            guarded((entry.video ? "video " : "image ") + entry.name,
                    [&] { return checkMedia(entry, engine(first)); });
        for (const Json& item : cases)
            guarded("case " + item.at("name").get<std::string>(), [&] { return checkCase(item); });
        checkVariants(cases);
        std::printf("%d passed, %d failed\n", passed_, failed_);
        return failed_ == 0 ? 0 : 1;
    }

  private:
    template <typename Check>
    void guarded(const std::string& name, const Check& check) {
        Comparison comparison;
        try {
            comparison = check();
        } catch (const std::exception& error) {
            comparison.check(std::string(error.what()) + ": results", false);
        }
        (comparison.passed() ? passed_ : failed_) += 1;
        std::printf("%s  %s: %s\n", comparison.passed() ? "PASS" : "FAIL", name.c_str(),
                    comparison.line().c_str());
        std::fflush(stdout);
    }

    QwenEngine& engine(const std::string& checkpoint) {
        auto& found = engines_[checkpoint];
        if (!found)
            found = std::make_unique<QwenEngine>(folder_ / checkpoint, options_, nullptr, std::stop_token());
        return *found;
    }

    Comparison checkMedia(const Media::Entry& entry, QwenEngine& model) {
        Comparison result;
        const Tensors reference(folder_ / entry.info.at("data").get<std::string>());
        VisualInput input = media_.visual(entry, model.config());
        const PatchGrid grid = input.patches.grid;
        const std::vector<std::int64_t> shape = {1, 3};
        result.equal("grid", at::tensor({grid.t, grid.h, grid.w}, at::kLong).view(shape),
                     reference.at("grid_thw"));
        const at::Tensor patches = at::from_blob(
            input.patches.data.data(),
            {grid.patches(), static_cast<std::int64_t>(input.patches.data.size()) / grid.patches()},
            at::TensorOptions().dtype(at::kByte));
        result.equal("patches", patches, reference.at("patches_u8"));
        if (!result.passed()) return result;

        const Tap tap = [&](const std::string& name, const at::Tensor& value) {
            if (reference.has(name))
                result.values(name, value.to(at::kCPU, at::kFloat), reference.at(name),
                              limitFor(name, limits_));
        };
        Work work;
        work.tap = &tap;
        EncodingState state = model.visionEncoder().begin({std::move(input.patches)});
        while (!model.visionEncoder().step(state, work)) {
        }
        return result;
    }

    EncodedPrompt encode(const Json& item, QwenEngine& model) {
        Json context = item.value("template_kwargs", Json::object());
        context["messages"] = item.at("messages");
        if (item.contains("tools")) context["tools"] = item.at("tools");
        model.promptEncoder().setOldVideoLayout(item.value("video_layout", std::string()).find('<') !=
                                                std::string::npos);
        return model.promptEncoder().encodeJson(context, media_.visuals(item.at("messages"), model.config()));
    }

    void checkPrompt(const EncodedPrompt& prompt, const Tensors& reference, Comparison& result) {
        const auto count = static_cast<std::int64_t>(prompt.ids.size());
        const at::Tensor ids = at::empty({count}, at::kLong);
        const at::Tensor types = at::empty({count}, at::kLong);
        const at::Tensor positions = at::empty({3, count}, at::kLong);
        for (std::int64_t i = 0; i < count; ++i) {
            const auto token = static_cast<std::size_t>(i);
            ids[i] = prompt.ids[token];
            types[i] = static_cast<std::int64_t>(prompt.types[token]);
            for (std::int64_t axis = 0; axis < 3; ++axis)
                positions[axis][i] = prompt.positions[token][static_cast<std::size_t>(axis)];
        }
        result.equal("ids", ids, reference.at("input_ids"));
        if (reference.has("mm_token_type_ids"))
            result.equal("types", types, reference.at("mm_token_type_ids"));
        if (reference.has("position_ids")) result.equal("positions", positions, reference.at("position_ids"));
        if (reference.has("rope_delta"))
            result.check("rope_delta", reference.at("rope_delta").item<std::int64_t>() == prompt.rope_delta);
    }

    // The whole prompt in one chunk, every stage compared; then the reference's tokens one by one.
    void checkNetwork(const EncodedPrompt& prompt, const Tensors& reference, QwenEngine& model,
                      Comparison& result) {
        const Tap tap = [&](const std::string& name, const at::Tensor& value) {
            if (reference.has(name))
                result.values(name, value.to(at::kCPU, at::kFloat), reference.at(name),
                              limitFor(name, limits_));
        };
        Work work;
        const VisualRows rows = encodePictures(prompt, model);
        KvCache cache(model.languageModel().cacheLayout());
        work.tap = &tap;
        PrefillState state =
            model.languageModel().beginPrefill(cache, prompt.ids, prompt.positions, rows, work);
        while (!model.languageModel().stepPrefill(state, work)) {
        }
        const at::Tensor all = model.languageModel().logits(state.x, work);
        work.tap = nullptr;
        if (reference.has("logits_all")) compareLogits(all, reference.at("logits_all"), result);
        const at::Tensor last = all.narrow(0, all.size(0) - 1, 1);
        if (reference.has("logits_last"))
            compareLogits(last, reference.at("logits_last").view({1, -1}), result);

        const at::Tensor greedy = reference.at("greedy_ids");
        std::vector<at::Tensor> steps = {last};
        for (std::int64_t i = 0; i + 1 < greedy.size(0); ++i) {
            const TokenId id = static_cast<TokenId>(greedy[i].item<std::int64_t>());
            const auto p = static_cast<std::int32_t>(cache.length()) + prompt.rope_delta;
            const Position position = {p, p, p};
            KvCache* caches[] = {&cache};
            steps.push_back(model.languageModel().decode({&id, 1}, {&position, 1}, caches, work));
        }
        const at::Tensor logits = at::cat(steps, 0);
        if (reference.has("greedy_top5_ids"))
            result.values("logits.greedy_top5", logits.gather(1, reference.at("greedy_top5_ids")),
                          reference.at("greedy_top5_logits"), limits_.logits);
        if (reference.has("greedy_logits")) compareLogits(logits, reference.at("greedy_logits"), result);
    }

    void compareLogits(const at::Tensor& mine, const at::Tensor& reference, Comparison& result) {
        result.values("logits", mine, reference, limits_.logits);
        if (limits_.logits_rms < 0 || mine.sizes() != reference.sizes()) return;
        const double rms = (mine - reference).square().mean().sqrt().item<double>();
        result.number("logits RMS/std", rms / reference.std().item<double>(), limits_.logits_rms);
    }

    // The same through the door: chunks, caches and sampler as a user gets them.
    void checkGreedy(EncodedPrompt prompt, const at::Tensor& greedy, QwenEngine& model, Comparison& result) {
        GenerationOptions options;
        options.temperature = 0;
        options.max_tokens = static_cast<int>(greedy.size(0));
        options.ignore_end_of_turn = true;
        options.stop_on_repetition = false;
        const SequenceId id = model.openEncoded(std::move(prompt), options);
        const StepRequest request{id, {}};
        while (!model.step({&request, 1}, {}).front().stop) {
        }
        const std::vector<TokenId> reply = model.replyTokens(id);
        model.close(id);
        std::int64_t same = 0;
        for (std::size_t i = 0; i < reply.size(); ++i)
            same += greedy[static_cast<std::int64_t>(i)].item<std::int64_t>() == reply[i];
        if (limits_.greedy_exact)
            result.check("greedy ids", same == greedy.size(0));
        else
            result.number("greedy ids unlike float32", static_cast<double>(greedy.size(0) - same), -1);
    }

    Comparison checkCase(const Json& item) {
        Comparison result;
        QwenEngine& model = engine(item.at("checkpoint").get<std::string>());
        const Tensors reference(folder_ / item.at("file").get<std::string>());
        EncodedPrompt prompt = encode(item, model);
        checkPrompt(prompt, reference, result);
        if (!result.passed()) return result;
        checkNetwork(prompt, reference, model, result);
        checkGreedy(std::move(prompt), reference.at("greedy_ids"), model, result);
        return result;
    }

    // Other checkpoints on requests of the cases: tensors are named CHECKPOINT.CASE.TENSOR.
    void checkVariants(const Json& cases) {
        const auto file = folder_ / "cases" / "variants.safetensors";
        if (!std::filesystem::exists(file)) return;
        const Tensors tensors(file);
        for (const auto& [name, ids] : tensors.all()) {
            static const std::string suffix = ".input_ids";
            if (!name.ends_with(suffix)) continue;
            const std::string key = name.substr(0, name.size() - suffix.size());
            const auto dot = key.rfind('.');
            const std::string checkpoint = key.substr(0, dot);
            const std::string request = key.substr(dot + 1);
            for (const Json& item : cases) {
                if (item.at("name").get<std::string>() != request) continue;
                guarded("variant " + checkpoint + " " + request, [&] {
                    Comparison result;
                    QwenEngine& model = engine(checkpoint);
                    EncodedPrompt prompt = encode(item, model);
                    const at::Tensor mine =
                        at::empty({static_cast<std::int64_t>(prompt.ids.size())}, at::kLong);
                    std::copy(prompt.ids.begin(), prompt.ids.end(), mine.mutable_data_ptr<std::int64_t>());
                    result.equal("ids", mine, tensors.at(key + ".input_ids"));
                    if (!result.passed()) return result;
                    KvCache cache(model.languageModel().cacheLayout());
                    PrefillState state = model.languageModel().beginPrefill(
                        cache, prompt.ids, prompt.positions, encodePictures(prompt, model), Work{});
                    while (!model.languageModel().stepPrefill(state, Work{})) {
                    }
                    const at::Tensor logits = model.languageModel().logits(
                        state.x.narrow(0, state.x.size(0) - 1, 1).contiguous(), Work{});
                    compareLogits(logits, tensors.at(key + ".logits_last").view({1, -1}), result);
                    checkGreedy(std::move(prompt), tensors.at(key + ".greedy_ids"), model, result);
                    return result;
                });
            }
        }
    }

    std::filesystem::path folder_;
    EngineOptions options_;
    Limits limits_;
    Media media_;
    std::map<std::string, std::unique_ptr<QwenEngine>> engines_;
    int passed_ = 0;
    int failed_ = 0;
};

int usage(const char* program) {
    std::fprintf(stderr, "usage: %s DIR [--dtype float32|bfloat16] [--device cpu|cuda] [--threads N]\n",
                 program);
    return 2;
}

}  // namespace
}  // namespace sightline::golden

int main(int argc, char** argv) {
    using namespace sightline;
    EngineOptions options;
    options.precision = Precision::float32;
    options.device = DeviceChoice::cpu;
    const option names[] = {{"dtype", required_argument, nullptr, 't'},
                            {"device", required_argument, nullptr, 'd'},
                            {"threads", required_argument, nullptr, 'n'},
                            {nullptr, 0, nullptr, 0}};
    for (int c; (c = getopt_long(argc, argv, "", names, nullptr)) != -1;) {
        const std::string value = optarg ? optarg : "";
        if (c == 't' && value == "float32")
            options.precision = Precision::float32;
        else if (c == 't' && (value == "bfloat16" || value == "bf16"))
            options.precision = Precision::bfloat16;
        else if (c == 'd' && value == "cpu")
            options.device = DeviceChoice::cpu;
        else if (c == 'd' && value == "cuda")
            options.device = DeviceChoice::cuda;
        else if (c == 'n' && std::atoi(optarg) > 0)
            options.threads = std::atoi(optarg);
        else
            return golden::usage(argv[0]);
    }
    if (optind + 1 != argc) return golden::usage(argv[0]);
    try {
        return golden::Checker(argv[optind], options).run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "golden_check: %s\n", error.what());
        return 1;
    }
}
