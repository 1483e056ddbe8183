// The door to the vision-language model (Qwen3-VL, dense). The other door is reader.h.
//
// An Engine is one loaded model. It works on sequences: `open` turns a prompt into tokens and pictures into
// patches, every `step` does one bounded piece of work for one or several sequences (a vision block, a
// decoder layer of a prefill chunk, or one decoded token each), `fork` and `trim` share the KV cache, `close`
// gives it back (and keeps it for prefix reuse while memory allows). Nothing here includes a header of torch
// or OpenCV.
//
// Threads: an Engine belongs to the thread that opened it; every call comes from that thread. A
// std::stop_token may be triggered from any thread and is polled inside a step. Errors: every function may
// throw sightline::Error. After an error in `step` the sequences that it concerns are closed; after
// Error(cancelled) all are as they were before the step, and may be stepped again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "inference/error.h"
#include "inference/precision.h"

namespace sightline {

using TokenId = std::int32_t;
using SequenceId = std::int64_t;

// ---- What goes in
// ---------------------------------------------------------------------------------------------------

// 8-bit sRGB, rows from top to bottom, 3 interleaved bytes a pixel (R, G, B), upright, without alpha.
// rgb.size() == 3 * width * height.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;
};

// Limits of the resized picture in pixels; 0 = the model's own (preprocessor_config.json: size.shortest_edge
// and size.longest_edge, which are areas in spite of their names).
struct PixelBudget {
    std::int64_t min_pixels = 0;
    std::int64_t max_pixels = 0;
};

struct TextPart {
    std::string text;  // UTF-8; never interpreted: special tokens in it are ordinary text
};

struct ImagePart {
    std::shared_ptr<const Picture> picture;
    PixelBudget budget;
};

// Frames of one size, in order. fps is the rate of `frames`; without it 24 is assumed, as the reference does.
struct Video {
    std::vector<Picture> frames;
    std::optional<double> fps;
};

struct VideoPart {
    std::shared_ptr<const Video> video;
    bool sample_frames = true;  // false: every frame is used
    double sample_fps = 2.0;    // frames a second that are kept when sampling
    PixelBudget budget;         // of the whole clip (frames x height x width); 0 = the model's own
};

using Part = std::variant<TextPart, ImagePart, VideoPart>;

enum class Role { system, user, assistant, tool };

struct ToolCall {
    std::string name;
    std::string arguments_json;  // a JSON object
};

struct Message {
    Role role = Role::user;
    std::vector<Part> parts;
    std::vector<ToolCall> tool_calls;  // assistant only
};

struct Prompt {
    std::vector<Message> messages;
    std::vector<std::string> tools_json;  // one JSON schema a tool
    bool add_vision_id = false;           // "Picture 1: " before each picture, "Video 1: " before each video
    std::string reply_prefix;  // forced beginning of the reply (Continue, JSON); not part of the output text
    // False: nothing that is computed of it goes into EngineOptions::cache_folder, and no time of a file
    // there tells of it.
    bool keep_on_disk = true;
};

// Sampling and limits of one reply. The order of the filters is that of transformers: repetition penalty,
// presence and frequency penalty, temperature, top_k, top_p, min_p.
struct GenerationOptions {
    double temperature = 0.7;         // > 0; 0 = greedy (argmax, no filter but the penalties matters)
    double top_p = 0.8;               // [0, 1]; 1 = off, 0 = the best token only
    int top_k = 20;                   // 0 = off
    double min_p = 0.0;               // [0, 1]; 0 = off
    double presence_penalty = 0.0;    // [-2, 2]; subtracted once from every token of the reply so far
    double frequency_penalty = 0.0;   // [-2, 2]; subtracted once per occurrence in the reply so far
    double repetition_penalty = 1.0;  // > 0; over prompt and reply; 1 = off
    std::uint64_t seed = 0;           // the same seed, prompt and options give the same reply
    int max_tokens = 1024;            // of the reply, at least 1
    std::vector<std::string> stop;    // the reply ends before the first of these
    int top_log_probabilities = 0;    // how many alternatives a step reports, 0..20
    bool stop_on_repetition = true;   // ends a reply that loops
    bool ignore_end_of_turn = false;  // benchmarks and reference checks only: never stop at an end token
};

// ---- What comes out
// -------------------------------------------------------------------------------------------------

enum class StopReason { end_of_turn, max_tokens, stop_text, cancelled, context_full, repetition, error };

enum class Phase { encode, prefill, decode, finished };

struct TokenLogProbability {
    TokenId token = 0;
    float log_probability = 0;  // natural logarithm, of the unfiltered distribution
};

