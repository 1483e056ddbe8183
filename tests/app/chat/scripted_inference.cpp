// An inference library whose engine does what the question tells it, for what a real model cannot do on
// demand: fail in the middle, take forever, lose its file. It also lets ThreadSanitizer see the worker
// without libtorch.
//
// Folders: "gpu" and "gpu alone" compute on a GPU unless they must not, and then "gpu alone" is refused;
// "broken" is refused, "slow" loads until it is stopped, and so does "packs", which is being packed,
// "huge" fits into no memory, any other name loads. The last text of the prompt:
//   say N        N words, one a token          forever          words until it is stopped
//   encode       never ends encoding           too long         does not fit into the context
//   file         the weight file changed       surprise         an exception that is none of ours
//   full         says a word, context full     turns            how many messages and pictures the prompt has
//   box          names a box                   texts            what the text parts of the last message say
//   think        0.6 s of thoughts, an answer
//   spill        two words, then a GPU has no memory; without one it says what it had said before
//
// The reader does what the picture's width says, and writes how many readers were opened before it:
//   1            the first `height` times it waits until it is stopped
//   2            an exception that is none of ours      3      the picture cannot be used
//   4            no text                                5      a table
#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "inference/engine.h"
#include "inference/reader.h"

namespace sightline {
namespace {

constexpr double seconds_per_token = 0.005;  // of encoding, and of prefill

// Not quadOf, which this library would have to be linked to.
Quad quad(const Box& box) {
    return {Point{box.left, box.top}, {box.right, box.top}, {box.right, box.bottom}, {box.left, box.bottom}};
}

void waitForStop(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait(lock, stop, [] { return false; });
    throw Error(ErrorKind::cancelled, "stopped");
}

struct Sequence {
    std::string order;
    int words = 0;
    bool has_picture = false;
    int messages = 0;
    int pictures = 0;
    std::string texts;
    std::string prefix;
    Phase phase = Phase::encode;
    SequenceStatistics statistics;
    std::vector<TokenId> reply;
    int max_tokens = 0;
};

class ScriptedEngine : public Engine {
  public:
    ScriptedEngine(const std::filesystem::path& folder, const EngineOptions& options) : options_(options) {
        facts_.folder = folder;
        facts_.name = folder.filename().string();
        facts_.notice = "scripted";
        facts_.vocab_size = 8;
        facts_.defaults.temperature = 0.5;
        facts_.context_length = 4000;
        if (!options_.cache_folder.empty()) std::filesystem::create_directories(options_.cache_folder);
        if (options_.context_length == 0) options_.context_length = 1000;
        if (options_.precision == Precision::automatic) options_.precision = Precision::bfloat16;
        if (options_.device == DeviceChoice::automatic)
            options_.device = facts_.name.starts_with("gpu") ? DeviceChoice::cuda : DeviceChoice::cpu;
        facts_.patch_size = 16;
        facts_.merge_size = 2;
    }

    const ModelFacts& facts() const override { return facts_; }
    const EngineOptions& options() const override { return options_; }
    std::string deviceName() const override {
        return options_.device == DeviceChoice::cuda ? "CUDA: scripted" : "CPU";
    }
    MemoryUse memory() const override { return {std::size_t{3} << 20, 0, 0, 0}; }

    // Sides in multiples of 32, halved as long as the budget is exceeded.
    PictureCost pictureCost(int width, int height, const PixelBudget& budget) const override {
        if (width > 200 * height)
            throw Error(ErrorKind::invalid_input, "the sides differ by more than 200:1");
        while (budget.max_pixels > 0 && std::int64_t{width} * height > budget.max_pixels) {
            width = std::max(1, width / 2);
            height = std::max(1, height / 2);
        }
        return {(width + 31) / 32 * 32, (height + 31) / 32 * 32,
                ((width + 31) / 32) * ((height + 31) / 32) + 2, 0};
    }
    int countTokens(const std::string& text) const override { return static_cast<int>(text.size()); }

