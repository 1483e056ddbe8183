#include "inference/networks/qwen_engine.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "inference/files/default_precision.h"
#include "inference/files/inspect_model.h"
#include "inference/files/model_identity.h"
#include "inference/files/model_weights.h"
#include "inference/networks/kept_memory.h"
#include "inference/networks/row_int8.h"
#include "inference/networks/torch_runtime.h"
#include "inference/system_memory.h"

namespace sightline {
namespace {

constexpr int default_context_length = 32768;
constexpr double fraction_before_weights = 0.1;  // of a load: configuration, tokenizer, template
constexpr int tokens_to_measure = 64;  // fewer say more about what a step costs than about its tokens
// What a GPU needs beside the weights: keys, values, temporaries of a large picture.
constexpr std::size_t working_memory = std::size_t{1} << 30;
constexpr std::size_t long_text = 512;  // positions without a picture that are worth a file

std::string gibibytes(std::size_t bytes) {
    const auto tenths = (bytes * 10 + (std::size_t{1} << 29)) >> 30;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GiB";
}

EngineOptions resolve(EngineOptions options, const ModelConfig& config) {
    const int longest = config.text_config.max_position_embeddings;
    if (options.context_length <= 0) options.context_length = std::min(longest, default_context_length);
    options.context_length = std::min(options.context_length, longest);
    options.prefill_chunk = std::clamp(options.prefill_chunk, 1, 8192);
    return options;
}

// Work that is done in microseconds takes longer to hand out than to do: the demo model (13 MB) decodes three
// times as fast on one thread as on two. 0 = one a physical core.
int usefulThreads(std::uint64_t weight_bytes) {
    constexpr std::uint64_t small_model = std::uint64_t{64} << 20;
    return weight_bytes < small_model ? 1 : 0;
}

}  // namespace

QwenEngine::QwenEngine(const std::filesystem::path& folder, const EngineOptions& options,
                       const LoadProgress& progress, std::stop_token stop)
    : vision_cache_(options.vision_cache_bytes), prefix_cache_(options.kept_kv_cache_bytes) {
    const c10::InferenceMode guard;
    config_ = readModelConfig(folder);
    facts_ = inspectModel(folder);
    options_ = resolve(options, config_);
    tokenizer_ = Tokenizer::load(folder);
    if (!config_.chat_template.empty())
        chat_template_ = ChatTemplate::parse(config_.chat_template, config_.chat_template_file);
    prompt_encoder_ = std::make_unique<PromptEncoder>(config_, *tokenizer_, chat_template_.get());
    end_tokens_.insert(config_.eos_token_ids.begin(), config_.eos_token_ids.end());
    if (progress) progress({.fraction = fraction_before_weights});
    if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "loading was stopped");

    options_.threads = useThreads(options.threads > 0 ? options.threads : usefulThreads(facts_.weight_bytes));
    chooseContext(options);
    loadWeights(progress, stop);
    openDiskCache();
    if (progress) progress({.fraction = 1.0});
}

QwenEngine::GivesMemoryBack::~GivesMemoryBack() {
    KeptMemory::giveBack();
}

std::size_t QwenEngine::neededOnGpu() const {
    const auto parameters = static_cast<std::size_t>(facts_.parameters);
    const std::size_t element = c10::elementSize(context_.weight_dtype);
    if (!context_.row_int8) return parameters * element + working_memory;
    const TextConfig& text = config_.text_config;
    const std::size_t embeddings =
        static_cast<std::size_t>(text.vocab_size) * static_cast<std::size_t>(text.hidden_size);
    return parameters + embeddings * element + working_memory;
}