// What one step did for one sequence.
struct StepResult {
    SequenceId sequence = 0;
    Phase phase = Phase::encode;  // of the work that was done
    double progress = 0;          // 0..1 within the phase; 1 when the phase is complete
    std::optional<TokenId> token;
    std::string text;           // complete UTF-8 characters released by this step, often empty
    float log_probability = 0;  // of `token`
    std::vector<TokenLogProbability> top;
    // Set once: the sequence is finished and only `close`, `trim`, `fork` are useful.
    std::optional<StopReason> stop;
    // Set with StopReason::error: the sequence is closed already.
    std::optional<Error> error;
};

struct StepRequest {
    SequenceId sequence = 0;
    // Which tokens may come next, one byte a token id (vocab_size of ModelFacts), 0 = forbidden. Empty = all.
    // Only used by steps that sample.
    std::span<const std::uint8_t> allowed_tokens;
};

// Counts and seconds of one sequence since `open`.
struct SequenceStatistics {
    int prompt_tokens = 0;
    int picture_tokens = 0;       // of prompt_tokens
    int reused_tokens = 0;        // prompt tokens whose KV cache was already there, in memory or on the disk
    int pictures_from_cache = 0;  // pictures and clips that were not encoded again
    int reply_tokens = 0;
    double encode_seconds = 0;
    double prefill_seconds = 0;
    double decode_seconds = 0;       // without the first token, which belongs to prefill
    double first_token_seconds = 0;  // time spent in steps until the first token

    // Of a reply that another engine had begun: what that one said counts as well.
    void goOnFrom(const SequenceStatistics& before) {
        reply_tokens += before.reply_tokens;
        decode_seconds += before.decode_seconds;
    }
};

// What a picture will cost before anything is encoded.
struct PictureCost {
    int model_width = 0;  // pixels after resizing
    int model_height = 0;
    int tokens = 0;                   // merged tokens, plus the two that enclose them
    std::size_t temporary_bytes = 0;  // estimate of the peak while encoding
};

// automatic: a CUDA device, if there is one and the model fits into its memory.
enum class DeviceChoice { automatic, cpu, cuda };

struct EngineOptions {
    DeviceChoice device = DeviceChoice::automatic;
    Precision precision = Precision::automatic;
    int threads = 0;          // 0 = one a physical core, or one alone for a very small model
    int context_length = 0;   // 0 = min(the model's own, 32768)
    int prefill_chunk = 512;  // tokens that a prefill step takes through a layer
    std::size_t kept_kv_cache_bytes = std::size_t{1} << 30;   // of closed sequences, for prefix reuse
    std::size_t vision_cache_bytes = std::size_t{256} << 20;  // merged tokens and DeepStack features
    // Where pictures that were encoded and long beginnings that were prefilled are kept for later runs: a
    // folder of the user's own; several processes may share it. Empty = nowhere. On a CPU only: a GPU
    // computes them sooner than they are read. Whatever is wrong with the folder, the answer is the same.
    std::filesystem::path cache_folder;
    std::uint64_t disk_cache_bytes = std::uint64_t{2} << 30;  // 0 = nothing
    // Where the packed weights of int8 and int4 are kept, a gigabyte or two a model; they say nothing of what
    // was asked. Several processes may share it. Empty = nowhere, every load packs.
    std::filesystem::path packed_folder;
};

// What a model folder says about itself, without loading its weights.
struct ModelFacts {
    std::filesystem::path folder;
    std::string name;             // the folder's name, or what sightline_model.json says
    std::string architecture;     // "Qwen3VLForConditionalGeneration"
    std::string notice;           // what the user must know about this model (sightline_model.json), or empty
    std::int64_t parameters = 0;  // tied weights counted once
    std::uint64_t weight_bytes = 0;  // on disk
    std::string weight_dtype;        // "BF16", or several: "BF16, F32"
    int context_length = 0;          // the model's own
    int vocab_size = 0;
    int text_layers = 0;
    int vision_layers = 0;
    int patch_size = 0;
    int merge_size = 0;
    PixelBudget pixel_budget;
    bool has_chat_template = false;
    GenerationOptions defaults;  // generation_config.json over ours
};

struct MemoryUse {
    std::size_t weights_bytes = 0;   // mapped or converted
    std::size_t kv_cache_bytes = 0;  // of open sequences
    std::size_t kept_kv_cache_bytes = 0;
    std::size_t vision_cache_bytes = 0;
};

class Engine {
  public:
    virtual ~Engine() = default;

    virtual const ModelFacts& facts() const = 0;
    // As they came out: threads, context_length, device, precision resolved.
    virtual const EngineOptions& options() const = 0;
    virtual std::string deviceName() const = 0;  // "CPU", "CUDA: NVIDIA ..."
    virtual MemoryUse memory() const = 0;
    // Bytes a second that a GPU reads and writes where it only copies, measured now (some milliseconds): the
    // limit of decoding there. 0 for a CPU, of which bench/machine_speed.h says more.
    virtual double gpuCopySpeed() const { return 0; }
    // A sentence that the user should know about this load (packed weights that could not be kept, a
    // GPU that is too small), or empty.
    virtual std::string loadNotice() const { return {}; }

