// The decoder of Qwen3-VL: token embeddings (with merged picture tokens in the places of the pads) -> logits.
// Reference: Qwen3VLTextModel of transformers 5.23.
//
//   layer: x += o_proj(attention(rope(q_norm(q_proj h)), rope(k_norm(k_proj h)), v_proj h)),  h =
//   input_layernorm x
//          x += down_proj(silu(gate_proj h) * up_proj h),                                     h =
//          post_attention_layernorm x
//   after layer i < number of DeepStack features: x[pads] += deepstack[i]
//   logits = lm_head(norm x); the head may be the embedding table (tied)
// Grouped query attention; interleaved MRoPE: of the frequencies of a head most follow T, every third one
// from the second on H, from the third on W, as far as mrope_section says.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "inference/engine.h"
#include "inference/files/model_config.h"
#include "inference/networks/decode_step.h"
#include "inference/networks/embedding_table.h"
#include "inference/networks/kv_cache.h"
#include "inference/networks/layers.h"
#include "inference/networks/recorded_step.h"

namespace sightline {

using Position = std::array<std::int32_t, 3>;  // T, H, W

// A piece of a prompt on its way through the layers; advanced one layer at a time.
struct PrefillState {
    KvCache* cache = nullptr;  // positions [0, begin) are in it
    std::int64_t begin = 0;    // first position of the chunk
    std::size_t next_layer = 0;
    at::Tensor x;     // [tokens, hidden]
    Rotary rotary;    // [tokens, head_dim]
    at::Tensor mask;  // [group * tokens, begin + tokens] additive; undefined if attention is fused
    std::vector<std::int32_t> visible;  // [group * tokens]: how many keys a query sees; empty if it is not
    at::Tensor visual_rows;  // int64 [n]: rows of x that are picture tokens; undefined if there are none
    std::vector<at::Tensor> deepstack;  // [n, hidden] each
};

// Picture tokens of a chunk: row of the chunk, and their features.
struct VisualRows {
    std::vector<std::int64_t> rows;
    at::Tensor merged;                  // [rows.size(), hidden]
    std::vector<at::Tensor> deepstack;  // of the same shape
};

class LanguageModel {
  public:
    // `scope` is the decoder's; the head is lm_head.weight of `root` unless it is tied.
    LanguageModel(const WeightScope& scope, const WeightScope& root, const ModelConfig& config);

    KvLayout cacheLayout() const;
    std::size_t layers() const { return layers_.size(); }

    // Embeds a chunk that starts at position cache.length(). ids are in [0, vocab_size). Reserves cache
    // pages.
    PrefillState beginPrefill(KvCache& cache, std::span<const TokenId> ids,
                              std::span<const Position> positions, const VisualRows& visual,
                              const Work& work) const;
    // Runs one layer. True after the last one: the positions are in the cache (committed), x is the last
    // layer's output. After Error(cancelled) the state is as before the call.
    bool stepPrefill(PrefillState& state, const Work& work) const;
    // [rows, hidden] -> float32 [rows, vocab_size] on the CPU.
    at::Tensor logits(const at::Tensor& x, const Work& work) const;

    // One token for each of several sequences: ids[i] goes to the end of caches[i] (committed on success).
    // Returns float32 [n, vocab_size] on the CPU. After Error(cancelled) the caches are as before.
    at::Tensor decode(std::span<const TokenId> ids, std::span<const Position> positions,
                      std::span<KvCache* const> caches, const Work& work) const;

    // The same of one sequence whose cache is one run, in operations that can be recorded
    // (RecordedStep::Compute). Commits nothing.
    at::Tensor computeStep(const at::Tensor& numbers, const at::Tensor& run, std::int64_t keys) const;

  private:
    struct Layer {
        Layer(const WeightScope& scope, const TextConfig& config);

        RmsNorm input_layernorm, post_attention_layernorm, q_norm, k_norm;
        Linear q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj;
    };
    struct Projected {
        at::Tensor q, k, v;  // [tokens, heads or kv heads, head_dim], q and k normalised and rotated
    };

    at::Tensor embed(std::span<const TokenId> ids) const;
    Rotary rotary(std::span<const Position> positions) const;
    Projected project(const Layer& layer, const at::Tensor& hidden, const Rotary& rotary, const Work& work,
                      bool show) const;
    at::Tensor finishLayer(const Layer& layer, const at::Tensor& x, const at::Tensor& attended,
                           const Work& work, bool show) const;
    at::Tensor attendChunk(const PrefillState& state, std::int64_t layer, const at::Tensor& q,
                           const Work& work) const;
    // Null if the weights are not packed.
    std::unique_ptr<DecodeStep> makePackedDecoder() const;
    at::Tensor decodePacked(std::span<const TokenId> ids, std::span<const Position> positions,
                            std::span<KvCache* const> caches, const Work& work) const;
    // Null where nothing can be recorded.
    std::unique_ptr<RecordedStep> makeRecordedStep() const;
    at::Tensor decodeRecorded(TokenId id, const Position& position, KvCache& cache, const Work& work) const;
    at::Tensor attendOne(std::int64_t layer, const at::Tensor& q, std::span<KvCache* const> caches) const;

    TextConfig config_;
    ComputeContext context_;
    EmbeddingTable embed_tokens_;
    std::vector<Layer> layers_;
    RmsNorm norm_;
    Linear lm_head_;
    at::Tensor inverse_frequencies_;  // [head_dim / 2] float32
    at::Tensor frequency_axis_;       // int64 [head_dim / 2]: 0, 1, 2 = follows T, H, W
    std::unique_ptr<DecodeStep> packed_decoder_;
    std::unique_ptr<RecordedStep> recorded_step_;
};

}  // namespace sightline