void QwenEngine::chooseContext(const EngineOptions& wanted) {
    const auto on = [&](const at::Device& device, Precision precision) {
        options_.device = device.is_cuda() ? DeviceChoice::cuda : DeviceChoice::cpu;
        options_.precision = precision;
        if (options_.precision == Precision::automatic)
            options_.precision = defaultPrecision(facts_, device.is_cpu(), totalMemory());
        // Packed weights are for processors; a GPU has one form of small ones.
        if (device.is_cuda() && isPacked(options_.precision))
            options_.precision = hasIntegerProduct(device) ? Precision::int8 : Precision::bfloat16;
        context_ = makeContext(device, options_.precision);
    };
    on(chooseDevice(wanted.device), wanted.precision);
    if (context_.device.is_cpu()) return;
    const std::size_t needed = neededOnGpu();
    const std::size_t available = availableMemoryOn(context_.device);
    if (needed <= available) return;
    const std::string reason = facts_.name + " needs " + gibibytes(needed) + " of the GPU's memory, but " +
                               gibibytes(available) + " are available";
    if (wanted.precision == Precision::automatic) {
        on(context_.device, Precision::int8);
        if (neededOnGpu() <= available) {
            load_notice_ = reason + ", so its weights have 8 bits";
            return;
        }
    }
    if (wanted.device == DeviceChoice::cuda) throw Error(ErrorKind::out_of_memory, reason);
    load_notice_ = reason + ", so the processor computes";
    on(at::kCPU, wanted.precision);
}

std::string QwenEngine::loadNotice() const {
    if (!packed_ || packed_->notice().empty()) return load_notice_;
    return load_notice_.empty() ? packed_->notice() : load_notice_ + "; " + packed_->notice();
}

void QwenEngine::loadPacked(const WeightFiles& files, double last, const LoadProgress& progress,
                            const std::stop_token& stop) {
    PackedOptions options;
    options.cache_folder = options_.packed_folder;
    options.precision = options_.precision;
    options.threads = options_.threads;
    bool packing = false;
    LoadStatus status{.fraction = fraction_before_weights};
    // Reading takes a moment, and is all there is to do unless the weights have to be packed first.
    const auto report = [&](PackedStage stage, double fraction, double seconds_left) {
        packing |= stage == PackedStage::packing;
        const double part = stage == PackedStage::packing ? 0.95 * fraction
                            : packing                     ? 0.95 + 0.05 * fraction
                                                          : fraction;
        status.fraction =
            std::max(status.fraction, fraction_before_weights + (last - fraction_before_weights) * part);
        status.work = stage == PackedStage::packing   ? LoadStatus::Work::packing
                      : stage == PackedStage::waiting ? LoadStatus::Work::waiting
                                                      : LoadStatus::Work::loading;
        status.seconds_left = stage == PackedStage::packing ? seconds_left : -1;
        if (progress) progress(status);
    };
    packed_ = PackedWeights::open(config_, files, facts_.folder, options, report, stop);
}

void QwenEngine::loadWeights(const LoadProgress& progress, const std::stop_token& stop) {
    WeightFiles files = WeightFiles::open(facts_.folder);
    checkWeights(config_, files);
    const bool packs = context_.device.is_cpu() && isPacked(options_.precision);
    const double begin = packs ? 0.9 : fraction_before_weights;
    if (packs) loadPacked(files, begin, progress, stop);
    // Of what is packed nothing is converted, and the rest is small.
    const std::size_t converted = packed_ ? 0 : Weights::convertedBytes(files, context_);
    const std::size_t available = availableMemory();
    if (context_.device.is_cpu() && converted > available)
        throw Error(ErrorKind::out_of_memory, "loading " + facts_.name + " needs " + gibibytes(converted) +
                                                  " of memory in this precision, but " +
                                                  gibibytes(available) + " are available");
    const std::size_t count = files.tensors().size();
    std::size_t done = 0;
    const auto on_tensor = [&] {
        if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "loading was stopped");
        ++done;
        const double part = static_cast<double>(std::min(done, count)) / static_cast<double>(count);
        if (progress) progress({.fraction = begin + (1 - begin) * part});
    };
    Weights::PackedTensors packed;
    if (packed_) packed = [this](const std::string& name) { return packed_->find(name); };
    weights_ = std::make_unique<Weights>(std::move(files), context_, on_tensor, std::move(packed));
    const WeightScope root(*weights_, "");
    vision_encoder_ = std::make_unique<VisionEncoder>(root / "model" / "visual", config_.vision_config);
    language_model_ = std::make_unique<LanguageModel>(root / "model" / "language_model", root, config_);
    weights_->loadingIsOver();
    checkFiles();
}

