#include "inference/networks/layers.h"

#include <algorithm>
#include <cmath>

#include "inference/kernels/flash_attention.h"

namespace sightline {
namespace {

// Multiplications in one piece of attention: some tens of milliseconds on two cores.
constexpr std::int64_t multiplications_per_piece = std::int64_t{1} << 30;

}  // namespace

RmsNorm::RmsNorm(const WeightScope& scope, std::int64_t size, double eps)
    : weight_(scope.vector("weight", {size})), eps_(eps) {}

at::Tensor RmsNorm::operator()(const at::Tensor& x) const {
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor scale = wide.square().mean(-1, true).add_(eps_).rsqrt_();
    return (wide * scale).to(x.scalar_type()) * weight_;
}

LayerNorm::LayerNorm(const WeightScope& scope, std::int64_t size)
    : weight_(scope.vector("weight", {size})), bias_(scope.vector("bias", {size})) {}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
    return at::layer_norm(x, weight_.sizes(), weight_, bias_, 1e-6);
}

at::Tensor applyRotary(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
    const std::int64_t half = x.size(-1) / 2;
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor rotated = at::cat({wide.narrow(-1, half, half).neg(), wide.narrow(-1, 0, half)}, -1);
    return (wide * cos.unsqueeze(1)).add_(rotated.mul_(sin.unsqueeze(1))).to(x.scalar_type());
}

Rotary rotaryFromAngles(const at::Tensor& angles) {
    const at::Tensor both = at::cat({angles, angles}, -1);
    return {both.cos(), both.sin()};
}

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& mask,
                     const Work& work) {
    const std::int64_t heads = q.size(0);
    const std::int64_t queries = q.size(1);
    const std::int64_t keys = k.size(1);
    const std::int64_t head_dim = q.size(2);
    const std::int64_t piece =
        q.device().is_cpu()
            ? std::clamp<std::int64_t>(
                  multiplications_per_piece / std::max<std::int64_t>(2 * heads * keys * head_dim, 1), 32,
                  std::max<std::int64_t>(queries, 32))
            : queries;
    at::Tensor out = at::empty_like(q);
    for (std::int64_t begin = 0; begin < queries; begin += piece) {
        work.poll();
        const std::int64_t count = std::min(piece, queries - begin);
        std::optional<at::Tensor> part_mask;
        if (mask.defined()) part_mask = mask.narrow(0, begin, count);
        const at::Tensor part = at::scaled_dot_product_attention(q.narrow(1, begin, count).unsqueeze(0),
                                                                 k.unsqueeze(0), v.unsqueeze(0), part_mask);
        out.narrow(1, begin, count).copy_(part.squeeze(0));
    }
    return out;
}

bool fusesAttention(const ComputeContext& context, std::int64_t head_dim) {
    return context.device.is_cpu() && context.weight_dtype != at::kFloat &&
           kernels::canFlash(static_cast<std::size_t>(head_dim));
}

at::Tensor fusedAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                          std::span<const std::int32_t> visible, const Work& work) {
    using namespace kernels;
    const auto queries = static_cast<std::size_t>(q.size(1));
    const auto keys = static_cast<std::size_t>(k.size(1));
    const auto head_dim = static_cast<std::size_t>(q.size(2));
    const auto scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(head_dim)));
    const auto tiles = static_cast<std::int64_t>((keys + flash_tile_keys - 1) / flash_tile_keys);
    const auto blocks = static_cast<std::int64_t>((queries + flash_block_queries - 1) / flash_block_queries);
    const auto block_multiplications = static_cast<std::int64_t>(2 * flash_block_queries * keys * head_dim);
    const std::int64_t piece = std::max<std::int64_t>(2, multiplications_per_piece / block_multiplications);
    at::Tensor out = at::empty_like(q, at::MemoryFormat::Contiguous);
    const at::Tensor memory =
        at::empty({static_cast<std::int64_t>(flashElements(keys, head_dim))}, at::kBFloat16);
    // The allocator aligns to 64 bytes.
    auto* packed = static_cast<std::uint16_t*>(memory.data_ptr());
    for (std::int64_t head = 0; head < q.size(0); ++head) {
        const at::Tensor query = q.select(0, head).contiguous();
        const at::Tensor key = k.select(0, head).contiguous();
        const at::Tensor value = v.select(0, head).contiguous();
        at::parallel_for(0, tiles, 4, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t tile = begin; tile < end; ++tile)
                flashPack(key.const_data_ptr<float>(), value.const_data_ptr<float>(), keys, head_dim,
                          static_cast<std::size_t>(tile), packed);
        });
        float* result = out.select(0, head).mutable_data_ptr<float>();
        for (std::int64_t first = 0; first < blocks; first += piece) {
            work.poll();
            at::parallel_for(
                first, std::min(first + piece, blocks), 1, [&](std::int64_t begin, std::int64_t end) {
                    for (std::int64_t block = begin; block < end; ++block) {
                        const std::size_t row = static_cast<std::size_t>(block) * flash_block_queries;
                        flashAttend(packed, keys, head_dim, query.const_data_ptr<float>() + row * head_dim,
                                    std::min(flash_block_queries, queries - row),
                                    visible.empty() ? nullptr : visible.data() + row, scale,
                                    result + row * head_dim);
                    }
                });
        }
    }
    return out;
}

}  // namespace sightline
