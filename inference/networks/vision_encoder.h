// The vision encoder of Qwen3-VL: patches -> merged tokens for the language model, and DeepStack features for
// its first layers. Reference: Qwen3VLVisionModel of transformers 5.23.
//
//   patches [N, 3*2*16*16] -> patch_embed (a linear layer: the convolution's stride is its kernel)
//     + learned positions (a square table, interpolated bilinearly to the grid)
//   -> depth x block (norm1, attention with 2-D rotary positions inside each temporal patch, norm2, MLP)
//   -> merger: 2x2 neighbours become one token; the same with other weights after the blocks of
//      deepstack_visual_indexes
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "inference/files/model_config.h"
#include "inference/networks/layers.h"
#include "inference/pictures/image_patches.h"

namespace sightline {

struct VisualFeatures {
    at::Tensor merged;                  // [N / merge^2, hidden of the text model]
    std::vector<at::Tensor> deepstack;  // for decoder layer 0, 1, ...: of the same shape
    double seconds = 0;                 // what their encoding took
    std::size_t bytes() const;
};

// Pictures on their way through the encoder, in one batch; advanced one block at a time.
struct EncodingState {
    std::vector<Patches> pictures;       // the data is given back once embedded
    std::vector<std::int64_t> segments;  // rows that attend to each other: every temporal patch of a picture
    std::size_t next_block = 0;
    at::Tensor x;  // [N, hidden], N patches of all pictures in their order; undefined before the first step
    Rotary rotary;
    std::vector<at::Tensor> deepstack;     // of all pictures
    std::vector<VisualFeatures> features;  // one a picture; empty until all are done

    std::int64_t patches() const;
};

class VisionEncoder {
  public:
    VisionEncoder(const WeightScope& scope, const VisionConfig& config);

    // Each picture attends to itself only, and comes out as it would alone.
    EncodingState begin(std::vector<Patches> pictures) const;
    // Embeds (first call), then runs one block a call. True when the features are complete. After
    // Error(cancelled) the state is as before the call.
    bool step(EncodingState& state, const Work& work) const;
    // Blocks and the embedding: how many calls of step a batch takes.
    std::size_t steps() const { return blocks_.size() + 1; }

    // Peak of the temporaries while N patches are encoded, in bytes (an upper estimate).
    std::size_t temporaryBytes(std::int64_t patches) const;

  private:
    struct Block {
        Block(const WeightScope& scope, const VisionConfig& config);
        at::Tensor operator()(const at::Tensor& x, const EncodingState& state, const Work& work,
                              bool show) const;
        // The same for rows of whole segments, which see nothing of the others.
        at::Tensor some(const at::Tensor& x, std::span<const std::int64_t> segments, const Rotary& rotary,
                        const Work& work, bool show) const;
        at::Tensor attend(const at::Tensor& x, std::span<const std::int64_t> segments, const Rotary& rotary,
                          const Work& work) const;
        at::Tensor mlp(const at::Tensor& x, const Work& work) const;

        LayerNorm norm1, norm2;
        // Query, key and value of some heads at a time: the rows of attn.qkv that belong to them. All heads
        // at once would be three more copies of the picture in memory.
        struct Heads {
            Linear q, k, v;
            std::int64_t first, count;
        };
        std::vector<Heads> qkv;
        Linear proj, linear_fc1, linear_fc2;
        std::int64_t heads;
        bool fused;            // attention, see fusesAttention
        bool in_int8 = false;  // see attendsInInt8
    };
    struct Merger {
        // post_shuffle: the norm comes after the neighbours are joined (DeepStack), not before.
        Merger(const WeightScope& scope, const VisionConfig& config, bool post_shuffle);
        at::Tensor operator()(const at::Tensor& x, const Work& work) const;

        LayerNorm norm;
        Linear linear_fc1, linear_fc2;
        std::int64_t joined;
        bool post_shuffle;
    };

    void embed(EncodingState& state, const Work& work) const;
    std::vector<VisualFeatures> featuresOf(const EncodingState& state, const at::Tensor& merged,
                                           const std::vector<at::Tensor>& deepstack) const;
    at::Tensor positionEmbedding(const PatchGrid& grid) const;
    Rotary rotary(const PatchGrid& grid) const;

    VisionConfig config_;
    ComputeContext context_;
    Linear patch_embed_;
    at::Tensor pos_embed_;  // [side * side, hidden]
    std::vector<Block> blocks_;
    Merger merger_;
    std::vector<Merger> deepstack_mergers_;
};

}  // namespace sightline