void QwenEngine::openDiskCache() {
    if (options_.cache_folder.empty() || options_.disk_cache_bytes == 0 || !context_.device.is_cpu()) return;
    ContentHash identity(modelIdentity(facts_.folder, weights_->files()));
    identity.addValue(options_.precision);
    DiskCache::Model model;
    model.identity = identity.result();
    model.layout = language_model_->cacheLayout();
    model.feature_width = config_.text_config.hidden_size;
    model.deepstack = static_cast<std::int64_t>(config_.vision_config.deepstack_visual_indexes.size());
    disk_ = std::make_unique<DiskCache>(options_.cache_folder, options_.disk_cache_bytes, std::move(model));
}

std::string QwenEngine::deviceName() const {
    return sightline::deviceName(context_.device);
}

MemoryUse QwenEngine::memory() const {
    MemoryUse use;
    use.weights_bytes = weights_->bytes();
    for (const auto& [id, sequence] : sequences_)
        use.kv_cache_bytes += sequence->cache.bytes();
    use.kept_kv_cache_bytes = prefix_cache_.bytes();
    use.vision_cache_bytes = vision_cache_.bytes();
    return use;
}

double QwenEngine::gpuCopySpeed() const {
    return context_.device.is_cpu() ? 0 : copySpeed(context_.device);
}

PictureCost QwenEngine::pictureCost(int width, int height, const PixelBudget& budget) const {
    const ModelSize size = imageModelSize(width, height, config_.image_patches, budget);
    const int patch = config_.image_patches.patch_size;
    const int merge = config_.image_patches.merge_size;
    const std::int64_t patches = std::int64_t{size.width / patch} * (size.height / patch);
    PictureCost cost;
    cost.model_width = size.width;
    cost.model_height = size.height;
    cost.tokens = static_cast<int>(patches / (merge * merge)) + 2;
    cost.temporary_bytes = vision_encoder_->temporaryBytes(patches);
    return cost;
}

int QwenEngine::countTokens(const std::string& text) const {
    return static_cast<int>(tokenizer_->encodeUntrusted(text).size());
}

SequenceId QwenEngine::open(const Prompt& prompt, const GenerationOptions& options) {
    return openEncoded(prompt_encoder_->encode(prompt), options, prompt.keep_on_disk);
}

SequenceId QwenEngine::openEncoded(EncodedPrompt prompt, const GenerationOptions& options,
                                   bool keep_on_disk) {
    const c10::InferenceMode guard;
    checkFiles();
    const auto length = static_cast<int>(prompt.ids.size());
    if (length + 1 > options_.context_length)
        throw Error(ErrorKind::context_full, "the conversation needs " + std::to_string(length) +
                                                 " tokens, but the context holds " +
                                                 std::to_string(options_.context_length));
    for (const TokenId id : prompt.ids)
        if (id < 0 || id >= config_.text_config.vocab_size)
            throw Error(ErrorKind::invalid_model, "the tokenizer gives token " + std::to_string(id) +
                                                      ", but config.json: text_config.vocab_size is " +
                                                      std::to_string(config_.text_config.vocab_size));

    auto sequence = std::make_unique<Sequence>(options, config_.text_config.vocab_size,
                                               KvCache(language_model_->cacheLayout()));
    sequence->statistics.prompt_tokens = length;
    if (disk_) {
        disk_->collect();
        if (keep_on_disk) sequence->place = disk_->place();
    }
    for (std::size_t i = 0; i < prompt.visuals.size(); ++i) {
        VisualInput& input = prompt.visuals[i];
        SequenceVisual visual;
        visual.content = input.content;
        const auto tokens =
            static_cast<std::size_t>(input.patches.grid.patches() /
                                     (config_.image_patches.merge_size * config_.image_patches.merge_size));
        for (auto token = static_cast<std::size_t>(input.first_token); visual.pads.size() < tokens; ++token)
            if (prompt.types[token] == input.type) visual.pads.push_back(static_cast<std::int64_t>(token));
        visual.features = vision_cache_.find(input.content);
        if (visual.features) {
            ++sequence->statistics.pictures_from_cache;
            visual.counted = true;
            // Encoded for a conversation that is not kept, perhaps.
            if (sequence->place) disk_->keepPicture(sequence->place, visual.content, visual.features);
        } else {
            visual.patches = std::move(input.patches);
            visual.stored = disk_ && disk_->hasPicture(visual.content);
        }
        sequence->statistics.picture_tokens += static_cast<int>(tokens);
        sequence->visuals.push_back(std::move(visual));
    }
    sequence->tokens = std::move(prompt.ids);
    sequence->keys = std::move(prompt.keys);
    sequence->prompt_positions = std::move(prompt.positions);
    sequence->rope_delta = prompt.rope_delta;
    reusePrefix(*sequence);
    checkMemory(*sequence);
    const SequenceId id = next_id_++;
    sequences_.emplace(id, std::move(sequence));
    return id;
}

