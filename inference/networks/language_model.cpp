#include "inference/networks/language_model.h"

#include <cmath>
#include <utility>

#include "inference/kernels/paged_attention.h"
#include "inference/networks/attention.h"

namespace sightline {

LanguageModel::Layer::Layer(const WeightScope& scope, const TextConfig& c)
    : input_layernorm(scope / "input_layernorm", c.hidden_size, c.rms_norm_eps),
      post_attention_layernorm(scope / "post_attention_layernorm", c.hidden_size, c.rms_norm_eps),
      q_norm(scope / "self_attn" / "q_norm", c.head_dim, c.rms_norm_eps),
      k_norm(scope / "self_attn" / "k_norm", c.head_dim, c.rms_norm_eps),
      q_proj(scope / "self_attn" / "q_proj", c.hidden_size, c.num_attention_heads * c.head_dim, false),
      k_proj(scope / "self_attn" / "k_proj", c.hidden_size, c.num_key_value_heads * c.head_dim, false),
      v_proj(scope / "self_attn" / "v_proj", c.hidden_size, c.num_key_value_heads * c.head_dim, false),
      o_proj(scope / "self_attn" / "o_proj", c.num_attention_heads * c.head_dim, c.hidden_size, false),
      gate_proj(scope / "mlp" / "gate_proj", c.hidden_size, c.intermediate_size, false),
      up_proj(scope / "mlp" / "up_proj", c.hidden_size, c.intermediate_size, false),
      down_proj(scope / "mlp" / "down_proj", c.intermediate_size, c.hidden_size, false) {}

LanguageModel::LanguageModel(const WeightScope& scope, const WeightScope& root, const ModelConfig& config)
    : config_(config.text_config),
      context_(scope.context()),
      embed_tokens_(scope / "embed_tokens", config_.vocab_size, config_.hidden_size),
      norm_(scope / "norm", config_.hidden_size, config_.rms_norm_eps) {
    for (int i = 0; i < config_.num_hidden_layers; ++i)
        layers_.emplace_back(scope / "layers" / static_cast<std::size_t>(i), config_);
    lm_head_ = config.tie_word_embeddings
                   ? Linear(embed_tokens_.asMatrix(scope / "embed_tokens"))
                   : Linear(root / "lm_head", config_.hidden_size, config_.vocab_size, false);

    const std::int64_t half = config_.head_dim / 2;
    const at::Tensor exponent =
        at::arange(0, config_.head_dim, 2, at::kFloat) / static_cast<double>(config_.head_dim);
    inverse_frequencies_ = 1.0 / at::pow(static_cast<float>(config_.rope_theta), exponent);
    frequency_axis_ = at::zeros({half}, at::kLong);
    auto axis = frequency_axis_.accessor<std::int64_t, 1>();
    for (std::int64_t d = 1; d < 3; ++d)
        for (std::int64_t i = d;
             i < std::min<std::int64_t>(half, 3 * config_.mrope_section[static_cast<std::size_t>(d)]); i += 3)
            axis[i] = d;
    inverse_frequencies_ = inverse_frequencies_.to(context_.device);
    frequency_axis_ = frequency_axis_.to(context_.device);
    packed_decoder_ = makePackedDecoder();
    recorded_step_ = makeRecordedStep();
}

std::unique_ptr<DecodeStep> LanguageModel::makePackedDecoder() const {
    std::vector<DecodeLayer> layers;
    bool packed = lm_head_.weight().isPackedWhole();
    for (const Layer& layer : layers_) {
        for (const Linear* linear : {&layer.q_proj, &layer.k_proj, &layer.v_proj, &layer.o_proj,
                                     &layer.gate_proj, &layer.up_proj, &layer.down_proj})
            packed = packed && linear->weight().isPackedWhole();
        if (!packed) return nullptr;
        const auto norm = [](const RmsNorm& rms) { return rms.weight().const_data_ptr<float>(); };
        layers.push_back({*layer.q_proj.weight().packed(), *layer.k_proj.weight().packed(),
                          *layer.v_proj.weight().packed(), *layer.o_proj.weight().packed(),
                          *layer.gate_proj.weight().packed(), *layer.up_proj.weight().packed(),
                          *layer.down_proj.weight().packed(), norm(layer.input_layernorm),
                          norm(layer.post_attention_layernorm), norm(layer.q_norm), norm(layer.k_norm)});
    }
    if (!packed) return nullptr;
    const auto size = [](std::int64_t value) { return static_cast<std::size_t>(value); };
    const DecodeShape shape = {
        .hidden = size(config_.hidden_size),
        .intermediate = size(config_.intermediate_size),
        .heads = size(config_.num_attention_heads),
        .kv_heads = size(config_.num_key_value_heads),
        .head_dim = size(config_.head_dim),
        .vocab = size(config_.vocab_size),
        .cache_type = cacheLayout().page().type,
        .page_positions = size(kv_page_positions),
        .epsilon = static_cast<float>(config_.rms_norm_eps),
    };
    return std::make_unique<DecodeStep>(shape, std::move(layers), norm_.weight().const_data_ptr<float>(),
                                        *lm_head_.weight().packed(), at::get_num_threads());
}

KvLayout LanguageModel::cacheLayout() const {
    return {config_.num_hidden_layers, config_.num_key_value_heads, config_.head_dim, context_,
            !context_.device.is_cpu()};
}

at::Tensor LanguageModel::embed(std::span<const TokenId> ids) const {
    return embed_tokens_.rowsOf(ids).to(context_.activation_dtype);
}

Rotary LanguageModel::rotary(std::span<const Position> positions) const {
    const auto count = static_cast<std::int64_t>(positions.size());
    const at::Tensor axes = at::empty({count, 3}, at::kFloat);
    float* values = axes.mutable_data_ptr<float>();
    for (const Position& position : positions)
        for (const std::int32_t p : position)
            *values++ = static_cast<float>(p);
    return rotaryFromAngles(axes.to(context_.device).index_select(1, frequency_axis_) * inverse_frequencies_);
}

PrefillState LanguageModel::beginPrefill(KvCache& cache, std::span<const TokenId> ids,
                                         std::span<const Position> positions, const VisualRows& visual,
                                         const Work& work) const {
    PrefillState state;
    state.cache = &cache;
    state.begin = cache.length();
    const auto count = static_cast<std::int64_t>(ids.size());
    cache.reserve(state.begin + count);
    state.x = embed(ids);
    if (!visual.rows.empty()) {
        const at::Tensor rows = at::empty({static_cast<std::int64_t>(visual.rows.size())}, at::kLong);
        std::copy(visual.rows.begin(), visual.rows.end(), rows.mutable_data_ptr<std::int64_t>());
        state.visual_rows = rows.to(context_.device);
        state.x.index_copy_(0, state.visual_rows, visual.merged.to(context_.activation_dtype));
        state.deepstack = visual.deepstack;
    }
    work.show("inputs_embeds", state.x);
    state.rotary = rotary(positions);
    work.show("text.rope_cos", state.rotary.cos);
    work.show("text.rope_sin", state.rotary.sin);
    // Query i sees keys 0 .. begin + i; the heads of a group stand one after the other.
    const std::int64_t group = config_.num_attention_heads / config_.num_key_value_heads;
    if (fusesAttention(context_, config_.head_dim)) {
        for (std::int64_t row = 0; row < group * count; ++row)
            state.visible.push_back(static_cast<std::int32_t>(state.begin + row % count + 1));
        return state;
    }
    const at::Tensor hidden = at::ones({count, state.begin + count}, at::kBool).triu_(state.begin + 1);
    state.mask = at::zeros({count, state.begin + count}, at::kFloat)
                     .masked_fill_(hidden, -std::numeric_limits<float>::infinity())
                     .to(context_.device, context_.activation_dtype)
                     .repeat({group, 1});
    return state;
}

LanguageModel::Projected LanguageModel::project(const Layer& layer, const at::Tensor& hidden,
                                                const Rotary& rotary, const Work& work, bool show) const {
    const std::int64_t count = hidden.size(0);
    const auto heads = [&](const at::Tensor& x) { return x.view({count, -1, config_.head_dim}); };
    Projected p;
    const LinearInput input = layer.input_layernorm.before(layer.q_proj, hidden);
    p.q = heads(layer.q_proj(input, work));
    p.k = heads(layer.k_proj(input, work));
    p.v = heads(layer.v_proj(input, work));
    if (layer.q_proj.packed()) {
        rotateInPlace(p.q, rotary, &layer.q_norm);
        rotateInPlace(p.k, rotary, &layer.k_norm);
        return p;
    }
    p.q = layer.q_norm(p.q);
    p.k = layer.k_norm(p.k);
    if (show) {
        work.show("text.layer0.q_norm", p.q);
        work.show("text.layer0.k_norm", p.k);
    }
    p.q = applyRotary(p.q, rotary.cos, rotary.sin);
    p.k = applyRotary(p.k, rotary.cos, rotary.sin);
    return p;
}

at::Tensor LanguageModel::finishLayer(const Layer& layer, const at::Tensor& x, const at::Tensor& attended,
                                      const Work& work, bool show) const {
    const at::Tensor attention_out = layer.o_proj(attended, work);
    if (show) work.show("text.layer0.attn_out", attention_out);
    at::Tensor y = x + attention_out;
    const LinearInput input = layer.post_attention_layernorm.before(layer.gate_proj, y);
    const at::Tensor gate = layer.gate_proj(input, work);
    const at::Tensor up = layer.up_proj(input, work);
    const at::Tensor mlp_out = layer.down_proj(siluMultiplied(layer.down_proj, gate, up), work);
    if (show) work.show("text.layer0.mlp_out", mlp_out);
    return y.add_(mlp_out);
}

at::Tensor LanguageModel::attendChunk(const PrefillState& state, std::int64_t layer, const at::Tensor& q,
                                      const Work& work) const {
    const std::int64_t count = q.size(0);
    const std::int64_t kv_heads = config_.num_key_value_heads;
    const std::int64_t group = config_.num_attention_heads / kv_heads;
    const auto [k, v] = state.cache->gather(layer, state.begin + count);
    const at::Tensor grouped = q.view({count, kv_heads, group, config_.head_dim})
                                   .permute({1, 2, 0, 3})
                                   .reshape({kv_heads, group * count, config_.head_dim});
    const at::Tensor attended = state.mask.defined() ? attention(grouped, k, v, state.mask, work)
                                                     : fusedAttention(grouped, k, v, state.visible, work);
    return attended.view({kv_heads, group, count, config_.head_dim})
        .permute({2, 0, 1, 3})
        .reshape({count, -1});
}

bool LanguageModel::stepPrefill(PrefillState& state, const Work& work) const {
    const std::size_t index = state.next_layer;
    const Layer& layer = layers_[index];
    const bool show = index == 0;
    work.show("text.layer_in.", index, state.x);
    const Projected p = project(layer, state.x, state.rotary, work, show);
    state.cache->write(static_cast<std::int64_t>(index), state.begin, p.k, p.v);
    const at::Tensor attended = attendChunk(state, static_cast<std::int64_t>(index), p.q, work);
    at::Tensor x = finishLayer(layer, state.x, attended, work, show);
    work.show("text.layer_out.", index, x);
    if (index < state.deepstack.size() && state.visual_rows.defined())
        x.index_add_(0, state.visual_rows, state.deepstack[index].to(x.scalar_type()));
    state.x = x;
    ++state.next_layer;
    if (state.next_layer < layers_.size()) return false;
    state.cache->commit(state.begin + x.size(0));
    return true;
}

at::Tensor LanguageModel::logits(const at::Tensor& x, const Work& work) const {
    const at::Tensor normed = norm_(x);
    work.show("text.final_norm", normed);
    return lm_head_(normed, work).to(at::kCPU, at::kFloat);
}

// One query a sequence: keys and values are read where they lie.
at::Tensor LanguageModel::attendOne(std::int64_t layer, const at::Tensor& q,
                                    std::span<KvCache* const> caches) const {
    const auto count = static_cast<std::int64_t>(caches.size());
    const std::int64_t kv_heads = config_.num_key_value_heads;
    const std::int64_t group = config_.num_attention_heads / kv_heads;
    const std::int64_t head_dim = config_.head_dim;
    if (!q.device().is_cpu()) {
        std::vector<at::Tensor> rows;
        for (std::int64_t i = 0; i < count; ++i) {
            const KvCache& cache = *caches[static_cast<std::size_t>(i)];
            const auto [k, v] = cache.gather(layer, cache.length() + 1);
            const at::Tensor query = q.select(0, i).view({1, kv_heads, group, head_dim});
            rows.push_back(
                at::scaled_dot_product_attention(query, k.unsqueeze(0), v.unsqueeze(0)).reshape({1, -1}));
        }
        return at::cat(rows, 0);
    }
    at::Tensor out = at::empty({count, config_.num_attention_heads * head_dim}, q.options());
    const auto& kernels = kernels::bestKernels();
    const kernels::CachePage shape = cacheLayout().page();
    const auto scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(head_dim)));
    const float* queries = q.const_data_ptr<float>();
    float* results = out.mutable_data_ptr<float>();
    at::parallel_for(0, count * kv_heads, 1, [&](std::int64_t begin, std::int64_t end) {
        std::vector<const void*> keys;
        std::vector<const void*> values;
        std::vector<float> scratch;
        for (std::int64_t item = begin; item < end; ++item) {
            const KvCache& cache = *caches[static_cast<std::size_t>(item / kv_heads)];
            const std::int64_t head = item % kv_heads;
            const auto length = static_cast<std::size_t>(cache.length() + 1);
            keys.resize(cache.pages());
            values.resize(cache.pages());
            for (std::size_t page = 0; page < cache.pages(); ++page) {
                keys[page] = cache.keys(page, layer, head);
                values[page] = cache.values(page, layer, head);
            }
            scratch.resize(
                kernels::attentionScratch(static_cast<std::size_t>(group), kv_page_positions, length));
            const std::int64_t offset = item * group * head_dim;
            kernels::pagedAttention(kernels, shape, {1, static_cast<std::size_t>(group)}, queries + offset,
                                    scale, keys, values, length, scratch.data(), results + offset);
        }
    });
    return out;
}