    // width, height > 0 in pixels of the original. Throws invalid_input for a picture that no budget admits
    // (sides over 200:1).
    virtual PictureCost pictureCost(int width, int height, const PixelBudget& budget) const = 0;

    // Tokens of `text` as part of a message; for counters while the user types.
    virtual int countTokens(const std::string& text) const = 0;

    // Checks everything, encodes the text, cuts the pictures into patches, finds the longest reusable prefix.
    // Cheap (milliseconds, but for the resizing of huge pictures); the model runs in `step`.
    virtual SequenceId open(const Prompt& prompt, const GenerationOptions& options) = 0;

    // One piece of work for each of the sequences. Those that are ready to decode are decoded in one batch;
    // of the others each does one unit (a vision block, or a decoder layer of one chunk). One result a
    // request, in order. If a stop is requested after some of them have done their work, the rest report no
    // progress; Error(cancelled) is thrown only if nothing was done. An error that concerns only some of the
    // sequences is in their results; one that concerns all of them, or the model, is thrown.
    virtual std::vector<StepResult> step(std::span<const StepRequest> requests, std::stop_token stop) = 0;

    // A second sequence with the same tokens, sharing the cache; its random numbers continue from `seed`.
    virtual SequenceId fork(SequenceId sequence, std::uint64_t seed) = 0;

    // Forgets the last `reply_tokens` tokens of the reply (0 <= reply_tokens <= tokens so far); a finished
    // sequence goes on from there.
    virtual void trim(SequenceId sequence, int reply_tokens) = 0;

    virtual void close(SequenceId sequence) = 0;

    virtual SequenceStatistics statistics(SequenceId sequence) const = 0;
    virtual std::vector<TokenId> promptTokens(SequenceId sequence) const = 0;
    virtual std::vector<TokenId> replyTokens(SequenceId sequence) const = 0;

    // Gives back the memory of what is only kept for later (prefix reuse, vision cache); the cache folder
    // stays as it is.
    virtual void dropCaches() = 0;
};

// How far a load is. Packing happens once for a model, precision and computer, and can take minutes.
struct LoadStatus {
    enum class Work {
        loading,
        waiting,  // for another process that packs
        packing,
    };
    double fraction = 0;  // 0..1 of the whole load, never less than before
    Work work = Work::loading;
    double seconds_left = -1;  // of packing; negative while it is not known
};
// Called on the loading thread.
using LoadProgress = std::function<void(const LoadStatus&)>;

// A file of EngineOptions::packed_folder.
struct PackedFileFacts {
    std::filesystem::path path;
    Precision precision = Precision::int8;
    std::uint64_t bytes = 0;
};

class Reader;
struct ReaderOptions;

// What libsightline_inference.so offers; see library.h for how a program gets it.
class Inference {
  public:
    virtual ~Inference() = default;
    virtual std::string torchVersion() const = 0;
    // What is built in: "OpenCV 4.6.0, SentencePiece", or what is missing.
    virtual std::string libraries() const = 0;
    virtual ModelFacts inspect(const std::filesystem::path& folder) const = 0;
    // The packed files that are there for a model folder; they may be of an older version of it.
    virtual std::vector<PackedFileFacts> packedFiles(const std::filesystem::path& folder,
                                                     const std::filesystem::path& packed_folder) const = 0;
    virtual std::unique_ptr<Engine> openEngine(const std::filesystem::path& folder,
                                               const EngineOptions& options, const LoadProgress& progress,
                                               std::stop_token stop) const = 0;
    // The text reader (reader.h), from a folder with text_detector.safetensors, text_recognizer.safetensors
    // and alphabet.txt. Takes well under a second. Throws invalid_model naming the file, unsupported if it is
    // not built in (OpenCV was missing).
    virtual std::unique_ptr<Reader> openReader(const std::filesystem::path& folder,
                                               const ReaderOptions& options) const = 0;
    // Decodes an encoded picture (PNG, JPEG, WebP, BMP, TIFF; first frame; EXIF orientation applied, alpha
    // dropped). For programs without Qt; the application decodes with Qt.
    virtual Picture decodePicture(std::span<const std::uint8_t> file) const = 0;
};

}  // namespace sightline

// The only symbol that the shared library exports. `abi` must be sightline_inference_abi; otherwise null is
// returned. The object lives as long as the process.
inline constexpr int sightline_inference_abi = 6;
extern "C" const sightline::Inference* sightline_inference(int abi);
