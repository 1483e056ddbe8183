#include "inference/files/model_weights.h"

#include <functional>
#include <numeric>

#include "inference/error.h"

namespace sightline {
namespace {

using Shape = std::vector<std::int64_t>;

class TensorList {
  public:
    void add(const std::string& name, Shape shape) { tensors_.emplace_back(name, std::move(shape)); }
    void addNorm(const std::string& name, std::int64_t width) {
        add(name + ".weight", {width});
        add(name + ".bias", {width});
    }
    void addLinear(const std::string& name, std::int64_t outputs, std::int64_t inputs) {
        add(name + ".weight", {outputs, inputs});
        add(name + ".bias", {outputs});
    }
    std::vector<NamedShape> take() { return std::move(tensors_); }

  private:
    std::vector<NamedShape> tensors_;
};

void addMerger(TensorList& list, const std::string& name, const VisionConfig& vision,
               std::int64_t norm_width) {
    const std::int64_t merged =
        std::int64_t{1} * vision.hidden_size * vision.spatial_merge_size * vision.spatial_merge_size;
    list.addNorm(name + ".norm", norm_width);
    list.addLinear(name + ".linear_fc1", merged, merged);
    list.addLinear(name + ".linear_fc2", vision.out_hidden_size, merged);
}

void addVision(TensorList& list, const VisionConfig& vision) {
    const std::string scope = "model.visual.";
    const std::int64_t width = vision.hidden_size;
    list.add(scope + "patch_embed.proj.weight",
             {width, vision.in_channels, vision.temporal_patch_size, vision.patch_size, vision.patch_size});
    list.add(scope + "patch_embed.proj.bias", {width});
    list.add(scope + "pos_embed.weight", {vision.num_position_embeddings, width});
    for (int i = 0; i < vision.depth; ++i) {
        const std::string block = scope + "blocks." + std::to_string(i) + ".";
        list.addNorm(block + "norm1", width);
        list.addLinear(block + "attn.qkv", 3 * width, width);
        list.addLinear(block + "attn.proj", width, width);
        list.addNorm(block + "norm2", width);
        list.addLinear(block + "mlp.linear_fc1", vision.intermediate_size, width);
        list.addLinear(block + "mlp.linear_fc2", width, vision.intermediate_size);
    }
    addMerger(list, scope + "merger", vision, width);
    const std::int64_t merged = width * vision.spatial_merge_size * vision.spatial_merge_size;
    for (std::size_t i = 0; i < vision.deepstack_visual_indexes.size(); ++i) {
        addMerger(list, scope + "deepstack_merger_list." + std::to_string(i), vision, merged);
    }
}

void addText(TensorList& list, const TextConfig& text) {
    const std::string scope = "model.language_model.";
    const std::int64_t width = text.hidden_size;
    const std::int64_t queries = std::int64_t{1} * text.num_attention_heads * text.head_dim;
    const std::int64_t keys = std::int64_t{1} * text.num_key_value_heads * text.head_dim;
    list.add(scope + "embed_tokens.weight", {text.vocab_size, width});
    for (int i = 0; i < text.num_hidden_layers; ++i) {
        const std::string layer = scope + "layers." + std::to_string(i) + ".";
        list.add(layer + "input_layernorm.weight", {width});
        list.add(layer + "self_attn.q_proj.weight", {queries, width});
        list.add(layer + "self_attn.k_proj.weight", {keys, width});
        list.add(layer + "self_attn.v_proj.weight", {keys, width});
        list.add(layer + "self_attn.o_proj.weight", {width, queries});
        list.add(layer + "self_attn.q_norm.weight", {text.head_dim});
        list.add(layer + "self_attn.k_norm.weight", {text.head_dim});
        list.add(layer + "post_attention_layernorm.weight", {width});
        list.add(layer + "mlp.gate_proj.weight", {text.intermediate_size, width});
        list.add(layer + "mlp.up_proj.weight", {text.intermediate_size, width});
        list.add(layer + "mlp.down_proj.weight", {width, text.intermediate_size});
    }
    list.add(scope + "norm.weight", {width});
}

}  // namespace

std::vector<NamedShape> expectedTensors(const ModelConfig& config) {
    TensorList list;
    addVision(list, config.vision_config);
    addText(list, config.text_config);
    if (!config.tie_word_embeddings) {
        list.add("lm_head.weight", {config.text_config.vocab_size, config.text_config.hidden_size});
    }
    return list.take();
}

std::int64_t countParameters(const ModelConfig& config) {
    std::int64_t count = 0;
    for (const auto& [name, shape] : expectedTensors(config)) {
        count += std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    }
    return count;
}

void checkWeights(const ModelConfig& config, const WeightFiles& weights) {
    for (const auto& [name, shape] : expectedTensors(config)) {
        const DType dtype = weights.require(name, shape).dtype;
        if (dtype != DType::bf16 && dtype != DType::f16 && dtype != DType::f32) {
            throw Error(ErrorKind::unsupported, weights.fileOf(name) + ": tensor " + name + " has dtype " +
                                                    nameOf(dtype) +
                                                    ", and only BF16, F16 and F32 are supported");
        }
    }
}

}  // namespace sightline
