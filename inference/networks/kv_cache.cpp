#include "inference/networks/kv_cache.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <new>
#include <string>

#include "inference/huge_buffer.h"

namespace sightline {

namespace {

// Runs grow by at least this many positions, and by half of what they are.
constexpr std::int64_t run_positions = 1024;

kernels::CacheType cacheTypeOf(at::ScalarType dtype) {
    switch (dtype) {
        case at::kFloat:
            return kernels::CacheType::float32;
        case at::kBFloat16:
            return kernels::CacheType::bfloat16;
        case at::kChar:
            return kernels::CacheType::int8;
        default:
            throw Error(ErrorKind::internal, "no cache of this type");
    }
}

std::size_t size(std::int64_t value) {
    return static_cast<std::size_t>(value);
}

// As float32, with the last dimension in one run.
at::Tensor rowsOf(const at::Tensor& x) {
    const at::Tensor rows = x.to(at::kFloat);
    return rows.stride(-1) == 1 ? rows : rows.contiguous();
}

// visit(part, head) for the keys (part 0) and the values (1) of every head, on all threads.
template <typename Visit>
void forEachHead(std::int64_t heads, const Visit& visit) {
    at::parallel_for(0, 2 * heads, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t item = begin; item < end; ++item)
            visit(item / heads, item % heads);
    });
}

}  // namespace

kernels::CachePage KvLayout::page() const {
    return {cacheTypeOf(context.cache_dtype), size(kv_page_positions), size(head_dim)};
}

std::size_t KvLayout::positionBytes() const {
    if (in_one_run) return size(layers * 2 * heads * head_dim) * c10::elementSize(context.cache_dtype);
    return pageBytes() / size(kv_page_positions);
}

std::size_t KvLayout::pageBytes() const {
    return size(layers * 2 * heads) * page().bytes();
}

KvCache::KvCache(KvLayout layout) : layout_(std::move(layout)) {}

std::size_t KvCache::bytes() const {
    if (run_) return static_cast<std::size_t>(run_->capacity()) * layout_.positionBytes();
    return pages_.size() * layout_.pageBytes();
}

void KvCache::truncate(std::int64_t length) {
    length_ = std::min(length, length_);
    if (layout_.in_one_run) return;
    pages_.resize(static_cast<std::size_t>((length_ + kv_page_positions - 1) / kv_page_positions));
}

// Those that are smaller than a huge page stay in the allocator's memory.
at::Tensor KvCache::newPageData() const {
    const std::vector<std::int64_t> shape = {static_cast<std::int64_t>(layout_.pageBytes())};
    const auto options = at::TensorOptions().dtype(at::kByte);
    if (layout_.pageBytes() < huge_page_bytes) return at::empty(shape, options);
    auto memory = std::make_shared<HugeBuffer>(layout_.pageBytes());
    return at::from_blob(
        memory->data(), shape, [memory](void*) {}, options);
}

std::shared_ptr<KvCache::Page> KvCache::newPage() const {
    try {
        auto page = std::make_shared<Page>();
        page->data = newPageData();
        return page;
    } catch (const std::bad_alloc&) {
    } catch (const c10::Error&) {
    } catch (const Error&) {
    }
    refuse();
}

void KvCache::refuse() const {
    throw Error(ErrorKind::out_of_memory, "there is not enough memory for a longer context (" +
                                              std::to_string(length_) + " positions so far)");
}

std::shared_ptr<KvCache::Run> KvCache::newRun(std::int64_t capacity) const {
    try {
        auto run = std::make_shared<Run>();
        run->data =
            at::zeros({layout_.layers, 2, layout_.heads, capacity, layout_.head_dim},
                      at::TensorOptions().dtype(layout_.context.cache_dtype).device(layout_.context.device));
        return run;
    } catch (const std::bad_alloc&) {
    } catch (const c10::Error&) {
    }
    refuse();
}

void KvCache::reserveRun(std::int64_t end) {
    const std::int64_t capacity = run_ ? run_->capacity() : 0;
    const bool own = run_ && run_.use_count() == 1;
    if (own && end <= capacity) return;
    const std::int64_t wanted = end <= capacity ? capacity : std::max(end, capacity + capacity / 2);
    auto next = newRun((wanted + run_positions - 1) / run_positions * run_positions);
    if (length_ > 0) next->data.narrow(3, 0, length_).copy_(run_->data.narrow(3, 0, length_));
    run_ = std::move(next);
}