    SequenceId open(const Prompt& prompt, const GenerationOptions& options) override {
        Sequence made;
        made.max_tokens = options.max_tokens;
        made.prefix = prompt.reply_prefix;
        made.messages = static_cast<int>(prompt.messages.size());
        for (const Message& message : prompt.messages) {
            made.has_picture = false;
            made.texts.clear();
            for (const Part& part : message.parts) {
                if (const auto* text = std::get_if<TextPart>(&part)) {
                    made.order = text->text;
                    made.texts += '[' + text->text + ']';
                }
                made.has_picture |= std::holds_alternative<ImagePart>(part);
                made.pictures += std::holds_alternative<ImagePart>(part);
                if (const auto* image = std::get_if<ImagePart>(&part)) {
                    const Picture& picture = *image->picture;
                    made.statistics.picture_tokens +=
                        pictureCost(picture.width, picture.height, image->budget).tokens;
                }
            }
        }
        // Stands for what an engine keeps of a prompt.
        if (prompt.keep_on_disk && !options_.cache_folder.empty())
            std::ofstream(keptFile(), std::ios::app) << made.texts << '\n';
        if (made.order == "too long") throw Error(ErrorKind::context_full, "the prompt has 2,000 tokens");
        if (made.order.starts_with("say ")) {
            std::from_chars(made.order.data() + 4, made.order.data() + made.order.size(), made.words);
        }
        if (!made.has_picture && made.order != "encode") made.phase = Phase::prefill;
        // As with every template: prompts begin alike.
        made.statistics.reused_tokens = last_ > 0 ? 4 : 0;
        made.statistics.prompt_tokens = 10 + made.statistics.picture_tokens;
        sequences_[++last_] = made;
        return last_;
    }

    std::vector<StepResult> step(std::span<const StepRequest> requests, std::stop_token stop) override {
        std::vector<StepResult> results;
        for (const StepRequest& request : requests) {
            results.push_back(stepOne(request.sequence, sequences_.at(request.sequence), stop));
        }
        return results;
    }

    SequenceId fork(SequenceId, std::uint64_t) override { throw Error(ErrorKind::unsupported, "no forks"); }
    void trim(SequenceId, int) override { throw Error(ErrorKind::unsupported, "no trims"); }
    void close(SequenceId sequence) override { sequences_.erase(sequence); }
    SequenceStatistics statistics(SequenceId sequence) const override {
        return sequences_.at(sequence).statistics;
    }
    std::vector<TokenId> promptTokens(SequenceId) const override { return {}; }
    std::vector<TokenId> replyTokens(SequenceId sequence) const override {
        return sequences_.at(sequence).reply;
    }
    void dropCaches() override {}

  private:
    std::filesystem::path keptFile() const { return options_.cache_folder / "kept"; }

    StepResult stepOne(SequenceId id, Sequence& sequence, const std::stop_token& stop) {
        StepResult result;
        result.sequence = id;
        result.phase = sequence.phase;
        if (sequence.phase == Phase::encode) {
            if (sequence.order == "encode") waitForStop(stop);
            sequence.statistics.encode_seconds = seconds_per_token * sequence.statistics.picture_tokens;
            sequence.phase = Phase::prefill;
            result.progress = 1;
            return result;
        }
        if (sequence.order == "file") {
            throw Error(ErrorKind::file_changed, "model.safetensors changed while it was in use");
        }
        if (sequence.order == "surprise") throw std::runtime_error("out of cheese");
        sequence.statistics.prefill_seconds =
            seconds_per_token * (sequence.statistics.prompt_tokens - sequence.statistics.reused_tokens);
        sequence.phase = Phase::decode;
        result.progress = 1;
        speak(sequence, result);
        return result;
    }

    void speak(Sequence& sequence, StepResult& result) {
        const bool on_gpu = options_.device == DeviceChoice::cuda;
        if (sequence.order == "spill" && on_gpu && sequence.statistics.reply_tokens == 2)
            throw Error(ErrorKind::out_of_memory, "the GPU has no memory left");
        const int said = ++sequence.statistics.reply_tokens;
        result.token = 1;
        sequence.reply.push_back(1);
        result.text = "w" + std::to_string(said) + " ";
        if (sequence.order == "turns") {
            result.text = std::to_string(sequence.messages) + "/" + std::to_string(sequence.pictures);
        }
        if (sequence.order == "spill" && on_gpu) return;
        if (sequence.order == "spill") result.text = "[" + sequence.prefix + "]";
        if (sequence.order == "texts") result.text = sequence.texts;
        if (sequence.order == "think") {
            result.text = said == 1 ? "<think>\nwell " : said == 2 ? "then </think>\n" : "so";
            if (said == 2) std::this_thread::sleep_for(std::chrono::milliseconds(600));
            if (said < 3) return;
        }
        if (sequence.order == "box") result.text = R"({"bbox_2d": [100, 200, 300, 400], "label": "thing"})";
        if (said >= sequence.words && sequence.order != "forever") result.stop = StopReason::end_of_turn;
        if (sequence.order == "full") result.stop = StopReason::context_full;
        if (said >= sequence.max_tokens && sequence.order != "forever") result.stop = StopReason::max_tokens;
    }

