#include "inference/networks/attention.h"

#include <algorithm>
#include <cmath>

#include "inference/kernels/flash_attention.h"
#include "inference/kernels/flash_int8.h"

namespace sightline {
namespace {

// Multiplications in one piece of attention: some tens of milliseconds on two cores.
constexpr std::int64_t multiplications_per_piece = std::int64_t{1} << 30;

float scaleOf(const at::Tensor& q) {
    return static_cast<float>(1.0 / std::sqrt(static_cast<double>(q.size(2))));
}

// A fused pass head by head: pack(key, value, tile) for every tile, then attend(query, first row, rows, out)
// for blocks of queries.
template <typename Pack, typename Attend>
at::Tensor headByHead(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::size_t tiles,
                      std::size_t block_queries, const Work& work, const Pack& pack, const Attend& attend) {
    const auto queries = static_cast<std::size_t>(q.size(1));
    const auto blocks = static_cast<std::int64_t>((queries + block_queries - 1) / block_queries);
    const std::int64_t block_multiplications =
        2 * static_cast<std::int64_t>(block_queries) * k.size(1) * q.size(2);
    const std::int64_t piece = std::max<std::int64_t>(2, multiplications_per_piece / block_multiplications);
    at::Tensor out = at::empty_like(q, at::MemoryFormat::Contiguous);
    for (std::int64_t head = 0; head < q.size(0); ++head) {
        const at::Tensor query = q.select(0, head).contiguous();
        const at::Tensor key = k.select(0, head).contiguous();
        const at::Tensor value = v.select(0, head).contiguous();
        at::parallel_for(0, static_cast<std::int64_t>(tiles), 4, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t tile = begin; tile < end; ++tile)
                pack(key.const_data_ptr<float>(), value.const_data_ptr<float>(),
                     static_cast<std::size_t>(tile));
        });
        float* result = out.select(0, head).mutable_data_ptr<float>();
        for (std::int64_t first = 0; first < blocks; first += piece) {
            work.poll();
            at::parallel_for(first, std::min(first + piece, blocks), 1,
                             [&](std::int64_t begin, std::int64_t end) {
                                 for (std::int64_t block = begin; block < end; ++block) {
                                     const std::size_t row = static_cast<std::size_t>(block) * block_queries;
                                     attend(query.const_data_ptr<float>(), row,
                                            std::min(block_queries, queries - row), result);
                                 }
                             });
        }
    }
    return out;
}

}  // namespace

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
    const auto keys = static_cast<std::size_t>(k.size(1));
    const auto head_dim = static_cast<std::size_t>(q.size(2));
    const float scale = scaleOf(q);
    const at::Tensor memory =
        at::empty({static_cast<std::int64_t>(flashElements(keys, head_dim))}, at::kBFloat16);
    // The allocator aligns to 64 bytes.
    auto* packed = static_cast<std::uint16_t*>(memory.data_ptr());
    const auto pack = [&](const float* key, const float* value, std::size_t tile) {
        flashPack(key, value, keys, head_dim, tile, packed);
    };
    const auto attend = [&](const float* query, std::size_t row, std::size_t rows, float* out) {
        flashAttend(packed, keys, head_dim, query + row * head_dim, rows,
                    visible.empty() ? nullptr : visible.data() + row, scale, out + row * head_dim);
    };
    return headByHead(q, k, v, (keys + flash_tile_keys - 1) / flash_tile_keys, flash_block_queries, work,
                      pack, attend);
}

bool attendsInInt8(bool packed, std::int64_t head_dim) {
    return packed && kernels::canFlashInt8(static_cast<std::size_t>(head_dim));
}

at::Tensor int8Attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const Work& work) {
    using namespace kernels;
    const FlashInt8Kernels& kernels = flashInt8Kernels();
    const auto keys = static_cast<std::size_t>(k.size(1));
    const float scale = scaleOf(q);
    // Softmax does not see what is added to all scores of a query, so keys lose their mean: channels that are
    // large everywhere, as real weights make them, would take the bits of the others.
    const at::Tensor centred = k - k.mean(1, true);
    const at::Tensor memory = at::empty({static_cast<std::int64_t>(flashInt8Bytes(keys))}, at::kByte);
    auto* packed = static_cast<std::uint8_t*>(memory.data_ptr());
    const auto pack = [&](const float* key, const float* value, std::size_t chunk) {
        kernels.pack(key, value, keys, chunk, packed);
    };
    const auto attend = [&](const float* query, std::size_t row, std::size_t rows, float* out) {
        kernels.attend(packed, keys, query + row * flash_int8_head_dim, rows, scale,
                       out + row * flash_int8_head_dim);
    };
    return headByHead(q, centred, v, flashInt8Chunks(keys), flash_int8_block, work, pack, attend);
}

}  // namespace sightline
