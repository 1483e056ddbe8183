#include "inference/networks/vision_encoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "inference/networks/attention.h"

namespace sightline {
namespace {

// Rows that are held in the wide inner dimension of the MLP at a time: bounds the memory of huge pictures. On
// a processor few enough that what lies between two products stays in its caches.
std::int64_t rowsAtOnce(const at::Device& device) {
    return device.is_cpu() ? 1024 : 2048;
}
// Heads whose keys and values are widened and laid out at a time.
constexpr std::int64_t heads_at_once = 4;

// (row, column) of every patch in the order in which patches lie: merge blocks, and rows and columns within a
// block. [N, 2] int64; the same for every temporal patch.
at::Tensor patchCoordinates(const PatchGrid& grid, std::int64_t merge) {
    const std::int64_t h = grid.h;
    const std::int64_t w = grid.w;
    const auto ordered = [&](const at::Tensor& plane) {
        return plane.expand({h, w})
            .reshape({h / merge, merge, w / merge, merge})
            .permute({0, 2, 1, 3})
            .reshape({-1});
    };
    const at::Tensor rows = ordered(at::arange(h).unsqueeze(1));
    const at::Tensor columns = ordered(at::arange(w).unsqueeze(0));
    return at::stack({rows, columns}, 1).repeat({grid.t, 1});
}

at::Tensor frequencies(std::int64_t dim, double theta) {
    const at::Tensor exponent = at::arange(0, dim, 2, at::kFloat) / static_cast<double>(dim);
    return 1.0 / at::pow(static_cast<float>(theta), exponent);
}

}  // namespace

std::size_t VisualFeatures::bytes() const {
    std::size_t total = merged.defined() ? merged.nbytes() : 0;
    for (const at::Tensor& tensor : deepstack)
        total += tensor.nbytes();
    return total;
}

VisionEncoder::Block::Block(const WeightScope& scope, const VisionConfig& config)
    : norm1(scope / "norm1", config.hidden_size),
      norm2(scope / "norm2", config.hidden_size),
      proj(scope / "attn" / "proj", config.hidden_size, config.hidden_size, true),
      linear_fc1(scope / "mlp" / "linear_fc1", config.hidden_size, config.intermediate_size, true),
      linear_fc2(scope / "mlp" / "linear_fc2", config.intermediate_size, config.hidden_size, true),
      heads(config.num_heads),
      fused(fusesAttention(scope.context(), config.hidden_size / config.num_heads)) {
    const std::int64_t hidden = config.hidden_size;
    const std::int64_t head_dim = hidden / heads;
    const WeightMatrix weight = (scope / "attn" / "qkv").matrix("weight", {3 * hidden, hidden});
    in_int8 = attendsInInt8(weight.packed() != nullptr, head_dim);
    const at::Tensor bias = (scope / "attn" / "qkv").vector("bias", {3 * hidden});
    for (std::int64_t first = 0; first < heads; first += heads_at_once) {
        const std::int64_t count = std::min(heads_at_once, heads - first);
        const auto rows = [&](std::int64_t part) {
            const std::int64_t begin = part * hidden + first * head_dim;
            return Linear(weight.narrow(begin, count * head_dim), bias.narrow(0, begin, count * head_dim));
        };
        qkv.push_back({rows(0), rows(1), rows(2), first, count});
    }
}

std::int64_t EncodingState::patches() const {
    std::int64_t total = 0;
    for (const Patches& picture : pictures)
        total += picture.grid.patches();
    return total;
}

at::Tensor VisionEncoder::Block::attend(const at::Tensor& x, std::span<const std::int64_t> segments,
                                        const Rotary& rotary, const Work& work) const {
    const std::int64_t rows = x.size(0);
    const std::int64_t head_dim = x.size(1) / heads;
    at::Tensor out = at::empty({rows, heads, head_dim}, x.options());
    LinearInput input = norm1.before(qkv.front().q, x);
    for (const Heads& some : qkv) {
        const auto split = [&](const at::Tensor& y) { return y.view({rows, some.count, head_dim}); };
        const auto rotated = [&](const Linear& linear) {
            at::Tensor y = split(linear(input, work));
            if (linear.packed())
                rotateInPlace(y, rotary, nullptr);
            else
                y = applyRotary(y, rotary.cos, rotary.sin);
            return y.transpose(0, 1).contiguous();
        };
        const at::Tensor q = rotated(some.q);
        const at::Tensor k = rotated(some.k);
        const at::Tensor v = split(some.v(input, work)).transpose(0, 1).contiguous();
        std::int64_t begin = 0;
        for (const std::int64_t count : segments) {
            const auto of = [&](const at::Tensor& y) { return y.narrow(1, begin, count); };
            const at::Tensor part = in_int8 ? int8Attention(of(q), of(k), of(v), work)
                                    : fused ? fusedAttention(of(q), of(k), of(v), {}, work)
                                            : attention(of(q), of(k), of(v), {}, work);
            out.narrow(0, begin, count).narrow(1, some.first, some.count).copy_(part.transpose(0, 1));
            begin += count;
        }
    }
    input = {};
    return proj(out.view({rows, heads * head_dim}), work);
}

at::Tensor VisionEncoder::Block::mlp(const at::Tensor& x, const Work& work) const {
    at::Tensor out = at::empty_like(x);
    const std::int64_t most = rowsAtOnce(x.device());
    for (std::int64_t begin = 0; begin < x.size(0); begin += most) {
        const std::int64_t count = std::min(most, x.size(0) - begin);
        at::Tensor wide = linear_fc1(norm2.before(linear_fc1, x.narrow(0, begin, count)), work);
        out.narrow(0, begin, count).copy_(linear_fc2(geluOf(linear_fc2, std::move(wide)), work));
    }
    return out;
}

at::Tensor VisionEncoder::Block::some(const at::Tensor& x, std::span<const std::int64_t> segments,
                                      const Rotary& rotary, const Work& work, bool show) const {
    const at::Tensor attended = attend(x, segments, rotary, work);
    if (show) work.show("vision.block0.attn_out", attended);
    at::Tensor y = x + attended;
    const at::Tensor changed = mlp(y, work);
    if (show) work.show("vision.block0.mlp_out", changed);
    return y.add_(changed);
}

at::Tensor VisionEncoder::Block::operator()(const at::Tensor& x, const EncodingState& state, const Work& work,
                                            bool show) const {
    const std::span<const std::int64_t> segments = state.segments;
    const std::int64_t all = x.size(0);
    // A GPU takes all at once, because starting a kernel is what costs there.
    const std::int64_t most = x.device().is_cpu() ? rowsAtOnce(x.device()) : all;
    at::Tensor out;
    std::int64_t begin = 0;
    for (std::size_t first = 0; first < segments.size();) {
        std::int64_t rows = segments[first];
        std::size_t end = first + 1;
        for (; end < segments.size() && rows + segments[end] <= most; ++end)
            rows += segments[end];
        const at::Tensor part = some(
            x.narrow(0, begin, rows), segments.subspan(first, end - first),
            {state.rotary.cos.narrow(0, begin, rows), state.rotary.sin.narrow(0, begin, rows)}, work, show);
        if (rows == all) return part;
        if (!out.defined()) out = at::empty_like(x);
        out.narrow(0, begin, rows).copy_(part);
        begin += rows;
        first = end;
    }
    return out;
}

VisionEncoder::Merger::Merger(const WeightScope& scope, const VisionConfig& config, bool post_shuffle_)
    : norm(scope / "norm", post_shuffle_
                               ? config.hidden_size * config.spatial_merge_size * config.spatial_merge_size
                               : config.hidden_size),
      joined(config.hidden_size * config.spatial_merge_size * config.spatial_merge_size),
      post_shuffle(post_shuffle_) {
    linear_fc1 = Linear(scope / "linear_fc1", joined, joined, true);
    linear_fc2 = Linear(scope / "linear_fc2", joined, config.out_hidden_size, true);
}

at::Tensor VisionEncoder::Merger::operator()(const at::Tensor& x, const Work& work) const {
    const at::Tensor tokens = post_shuffle ? norm(x.view({-1, joined})) : norm(x).view({-1, joined});
    at::Tensor wide = linear_fc1(tokens, work);
    at::gelu_(wide, "none");
    return linear_fc2(wide, work);
}

VisionEncoder::VisionEncoder(const WeightScope& scope, const VisionConfig& config)
    : config_(config), context_(scope.context()), merger_(scope / "merger", config, false) {
    const WeightScope embed = scope / "patch_embed" / "proj";
    patch_embed_ =
        Linear(embed.matrix("weight", {config.hidden_size, config.in_channels, config.temporal_patch_size,
                                       config.patch_size, config.patch_size}),
               embed.vector("bias", {config.hidden_size}));
    pos_embed_ = (scope / "pos_embed").vector("weight", {config.num_position_embeddings, config.hidden_size});
    for (int i = 0; i < config.depth; ++i)
        blocks_.emplace_back(scope / "blocks" / static_cast<std::size_t>(i), config);
    for (std::size_t i = 0; i < config.deepstack_visual_indexes.size(); ++i)
        deepstack_mergers_.emplace_back(scope / "deepstack_merger_list" / i, config, true);
}

// The learned table is a square for one picture size; other grids read it at (side - 1) / (n - 1) steps,
// bilinearly.
at::Tensor VisionEncoder::positionEmbedding(const PatchGrid& grid) const {
    const std::int64_t side = std::llround(std::sqrt(static_cast<double>(config_.num_position_embeddings)));
    const at::Tensor coordinates = patchCoordinates({1, grid.h, grid.w}, config_.spatial_merge_size);
    struct Axis {
        at::Tensor low, high, weight;
    };
    const auto axis = [&](std::int64_t index, std::int64_t n) {
        // In this order of operations, which decides the last bit: index * (side - 1) / (n - 1).
        const at::Tensor exact = at::arange(n, at::kFloat) * static_cast<double>(side - 1) /
                                 static_cast<double>(std::max<std::int64_t>(n - 1, 1));
        const at::Tensor at_patch = exact.index_select(0, coordinates.select(1, index));
        const at::Tensor low = at_patch.floor().to(at::kLong);
        return Axis{low, (low + 1).clamp_max(side - 1), (at_patch - low.to(at::kFloat)).unsqueeze(1)};
    };
    const Axis y = axis(0, grid.h);
    const Axis x = axis(1, grid.w);
    const auto tap = [&](const at::Tensor& row, const at::Tensor& column, const at::Tensor& weight) {
        const at::Tensor index = (row * side + column).to(context_.device);
        return pos_embed_.index_select(0, index).to(at::kFloat) * weight.to(context_.device);
    };
    at::Tensor sum = tap(y.low, x.low, (1 - y.weight) * (1 - x.weight));
    sum += tap(y.low, x.high, (1 - y.weight) * x.weight);
    sum += tap(y.high, x.low, y.weight * (1 - x.weight));
    sum += tap(y.high, x.high, y.weight * x.weight);
    return sum.repeat({grid.t, 1}).to(context_.activation_dtype);
}

// Half of a head's frequencies follow the row, half the column.
Rotary VisionEncoder::rotary(const PatchGrid& grid) const {
    const std::int64_t head_dim = config_.hidden_size / config_.num_heads;
    const at::Tensor inverse = frequencies(head_dim / 2, config_.rope_theta);
    const at::Tensor coordinates = patchCoordinates(grid, config_.spatial_merge_size).to(at::kFloat);
    const at::Tensor angles = (coordinates.unsqueeze(2) * inverse).flatten(1);
    return rotaryFromAngles(angles.to(context_.device));
}

EncodingState VisionEncoder::begin(std::vector<Patches> pictures) const {
    EncodingState state;
    state.pictures = std::move(pictures);
    for (const Patches& picture : state.pictures)
        state.segments.insert(state.segments.end(), static_cast<std::size_t>(picture.grid.t),
                              std::int64_t{picture.grid.h} * picture.grid.w);
    return state;
}

void VisionEncoder::embed(EncodingState& state, const Work& work) const {
    at::Tensor x = at::empty({state.patches(), config_.hidden_size},
                             at::TensorOptions().dtype(context_.activation_dtype).device(context_.device));
    std::vector<at::Tensor> positions, cos, sin;
    const std::int64_t most = rowsAtOnce(context_.device);
    std::int64_t first = 0;
    for (Patches& picture : state.pictures) {
        const std::int64_t rows = picture.grid.patches();
        const std::int64_t width = static_cast<std::int64_t>(picture.data.size()) / rows;
        const at::Tensor bytes =
            at::from_blob(picture.data.data(), {rows, width}, at::TensorOptions().dtype(at::kByte));
        for (std::int64_t begin = 0; begin < rows; begin += most) {
            const std::int64_t count = std::min(most, rows - begin);
            const at::Tensor pixels =
                bytes.narrow(0, begin, count).to(context_.device, at::kFloat).sub_(127.5).div_(127.5);
            x.narrow(0, first + begin, count).copy_(patch_embed_(pixels.to(context_.activation_dtype), work));
        }
        first += rows;
        positions.push_back(positionEmbedding(picture.grid));
        const Rotary own = rotary(picture.grid);
        cos.push_back(own.cos);
        sin.push_back(own.sin);
    }
    work.show("vision.patch_embed", x);
    const at::Tensor all_positions = at::cat(positions);
    work.show("vision.pos_embed", all_positions);
    state.rotary = {at::cat(cos), at::cat(sin)};
    work.show("vision.rope_cos", state.rotary.cos);
    work.show("vision.rope_sin", state.rotary.sin);
    x += all_positions;
    work.show("vision.block_in.", 0, x);
    state.x = x;
    for (Patches& picture : state.pictures)
        picture.data = {};
}

// Copies for each picture, unless it is alone: a view would keep the features of all in memory.
std::vector<VisualFeatures> VisionEncoder::featuresOf(const EncodingState& state, const at::Tensor& merged,
                                                      const std::vector<at::Tensor>& deepstack) const {
    if (state.pictures.size() == 1) return {{merged, deepstack}};
    const std::int64_t merge = config_.spatial_merge_size;
    std::vector<VisualFeatures> features;
    std::int64_t first = 0;
    for (const Patches& picture : state.pictures) {
        const std::int64_t tokens = picture.grid.patches() / (merge * merge);
        const auto part = [&](const at::Tensor& all) { return all.narrow(0, first, tokens).clone(); };
        VisualFeatures& own = features.emplace_back();
        own.merged = part(merged);
        for (const at::Tensor& each : deepstack)
            own.deepstack.push_back(part(each));
        first += tokens;
    }
    return features;
}

bool VisionEncoder::step(EncodingState& state, const Work& work) const {
    if (!state.x.defined()) {
        embed(state, work);
        return false;
    }
    const std::size_t index = state.next_block;
    at::Tensor x = blocks_[index](state.x, state, work, index == 0);
    work.show("vision.block_out.", index, x);

    // Everything that can be cancelled, or find no memory, comes before the state is changed.
    std::vector<at::Tensor> deepstack = state.deepstack;
    const auto& layers = config_.deepstack_visual_indexes;
    const auto found = std::find(layers.begin(), layers.end(), static_cast<int>(index));
    if (found != layers.end()) {
        const auto number = static_cast<std::size_t>(found - layers.begin());
        deepstack.push_back(deepstack_mergers_[number](x, work));
        work.show("vision.deepstack.", number, deepstack.back());
    }
    const bool last = index + 1 == blocks_.size();
    if (last) {
        const at::Tensor merged = merger_(x, work);
        work.show("vision.merger", merged);
        state.features = featuresOf(state, merged, deepstack);
        deepstack = {};
        x = at::Tensor();
        state.rotary = {};
    }
    state.deepstack = std::move(deepstack);
    state.x = x;
    ++state.next_block;
    return last;
}

std::size_t VisionEncoder::temporaryBytes(std::int64_t patches) const {
    const auto n = static_cast<std::size_t>(patches);
    const auto hidden = static_cast<std::size_t>(config_.hidden_size);
    const std::size_t element = c10::elementSize(context_.activation_dtype);
    const std::size_t rows = n * hidden * element;
    const auto most = static_cast<std::size_t>(rowsAtOnce(context_.device));
    const std::size_t wide =
        std::min(n, most) * static_cast<std::size_t>(config_.intermediate_size) * element;
    const std::size_t head_dim = hidden / static_cast<std::size_t>(config_.num_heads);
    const std::size_t heads = n * heads_at_once * head_dim * element;
    // x, its norm, the attention's output, the change and the new x; q, k, v of some heads and their
    // rotation; the MLP; the pixels.
    return 5 * rows + 8 * heads + 2 * wide + n * 1536;
}

}  // namespace sightline