// The last prompt token is always computed: its logits give the first token of the reply.
void QwenEngine::reusePrefix(Sequence& sequence) {
    const std::size_t limit = sequence.tokens.size() - 1;
    std::size_t best = 0;
    if (auto kept = prefix_cache_.find(sequence.keys, limit)) {
        best = static_cast<std::size_t>(kept->length());
        sequence.cache = std::move(*kept);
    }
    for (const auto& [id, other] : sequences_) {
        const auto cached = std::span(other->keys).first(static_cast<std::size_t>(other->cache.length()));
        const std::size_t shared = std::min(limit, commonPrefix(cached, sequence.keys));
        if (shared <= best) continue;
        best = shared;
        sequence.cache = other->cache.fork();
        sequence.cache.truncate(static_cast<std::int64_t>(shared));
    }
    if (disk_) sequence.stored = disk_->findPages(sequence.keys, best, limit);
    sequence.statistics.reused_tokens = static_cast<int>(best);
    // Pages that are read begin within what the cache has, and may turn out to be lost: readStep counts then.
    if (!sequence.hasToRead()) countCoveredPictures(sequence);
}

// A picture whose tokens are all in the KV cache is not looked at again, also if its features are gone.
void QwenEngine::countCoveredPictures(Sequence& sequence) const {
    for (SequenceVisual& visual : sequence.visuals) {
        if (visual.counted || visual.pads.back() >= sequence.cache.length()) continue;
        ++sequence.statistics.pictures_from_cache;
        visual.counted = true;
        visual.patches = {};
    }
}

void QwenEngine::checkMemory(const Sequence& sequence) const {
    const auto end =
        std::min<std::size_t>(sequence.tokens.size() + static_cast<std::size_t>(sequence.options.max_tokens),
                              static_cast<std::size_t>(options_.context_length));
    const auto pages = (end - static_cast<std::size_t>(sequence.cache.length())) / kv_page_positions + 2;
    std::size_t needed = pages * language_model_->cacheLayout().pageBytes();
    std::size_t largest = 0;
    for (const SequenceVisual& visual : sequence.visuals)
        if (!visual.features && !visual.stored && visual.pads.back() >= sequence.reach())
            largest = std::max(largest, vision_encoder_->temporaryBytes(visual.patches.grid.patches()));
    needed += largest;
    const std::size_t available =
        availableMemoryOn(context_.device) + prefix_cache_.bytes() + vision_cache_.bytes();
    if (needed > available)
        throw Error(ErrorKind::out_of_memory,
                    "this question needs " + gibibytes(needed) + " of " +
                        (context_.device.is_cpu() ? "memory" : "the GPU's memory") + ", but " +
                        gibibytes(available) +
                        " are available: choose less picture detail or a shorter context");
}

void QwenEngine::checkFiles() const {
    auto damaged = weights_->files().damagedFile();
    if (damaged.empty() && packed_) damaged = packed_->damagedFile();
    if (!damaged.empty())
        throw Error(ErrorKind::file_changed, damaged.filename().string() +
                                                 " changed while the model was in use; load the model again");
}