at::Tensor LanguageModel::decodePacked(std::span<const TokenId> ids, std::span<const Position> positions,
                                       std::span<KvCache* const> caches, const Work& work) const {
    const auto count = static_cast<std::int64_t>(ids.size());
    const at::Tensor embeddings = embed(ids).contiguous();
    const Rotary rotation = rotary(positions);
    const auto row = [](const at::Tensor& tensor, std::size_t index) {
        return tensor.const_data_ptr<float>() + static_cast<std::int64_t>(index) * tensor.size(1);
    };
    std::vector<std::vector<std::byte*>> pages(ids.size());
    std::vector<DecodeToken> tokens;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        for (std::size_t page = 0; page < caches[i]->pages(); ++page)
            pages[i].push_back(caches[i]->page(page));
        tokens.push_back({row(embeddings, i), row(rotation.cos, i), row(rotation.sin, i),
                          static_cast<std::size_t>(caches[i]->length()), pages[i]});
    }
    at::Tensor logits = at::empty({count, config_.vocab_size}, at::kFloat);
    if (!(*packed_decoder_)(tokens, logits.mutable_data_ptr<float>(), work.stop)) work.poll();
    for (KvCache* cache : caches)
        cache->commit(cache->length() + 1);
    return logits;
}

at::Tensor LanguageModel::decode(std::span<const TokenId> ids, std::span<const Position> positions,
                                 std::span<KvCache* const> caches, const Work& work) const {
    for (KvCache* cache : caches)
        cache->reserve(cache->length() + 1);
    if (packed_decoder_) return decodePacked(ids, positions, caches, work);
    if (recorded_step_ && ids.size() == 1)
        return decodeRecorded(ids.front(), positions.front(), *caches.front(), work);
    at::Tensor x = embed(ids);
    const Rotary rotation = rotary(positions);
    for (std::size_t index = 0; index < layers_.size(); ++index) {
        const Layer& layer = layers_[index];
        const auto number = static_cast<std::int64_t>(index);
        const Projected p = project(layer, x, rotation, work, false);
        for (std::size_t i = 0; i < caches.size(); ++i) {
            const auto row = static_cast<std::int64_t>(i);
            caches[i]->write(number, caches[i]->length(), p.k.narrow(0, row, 1), p.v.narrow(0, row, 1));
        }
        x = finishLayer(layer, x, attendOne(number, p.q.contiguous(), caches), work, false);
    }
    at::Tensor result = logits(x, work);
    for (KvCache* cache : caches)
        cache->commit(cache->length() + 1);
    return result;
}

}  // namespace sightline
