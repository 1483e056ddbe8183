#include "inference/networks/kv_cache.h"

#include <algorithm>
#include <new>
#include <string>

#include "inference/huge_buffer.h"

namespace sightline {

namespace {

// Runs grow by at least this many positions, and by half of what they are.
constexpr std::int64_t run_positions = 1024;

}  // namespace

std::size_t KvLayout::positionBytes() const {
    return static_cast<std::size_t>(layers * 2 * heads * head_dim) * c10::elementSize(context.cache_dtype);
}

std::size_t KvLayout::pageBytes() const {
    return positionBytes() * static_cast<std::size_t>(kv_page_positions);
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

// Small pages stay in the allocator's memory: a whole huge page each would be mostly empty.
at::Tensor KvCache::newPageData() const {
    constexpr std::size_t worth_huge_pages = std::size_t{4} << 20;
    const std::vector<std::int64_t> shape = {layout_.layers, 2, layout_.heads, kv_page_positions,
                                             layout_.head_dim};
    const auto options =
        at::TensorOptions().dtype(layout_.context.cache_dtype).device(layout_.context.device);
    if (!layout_.context.device.is_cpu() || layout_.pageBytes() < worth_huge_pages)
        return at::empty(shape, options);
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
            at::empty({layout_.layers, 2, layout_.heads, capacity, layout_.head_dim},
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

// The keys of a layer of a page: [heads, head_dim, kv_page_positions].
at::Tensor KvCache::turnedKeys(const at::Tensor& layer_of_page) const {
    return layer_of_page.select(0, 0).view({layout_.heads, layout_.head_dim, kv_page_positions});
}

void KvCache::write(std::int64_t layer, std::int64_t begin, const at::Tensor& k, const at::Tensor& v) {
    const std::int64_t count = k.size(0);
    if (run_) {
        const at::Tensor both = run_->data.select(0, layer).narrow(2, begin, count);
        both.select(0, 0).copy_(k.transpose(0, 1));
        both.select(0, 1).copy_(v.transpose(0, 1));
        return;
    }
    for (std::int64_t done = 0; done < count;) {
        const std::int64_t position = begin + done;
        const std::int64_t offset = position % kv_page_positions;
        const std::int64_t part = std::min(kv_page_positions - offset, count - done);
        const at::Tensor page =
            pages_[static_cast<std::size_t>(position / kv_page_positions)]->data.select(0, layer);
        turnedKeys(page).narrow(2, offset, part).copy_(k.narrow(0, done, part).permute({1, 2, 0}));
        page.select(0, 1).narrow(1, offset, part).copy_(v.narrow(0, done, part).transpose(0, 1));
        done += part;
    }
}

std::pair<at::Tensor, at::Tensor> KvCache::gather(std::int64_t layer, std::int64_t end) const {
    if (run_) {
        const at::Tensor both = run_->data.select(0, layer).narrow(2, 0, end);
        return {both.select(0, 0).to(layout_.context.activation_dtype),
                both.select(0, 1).to(layout_.context.activation_dtype)};
    }
    const auto options =
        at::TensorOptions().dtype(layout_.context.activation_dtype).device(layout_.context.device);
    at::Tensor k = at::empty({layout_.heads, end, layout_.head_dim}, options);
    at::Tensor v = at::empty_like(k);
    for (std::int64_t begin = 0; begin < end; begin += kv_page_positions) {
        const std::int64_t count = std::min(kv_page_positions, end - begin);
        const at::Tensor page =
            pages_[static_cast<std::size_t>(begin / kv_page_positions)]->data.select(0, layer);
        k.narrow(1, begin, count).copy_(turnedKeys(page).narrow(2, 0, count).transpose(1, 2));
        v.narrow(1, begin, count).copy_(page.select(0, 1).narrow(1, 0, count));
    }
    return {k, v};
}

const void* KvCache::place(std::size_t page, std::int64_t layer, std::int64_t part, std::int64_t head) const {
    const auto* base = static_cast<const char*>(pages_[page]->data.const_data_ptr());
    const std::int64_t index =
        ((layer * 2 + part) * layout_.heads + head) * kv_page_positions * layout_.head_dim;
    return base + static_cast<std::size_t>(index) * c10::elementSize(layout_.context.cache_dtype);
}

const void* KvCache::keys(std::size_t page, std::int64_t layer, std::int64_t head) const {
    return place(page, layer, 0, head);
}

const void* KvCache::values(std::size_t page, std::int64_t layer, std::int64_t head) const {
    return place(page, layer, 1, head);
}

std::span<const std::byte> KvCache::pageData(std::size_t page) const {
    return {static_cast<const std::byte*>(pages_[page]->data.const_data_ptr()), layout_.pageBytes()};
}

}  // namespace sightline