void KvCache::reserve(std::int64_t end) {
    if (layout_.in_one_run) return reserveRun(end);
    const auto first = static_cast<std::size_t>(length_ / kv_page_positions);
    const auto needed = static_cast<std::size_t>((end + kv_page_positions - 1) / kv_page_positions);
    for (std::size_t i = first; i < std::min(needed, pages_.size()); ++i) {
        if (pages_[i].use_count() == 1) continue;
        auto own = newPage();
        own->data.copy_(pages_[i]->data);
        pages_[i] = std::move(own);
    }
    while (pages_.size() < needed)
        pages_.push_back(newPage());
}

void KvCache::write(std::int64_t layer, std::int64_t begin, const at::Tensor& k, const at::Tensor& v) {
    const std::int64_t count = k.size(0);
    if (run_) {
        const at::Tensor both = run_->data.select(0, layer).narrow(2, begin, count);
        both.select(0, 0).copy_(k.transpose(0, 1));
        both.select(0, 1).copy_(v.transpose(0, 1));
        return;
    }
    const at::Tensor keys = rowsOf(k);
    const at::Tensor values = rowsOf(v);
    const float* from[] = {keys.const_data_ptr<float>(), values.const_data_ptr<float>()};
    const kernels::CachePage shape = layout_.page();
    forEachHead(layout_.heads, [&](std::int64_t part, std::int64_t head) {
        const at::Tensor& all = part == 0 ? keys : values;
        const auto store = part == 0 ? kernels::storeKeys : kernels::storeValues;
        for (std::int64_t done = 0; done < count;) {
            const std::int64_t offset = (begin + done) % kv_page_positions;
            const std::int64_t some = std::min(kv_page_positions - offset, count - done);
            std::byte* to = page(size((begin + done) / kv_page_positions)) + place(layer, part, head);
            store(shape, to, size(offset), size(some),
                  from[part] + done * all.stride(0) + head * all.stride(1), size(all.stride(0)));
            done += some;
        }
    });
}

std::pair<at::Tensor, at::Tensor> KvCache::gather(std::int64_t layer, std::int64_t end) const {
    if (run_) {
        const at::Tensor both = run_->data.select(0, layer).narrow(2, 0, end);
        return {both.select(0, 0).to(layout_.context.activation_dtype),
                both.select(0, 1).to(layout_.context.activation_dtype)};
    }
    const std::vector<std::int64_t> whole = {layout_.heads, end, layout_.head_dim};
    at::Tensor k = at::empty(whole, at::kFloat);
    at::Tensor v = at::empty(whole, at::kFloat);
    float* to[] = {k.mutable_data_ptr<float>(), v.mutable_data_ptr<float>()};
    const kernels::CachePage shape = layout_.page();
    forEachHead(layout_.heads, [&](std::int64_t part, std::int64_t head) {
        const auto load = part == 0 ? kernels::loadKeys : kernels::loadValues;
        for (std::int64_t begin = 0; begin < end; begin += kv_page_positions)
            load(shape, pageData(size(begin / kv_page_positions)).data() + place(layer, part, head),
                 size(std::min(kv_page_positions, end - begin)),
                 to[part] + (head * end + begin) * layout_.head_dim, size(layout_.head_dim));
    });
    return {k.to(layout_.context.activation_dtype), v.to(layout_.context.activation_dtype)};
}

std::size_t KvCache::place(std::int64_t layer, std::int64_t part, std::int64_t head) const {
    return size((layer * 2 + part) * layout_.heads + head) * layout_.page().bytes();
}

const void* KvCache::keys(std::size_t page, std::int64_t layer, std::int64_t head) const {
    return pageData(page).data() + place(layer, 0, head);
}

const void* KvCache::values(std::size_t page, std::int64_t layer, std::int64_t head) const {
    return pageData(page).data() + place(layer, 1, head);
}

std::span<const std::byte> KvCache::pageData(std::size_t page) const {
    const at::Tensor& bytes = pages_[page]->data;
    return {static_cast<const std::byte*>(bytes.const_data_ptr()), bytes.nbytes()};
}

}  // namespace sightline