    ModelFacts facts_;
    EngineOptions options_;
    std::map<SequenceId, Sequence> sequences_;
    SequenceId last_ = 0;
};

class ScriptedReader : public Reader {
  public:
    explicit ScriptedReader(int number) : number_(number) {}

    const ReaderOptions& options() const override { return options_; }
    Page read(const Picture& picture, const ReadOptions&, std::stop_token stop,
              const ReadProgress& progress) override {
        progress(0.25);
        if (picture.width == 1 && stopped_ < picture.height) {
            ++stopped_;
            waitForStop(stop);
        }
        if (picture.width == 2) throw std::runtime_error("out of ink");
        if (picture.width == 3) throw Error(ErrorKind::invalid_input, "it has no pixels");
        progress(0.75);
        Line line;
        line.text = "reader " + std::to_string(number_) + ", picture of " + std::to_string(picture.width);
        line.words = {{"reader", quad({10, 10, 60, 22}), 1}, {"picture", quad({70, 10, 120, 22}), 1}};
        line.quad = quad({10, 10, 120, 22});
        line.confidence = 1;
        Page page;
        page.width = picture.width;
        page.height = picture.height;
        if (picture.width == 4) return page;
        if (picture.width == 5) {
            Block& table = page.blocks.emplace_back();
            table.kind = BlockKind::table;
            table.rows = table.columns = 2;
            for (const char* words : {"Quantity", "3", "4 | 5"}) {
                line.text = words;
                table.lines.push_back(line);
            }
            table.cells = {{0, 1, 0, 1}, {1, 0, 1, 1}, {1, 1, 2, 1}};
            return page;
        }
        page.blocks.emplace_back().lines.push_back(line);
        return page;
    }
    std::optional<Box> point(const Picture&, const Page&, std::string_view) override { return {}; }

  private:
    ReaderOptions options_;
    int number_;
    int stopped_ = 0;
};

class ScriptedInference : public Inference {
  public:
    std::string torchVersion() const override { return "none"; }
    std::string libraries() const override { return "none"; }
    ModelFacts inspect(const std::filesystem::path& folder) const override {
        if (folder.filename() == "broken")
            throw Error(ErrorKind::invalid_model, "config.json: hidden_size is missing");
        ModelFacts facts;
        facts.folder = folder;
        facts.name = folder.filename().string();
        facts.parameters = folder.filename() == "huge" ? 900'000'000'000'000 : 2'100'000'000;
        facts.weight_bytes = 4'200'000'000;
        facts.weight_dtype = "BF16";
        facts.context_length = 4000;
        return facts;
    }
    std::vector<PackedFileFacts> packedFiles(const std::filesystem::path&,
                                             const std::filesystem::path&) const override {
        return {};
    }
    std::unique_ptr<Engine> openEngine(const std::filesystem::path& folder, const EngineOptions& options,
                                       const LoadProgress& progress, std::stop_token stop) const override {
        const std::string name = folder.filename().string();
        progress({.fraction = 0.5});
        if (name == "broken") throw Error(ErrorKind::invalid_model, "config.json: hidden_size is missing");
        if (name == "gpu alone" && options.device == DeviceChoice::cpu)
            throw Error(ErrorKind::out_of_memory, "the weights do not fit");
        // Piece by piece, until it is stopped.
        while (name == "packs" && !stop.stop_requested()) {
            progress({.fraction = 0.6, .work = LoadStatus::Work::packing, .seconds_left = 130});
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        if (name == "slow" || name == "packs") waitForStop(stop);
        progress({.fraction = 1});
        return std::make_unique<ScriptedEngine>(folder, options);
    }
    std::unique_ptr<Reader> openReader(const std::filesystem::path& folder,
                                       const ReaderOptions&) const override {
        if (folder.filename() == "broken") throw Error(ErrorKind::invalid_model, "alphabet.txt is missing");
        static int opened = 0;
        return std::make_unique<ScriptedReader>(opened++);
    }
    Picture decodePicture(std::span<const std::uint8_t>) const override { return {}; }
};

}  // namespace
}  // namespace sightline

extern "C" const sightline::Inference* sightline_inference(int abi) {
    static const sightline::ScriptedInference inference;
    return abi == sightline_inference_abi ? &inference : nullptr;
}
