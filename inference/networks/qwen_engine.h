// The engine behind engine.h: a loaded Qwen3-VL model, its open sequences and its caches.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "inference/engine.h"
#include "inference/files/packed_weights.h"
#include "inference/networks/disk_cache.h"
#include "inference/networks/prefix_cache.h"
#include "inference/networks/sequence.h"
#include "inference/networks/vision_cache.h"
#include "inference/networks/weights.h"
#include "inference/prompt/chat_template.h"
#include "inference/text/tokenizer.h"

namespace sightline {

class QwenEngine final : public Engine {
  public:
    // Loads a model folder. Throws as Inference::openEngine.
    QwenEngine(const std::filesystem::path& folder, const EngineOptions& options,
               const LoadProgress& progress, std::stop_token stop);

    const ModelFacts& facts() const override { return facts_; }
    const EngineOptions& options() const override { return options_; }
    std::string deviceName() const override;
    MemoryUse memory() const override;
    double gpuCopySpeed() const override;
    std::string loadNotice() const override;
    PictureCost pictureCost(int width, int height, const PixelBudget& budget) const override;
    int countTokens(const std::string& text) const override;
    SequenceId open(const Prompt& prompt, const GenerationOptions& options) override;
    std::vector<StepResult> step(std::span<const StepRequest> requests, std::stop_token stop) override;
    SequenceId fork(SequenceId sequence, std::uint64_t seed) override;
    void trim(SequenceId sequence, int reply_tokens) override;
    void close(SequenceId sequence) override;
    SequenceStatistics statistics(SequenceId sequence) const override;
    std::vector<TokenId> promptTokens(SequenceId sequence) const override;
    std::vector<TokenId> replyTokens(SequenceId sequence) const override;
    void dropCaches() override;

    // For golden_check: a sequence from a prompt that is already encoded.
    SequenceId openEncoded(EncodedPrompt prompt, const GenerationOptions& options, bool keep_on_disk = false);
    // For tests: waits until the cache folder has what it shall get.
    void finishWriting();
    const ModelConfig& config() const { return config_; }
    const Tokenizer& tokenizer() const { return *tokenizer_; }
    PromptEncoder& promptEncoder() { return *prompt_encoder_; }
    const VisionEncoder& visionEncoder() const { return *vision_encoder_; }
    const LanguageModel& languageModel() const { return *language_model_; }
    const ComputeContext& context() const { return context_; }

  private:
    Sequence& find(SequenceId id);
    const Sequence& find(SequenceId id) const;
    // Device and precision, as wanted and as the GPU's memory allows.
    void chooseContext(const EngineOptions& wanted);
    // Bytes that the model takes of a GPU in the precision of context_.
    std::size_t neededOnGpu() const;
    void loadWeights(const LoadProgress& progress, const std::stop_token& stop);
    // Fills packed_, up to this fraction of the load.
    void loadPacked(const WeightFiles& files, double last, const LoadProgress& progress,
                    const std::stop_token& stop);
    void openDiskCache();
    void reusePrefix(Sequence& sequence);
    void countCoveredPictures(Sequence& sequence) const;
    void checkMemory(const Sequence& sequence) const;
    void checkFiles() const;

    // One unit of work for one sequence that is not ready to decode.
    StepResult advance(SequenceId id, Sequence& sequence, std::span<const std::uint8_t> allowed,
                       const Work& work);
    void readStep(Sequence& sequence, StepResult& result, const Work& work);
    bool findFeatures(Sequence& sequence, SequenceVisual& visual, const Work& work);
    std::vector<std::size_t> nextBatch(const Sequence& sequence);
    void beginEncoding(Sequence& sequence);
    void keepFeatures(Sequence& sequence);
    void encodeStep(Sequence& sequence, StepResult& result, const Work& work);
    double encodingProgress(const Sequence& sequence) const;
    void prefillStep(Sequence& sequence, std::span<const std::uint8_t> allowed, StepResult& result,
                     const Work& work);
    void decodeStep(std::span<const StepRequest> requests, std::span<const std::size_t> ready,
                    std::vector<StepResult>& results, const Work& work);
    VisualRows visualRows(const Sequence& sequence, std::int64_t begin, std::int64_t count) const;
    // Picks the next token from one row of logits and says what that means for the sequence.
    void sample(Sequence& sequence, std::span<const float> logits, std::span<const std::uint8_t> allowed,
                StepResult& result);
    std::vector<StepResult> stepAll(std::span<const StepRequest> requests, const Work& work);
    void closeAll(std::span<const StepRequest> requests);
    // Closes the sequence and puts the error into its result.
    void fail(SequenceId id, const Error& error, StepResult& result);

    // Of what the tensors below had, when all of them are gone.
    struct GivesMemoryBack {
        ~GivesMemoryBack();
    } gives_memory_back_;

    EngineOptions options_;
    ModelConfig config_;
    ModelFacts facts_;
    ComputeContext context_;
    std::string load_notice_;
    std::unique_ptr<const Tokenizer> tokenizer_;
    std::unique_ptr<const ChatTemplate> chat_template_;
    std::unique_ptr<PromptEncoder> prompt_encoder_;
    std::shared_ptr<const PackedWeights> packed_;  // null: the precision needs none
    std::unique_ptr<Weights> weights_;
    std::unique_ptr<VisionEncoder> vision_encoder_;
    std::unique_ptr<LanguageModel> language_model_;
    std::set<TokenId> end_tokens_;

    std::map<SequenceId, std::unique_ptr<Sequence>> sequences_;
    SequenceId next_id_ = 1;
    VisionCache vision_cache_;
    PrefixCache prefix_cache_;
    std::unique_ptr<DiskCache> disk_;  // null = nothing is kept on the disk
    double token_seconds_ = 0.01;      // what the prefill of a token took last
};

}  // namespace sightline
