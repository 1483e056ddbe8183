#include "inference/networks/decode_step.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "inference/kernels/paged_attention.h"

namespace sightline {
namespace {

using kernels::PackedMatrix;
using kernels::QuantizedSpan;
using kernels::tile_rows;

std::size_t padded(std::size_t count) {
    return kernels::tilesFor(count) * tile_rows;
}

// Strips that a thread takes at a time: long enough for the memory to stream, short enough to share evenly.
std::size_t grainOf(const PackedMatrix& matrix) {
    constexpr std::size_t bytes_at_a_time = 128 << 10;
    return std::max<std::size_t>(1, bytes_at_a_time / matrix.stripBytes());
}

// Heads that a thread attends to at a time: they lie one behind the other in a page, and a longer run streams
// better. Every thread gets some.
std::size_t headsAtOnce(std::size_t kv_heads, int threads) {
    return std::clamp<std::size_t>(kv_heads / static_cast<std::size_t>(std::max(threads, 1)), 1, 4);
}

}  // namespace

DecodeStep::DecodeStep(const DecodeShape& shape, std::vector<DecodeLayer> layers, const float* final_norm,
                       const PackedMatrix& head, int threads)
    : shape_(shape),
      layers_(std::move(layers)),
      final_norm_(final_norm),
      head_(head),
      packed_(kernels::bestPackedKernels()),
      kernels_(kernels::bestKernels()),
      team_(threads),
      heads_at_once_(headsAtOnce(shape.kv_heads, threads)),
      own_(static_cast<std::size_t>(std::max(threads, 1))) {}

void DecodeStep::reserve(std::span<const DecodeToken> tokens) {
    tokens_ = tokens.size();
    const std::size_t query_rows = shape_.heads * shape_.head_dim;
    std::size_t positions = 0;
    std::size_t pages = 0;
    for (const DecodeToken& token : tokens) {
        positions = std::max(positions, token.length + 1);
        pages = std::max(pages, token.length / shape_.page_positions + 1);
    }
    for (Own& own : own_) {
        own.scores.resize(std::max(
            own.scores.size(), kernels::attentionScratch(heads_at_once_ * (shape_.heads / shape_.kv_heads),
                                                         shape_.page_positions, positions)));
        own.keys.resize(std::max(own.keys.size(), pages));
        own.values.resize(own.keys.size());
    }
    if (tokens_ <= reserved_) return;
    reserved_ = tokens_;
    x_.resize(tokens_ * padded(shape_.hidden));
    projected_.resize(tokens_ * (padded(query_rows) + 2 * padded(shape_.kv_heads * shape_.head_dim)));
    attended_.resize(tokens_ * query_rows);
    feed_forward_ = kernels::QuantizedVectors(shape_.intermediate, tokens_);
    for (Own& own : own_) {
        own.normed.resize(shape_.hidden);
        own.hidden = kernels::QuantizedVectors(shape_.hidden, tokens_);
        own.attended = kernels::QuantizedVectors(query_rows, tokens_);
        own.results.resize(tokens_ * tile_rows);
        own.up.resize(tokens_ * tile_rows);
    }
}

bool DecodeStep::operator()(std::span<const DecodeToken> tokens, float* logits, const std::stop_token& stop) {
    reserve(tokens);
    stopped_ = false;
    for (std::size_t i = 0; i < tokens_; ++i)
        std::copy_n(tokens[i].embedding, shape_.hidden, x_.data() + i * padded(shape_.hidden));
    team_.run([&](Member& member) { runLayers(member, tokens, logits, stop); });
    return !stopped_;
}

void DecodeStep::runLayers(Member& member, std::span<const DecodeToken> tokens, float* logits,
                           const std::stop_token& stop) {
    Own& own = own_[static_cast<std::size_t>(member.id())];
    for (std::size_t index = 0; index < layers_.size(); ++index) {
        const DecodeLayer& layer = layers_[index];
        if (member.id() == 0 && stop.stop_requested()) stopped_ = true;
        member.share(layer.q.rowTiles() + layer.k.rowTiles() + layer.v.rowTiles());
        member.meet();
        if (stopped_) return;
        project(member, own, layer);
        member.share(tokens.size() * shape_.kv_heads);
        member.meet();
        attend(member, own, tokens, index);
        member.share(layer.o.rowTiles());
        member.meet();
        addAttended(member, own, layer.o);
        member.share(layer.gate.rowTiles());
        member.meet();
        feedForward(member, own, layer);
        member.share(layer.down.rowTiles());
        member.meet();
        addFeedForward(member, own, layer.down);
    }
    member.share(head_.rowTiles());
    member.meet();
    computeLogits(member, own, logits);
}

void DecodeStep::normalize(Own& own, const float* weight) const {
    for (std::size_t i = 0; i < tokens_; ++i) {
        kernels_.rms_norm(x_.data() + i * padded(shape_.hidden), weight, shape_.hidden, shape_.epsilon,
                          own.normed.data());
        packed_.quantize(own.normed.data(), shape_.hidden, own.hidden.span(i), 0);
    }
}

void DecodeStep::multiply(const PackedMatrix& matrix, std::size_t strip, const QuantizedSpan& x,
                          float* out) const {
    kernels::multiplyStrip(packed_, matrix, strip, x, tokens_, out, tile_rows);
}

void DecodeStep::project(Member& member, Own& own, const DecodeLayer& layer) {
    normalize(own, layer.input_norm);
    const PackedMatrix* matrices[] = {&layer.q, &layer.k, &layer.v};
    const std::size_t stride = projected_.size() / reserved_;
    std::size_t begin = 0;
    std::size_t end = 0;
    while (member.take(grainOf(layer.q), begin, end))
        for (std::size_t strip = begin; strip < end; ++strip) {
            std::size_t local = strip;
            const PackedMatrix* const* matrix = matrices;
            for (; local >= (*matrix)->rowTiles(); ++matrix)
                local -= (*matrix)->rowTiles();
            kernels::multiplyStrip(packed_, **matrix, local, own.hidden.span(), tokens_,
                                   projected_.data() + strip * tile_rows, stride);
        }
}

void DecodeStep::attend(Member& member, Own& own, std::span<const DecodeToken> tokens, std::size_t layer) {
    const std::size_t stride = projected_.size() / reserved_;
    std::size_t begin = 0;
    std::size_t end = 0;
    while (member.take(heads_at_once_, begin, end))
        while (begin < end) {
            const std::size_t row = begin / shape_.kv_heads;
            const std::size_t head = begin % shape_.kv_heads;
            const std::size_t count = std::min({heads_at_once_, end - begin, shape_.kv_heads - head});
            attendHeads(own, tokens[row], projected_.data() + row * stride,
                        attended_.data() + row * shape_.heads * shape_.head_dim, layer, head, count);
            begin += count;
        }
}

void DecodeStep::attendHeads(Own& own, const DecodeToken& token, float* projected, float* attended,
                             std::size_t layer, std::size_t kv_head, std::size_t count) const {
    const DecodeLayer& weights = layers_[layer];
    const std::size_t head_dim = shape_.head_dim;
    const std::size_t group = shape_.heads / shape_.kv_heads;
    float* queries = projected + kv_head * group * head_dim;
    float* key = projected + padded(shape_.heads * head_dim) + kv_head * head_dim;
    const float* value = key + padded(shape_.kv_heads * head_dim);
    const auto normAndRotate = [&](float* x, const float* norm) {
        kernels_.rms_norm(x, norm, head_dim, shape_.epsilon, x);
        kernels_.rotate(x, token.cos, token.sin, head_dim);
    };
    for (std::size_t i = 0; i < count * group; ++i)
        normAndRotate(queries + i * head_dim, weights.q_norm);
    for (std::size_t i = 0; i < count; ++i)
        normAndRotate(key + i * head_dim, weights.k_norm);

    const std::size_t pages = token.length / shape_.page_positions + 1;
    const kernels::CachePage shape = shape_.page();
    const std::size_t keys = (layer * 2 * shape_.kv_heads + kv_head) * shape.bytes();
    const std::size_t values = keys + shape_.kv_heads * shape.bytes();
    for (std::size_t i = 0; i < pages; ++i) {
        own.keys[i] = token.pages[i] + keys;
        own.values[i] = token.pages[i] + values;
    }
    const std::size_t position = token.length % shape_.page_positions;
    std::byte* page = token.pages[pages - 1];
    for (std::size_t i = 0; i < count; ++i) {
        kernels::storeKeys(shape, page + keys + i * shape.bytes(), position, 1, key + i * head_dim, head_dim);
        kernels::storeValues(shape, page + values + i * shape.bytes(), position, 1, value + i * head_dim,
                             head_dim);
    }
    const float scale = 1.0F / std::sqrt(static_cast<float>(head_dim));
    kernels::pagedAttention(kernels_, shape, {count, group}, queries, scale, std::span(own.keys).first(pages),
                            std::span(own.values).first(pages), token.length + 1, own.scores.data(),
                            attended + kv_head * group * head_dim);
}

void DecodeStep::addProduct(Member& member, Own& own, const PackedMatrix& matrix, const QuantizedSpan& x) {
    std::size_t begin = 0;
    std::size_t end = 0;
    while (member.take(grainOf(matrix), begin, end))
        for (std::size_t strip = begin; strip < end; ++strip) {
            multiply(matrix, strip, x, own.results.data());
            for (std::size_t i = 0; i < tokens_; ++i) {
                float* to = x_.data() + i * padded(shape_.hidden) + strip * tile_rows;
                for (std::size_t row = 0; row < tile_rows; ++row)
                    to[row] += own.results[i * tile_rows + row];
            }
        }
}

void DecodeStep::addAttended(Member& member, Own& own, const PackedMatrix& matrix) {
    const std::size_t count = shape_.heads * shape_.head_dim;
    for (std::size_t i = 0; i < tokens_; ++i)
        packed_.quantize(attended_.data() + i * count, count, own.attended.span(i), 0);
    addProduct(member, own, matrix, own.attended.span());
}

void DecodeStep::feedForward(Member& member, Own& own, const DecodeLayer& layer) {
    normalize(own, layer.post_attention_norm);
    std::size_t begin = 0;
    std::size_t end = 0;
    while (member.take(grainOf(layer.gate), begin, end))
        for (std::size_t strip = begin; strip < end; ++strip) {
            multiply(layer.gate, strip, own.hidden.span(), own.results.data());
            multiply(layer.up, strip, own.hidden.span(), own.up.data());
            // A strip is a block of the next product's input: 32 rows, or what is left at the end.
            const std::size_t rows = std::min(tile_rows, shape_.intermediate - strip * tile_rows);
            for (std::size_t i = 0; i < tokens_; ++i) {
                float* gate = own.results.data() + i * tile_rows;
                kernels_.silu_multiply(gate, own.up.data() + i * tile_rows, rows, gate);
                packed_.quantize(gate, rows, feed_forward_.span(i), strip);
            }
        }
}

void DecodeStep::addFeedForward(Member& member, Own& own, const PackedMatrix& matrix) {
    addProduct(member, own, matrix, feed_forward_.span());
}

void DecodeStep::computeLogits(Member& member, Own& own, float* logits) {
    normalize(own, final_norm_);
    std::size_t begin = 0;
    std::size_t end = 0;
    while (member.take(grainOf(head_), begin, end))
        for (std::size_t strip = begin; strip < end; ++strip) {
            multiply(head_, strip, own.hidden.span(), own.results.data());
            const std::size_t first = strip * tile_rows;
            const std::size_t rows = std::min(tile_rows, shape_.vocab - first);
            for (std::size_t i = 0; i < tokens_; ++i)
                std::copy_n(own.results.data() + i * tile_rows, rows, logits + i * shape_.vocab + first);
        }
}

}  // namespace sightline
