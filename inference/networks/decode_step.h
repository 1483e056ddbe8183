// One token for each of several sequences through the whole decoder, on packed weights
// (kernels/packed_matrix.h) and without libtorch: a team of threads walks through all layers, and each thread
// does for itself what is too small to share (norms, quantising). Five barriers a layer; nothing is allocated
// once the batch has been seen.
//
// Mathematics as in language_model.h. Activations are float32; in front of every product they become int8
// with a scale for each block of 32. A sequence gets the same bits in every batch and with every number of
// threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "inference/kernels/cache_page.h"
#include "inference/kernels/kernels.h"
#include "inference/kernels/packed_kernels.h"
#include "inference/kernels/thread_team.h"

namespace sightline {

// Sizes of the decoder; all > 0, heads a multiple of kv_heads, head_dim even.
struct DecodeShape {
    std::size_t hidden = 0;
    std::size_t intermediate = 0;
    std::size_t heads = 0;
    std::size_t kv_heads = 0;
    std::size_t head_dim = 0;
    std::size_t vocab = 0;
    kernels::CacheType cache_type = kernels::CacheType::bfloat16;
    std::size_t page_positions = 0;
    float epsilon = 1e-6F;

    kernels::CachePage page() const { return {cache_type, page_positions, head_dim}; }
};

// Views of weights that outlive the step. Norms: float32 [hidden] or [head_dim].
struct DecodeLayer {
    kernels::PackedMatrix q, k, v, o, gate, up, down;
    const float* input_norm = nullptr;
    const float* post_attention_norm = nullptr;
    const float* q_norm = nullptr;
    const float* k_norm = nullptr;
};

// One sequence's token. The pages of its KV cache, as in kv_cache.h, hold positions [0, length], the last of
// which this step writes.
struct DecodeToken {
    const float* embedding = nullptr;  // [hidden]
    const float* cos = nullptr;        // [head_dim]: rotary embedding at its position, the two halves equal
    const float* sin = nullptr;
    std::size_t length = 0;  // positions before this one
    std::span<std::byte* const> pages;
};

class DecodeStep {
  public:
    DecodeStep(const DecodeShape& shape, std::vector<DecodeLayer> layers, const float* final_norm,
               const kernels::PackedMatrix& head, int threads);

    // logits: [tokens.size()][vocab]. False if a stop was requested before the end: the logits are then
    // unspecified, and only the positions that this step writes have changed. A stop is noticed within a
    // layer.
    bool operator()(std::span<const DecodeToken> tokens, float* logits, const std::stop_token& stop);

  private:
    using Member = kernels::ThreadTeam::Member;

    // What every thread computes for itself.
    struct Own {
        std::vector<float> normed;              // of one token
        kernels::QuantizedVectors hidden;       // the input of a product, of all tokens
        kernels::QuantizedVectors attended;     // what attention gave, of all tokens
        std::vector<float> results, up;         // [tokens][32]: of one strip
        std::vector<float> scores;              // [heads_at_once_ * group][positions]
        std::vector<const void*> keys, values;  // pages, where the first of some heads lies
    };

    void reserve(std::span<const DecodeToken> tokens);
    void runLayers(Member& member, std::span<const DecodeToken> tokens, float* logits,
                   const std::stop_token& stop);
    // The parts of a layer, in order; behind each its results are complete only after the next meet().
    void project(Member& member, Own& own, const DecodeLayer& layer);
    void attend(Member& member, Own& own, std::span<const DecodeToken> tokens, std::size_t layer);
    void attendHeads(Own& own, const DecodeToken& token, float* projected, float* attended, std::size_t layer,
                     std::size_t kv_head, std::size_t count) const;
    void addAttended(Member& member, Own& own, const kernels::PackedMatrix& matrix);
    void feedForward(Member& member, Own& own, const DecodeLayer& layer);
    void addFeedForward(Member& member, Own& own, const kernels::PackedMatrix& matrix);
    void computeLogits(Member& member, Own& own, float* logits);

    // Norm of the residual stream, quantised into own.hidden.
    void normalize(Own& own, const float* weight) const;
    // Strip `strip` times all tokens: out [tokens][32].
    void multiply(const kernels::PackedMatrix& matrix, std::size_t strip, const kernels::QuantizedSpan& x,
                  float* out) const;
    // x_ += matrix x, as far as this member takes part.
    void addProduct(Member& member, Own& own, const kernels::PackedMatrix& matrix,
                    const kernels::QuantizedSpan& x);

    DecodeShape shape_;
    std::vector<DecodeLayer> layers_;
    const float* final_norm_;
    kernels::PackedMatrix head_;
    const kernels::PackedKernels& packed_;
    const kernels::Kernels& kernels_;
    kernels::ThreadTeam team_;
    std::size_t heads_at_once_;  // KV heads that a thread attends to
    std::vector<Own> own_;

    std::size_t tokens_ = 0;                  // of this step
    std::size_t reserved_ = 0;                // tokens that there is memory for
    std::vector<float> x_;                    // [tokens][hidden, padded]: the residual stream
    std::vector<float> projected_;            // [tokens][rows of q, k and v, each padded]
    std::vector<float> attended_;             // [tokens][heads * head_dim]
    kernels::QuantizedVectors feed_forward_;  // silu(gate) * up of all tokens
    std::atomic<bool> stopped_{false};
};

}  // namespace sightline