SequenceId QwenEngine::fork(SequenceId id, std::uint64_t seed) {
    auto copy = std::make_unique<Sequence>(find(id));
    copy->sampler.setSeed(seed);
    copy->options.seed = seed;
    const SequenceId fresh = next_id_++;
    sequences_.emplace(fresh, std::move(copy));
    return fresh;
}

void QwenEngine::trim(SequenceId id, int reply_tokens) {
    Sequence& sequence = find(id);
    const std::size_t reply = sequence.reply().size();
    if (reply_tokens < 0 || static_cast<std::size_t>(reply_tokens) > reply)
        throw Error(ErrorKind::invalid_input, "a reply of " + std::to_string(reply) +
                                                  " tokens cannot be cut by " + std::to_string(reply_tokens));
    const std::size_t length = sequence.tokens.size() - static_cast<std::size_t>(reply_tokens);
    sequence.tokens.resize(length);
    sequence.keys.resize(length);
    if (sequence.cache.length() > static_cast<std::int64_t>(length) - 1)
        sequence.cache.truncate(static_cast<std::int64_t>(length) - 1);
    sequence.stop.reset();
    sequence.statistics.reply_tokens = static_cast<int>(sequence.reply().size());
    sequence.text = ReplyText(sequence.options.stop);
    for (const TokenId token : sequence.reply())
        sequence.text.push(tokenizer_->tokenBytes(token, true));
}

void QwenEngine::close(SequenceId id) {
    const auto found = sequences_.find(id);
    if (found == sequences_.end()) return;
    KeptMemory::giveBack();  // it may have been stopped in the middle of its prompt
    Sequence& sequence = *found->second;
    sequence.keys.resize(static_cast<std::size_t>(sequence.cache.length()));
    const SequenceStatistics& statistics = sequence.statistics;
    if (const int computed = statistics.prompt_tokens - statistics.reused_tokens;
        computed >= tokens_to_measure)
        token_seconds_ = statistics.prefill_seconds / computed;
    const bool has_picture =
        !sequence.visuals.empty() && sequence.visuals.front().pads.back() < sequence.cache.length();
    if (sequence.place && (has_picture || sequence.keys.size() >= long_text))
        disk_->keepPages(sequence.place, sequence.keys, sequence.cache, token_seconds_);
    prefix_cache_.insert(std::move(sequence.keys), std::move(sequence.cache));
    sequences_.erase(found);
}

// After an error the caches of these sequences are not believed any more.
void QwenEngine::closeAll(std::span<const StepRequest> requests) {
    for (const StepRequest& request : requests)
        sequences_.erase(request.sequence);
}

Sequence& QwenEngine::find(SequenceId id) {
    const auto found = sequences_.find(id);
    if (found == sequences_.end())
        throw Error(ErrorKind::internal, "sequence " + std::to_string(id) + " is not open");
    return *found->second;
}

const Sequence& QwenEngine::find(SequenceId id) const {
    return const_cast<QwenEngine*>(this)->find(id);
}

SequenceStatistics QwenEngine::statistics(SequenceId id) const {
    return find(id).statistics;
}

std::vector<TokenId> QwenEngine::promptTokens(SequenceId id) const {
    const Sequence& sequence = find(id);
    const auto end = sequence.tokens.begin() + static_cast<std::ptrdiff_t>(sequence.promptLength());
    return {sequence.tokens.begin(), end};
}

std::vector<TokenId> QwenEngine::replyTokens(SequenceId id) const {
    const auto reply = find(id).reply();
    return {reply.begin(), reply.end()};
}

void QwenEngine::dropCaches() {
    if (disk_) disk_->collect();
    vision_cache_.clear();
    prefix_cache_.clear();
    KeptMemory::giveBack();
    giveBackUnused(context_.device);
}

void QwenEngine::finishWriting() {
    if (disk_) disk_->finish();
}

}  // namespace sightline
