// Keys and values of one sequence, in pages of 64 positions that sequences share.
//
// A page holds all layers of its positions. A fork shares every page; a page that is shared is copied before
// it is written (only ever the last, half-filled one). Nothing is given back to the allocator but whole
// pages. What is written becomes part of the cache only by `commit`: a step that is cancelled half-way leaves
// no trace.
//
// On a GPU, where starting a copy costs more than the copy, a sequence has one run of memory instead of
// pages: it grows by copying, and a fork's is copied when one of the two writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "inference/files/model_config.h"
#include "inference/kernels/cache_page.h"
#include "inference/networks/compute.h"

namespace sightline {

inline constexpr std::int64_t kv_page_positions = 64;
// Raised with every change of what the bytes of a page mean: pages are kept in files.
inline constexpr std::uint32_t kv_page_version = 2;

struct KvLayout {
    std::int64_t layers = 0;
    std::int64_t heads = 0;  // key/value heads
    std::int64_t head_dim = 0;
    ComputeContext context;
    bool in_one_run = false;  // instead of pages: for a GPU

    // How a page keeps the keys (values) of a head. On a CPU.
    kernels::CachePage page() const;
    std::size_t positionBytes() const;
    std::size_t pageBytes() const;
};

class KvCache {
  public:
    explicit KvCache(KvLayout layout);

    std::int64_t length() const { return length_; }
    const KvLayout& layout() const { return layout_; }
    std::size_t bytes() const;

    // The same positions, sharing the memory.
    KvCache fork() const { return *this; }
    // Forgets positions from `length` on; 0 <= length <= length().
    void truncate(std::int64_t length);

    // Makes room for positions [length(), end) and makes their memory this sequence's own.
    // Throws Error(out_of_memory).
    void reserve(std::int64_t end);
    // k, v: [count, heads, head_dim], for positions [begin, begin + count); length() <= begin, reserved.
    void write(std::int64_t layer, std::int64_t begin, const at::Tensor& k, const at::Tensor& v);
    void commit(std::int64_t length) { length_ = length; }

    // Keys and values of positions [0, end) of a layer as [heads, end, head_dim] in the activation dtype: a
    // copy, or a view of the run.
    std::pair<at::Tensor, at::Tensor> gather(std::int64_t layer, std::int64_t end) const;

    // All of the run, [layers, 2 (key, value), heads, capacity, head_dim]; whatever lies behind the positions
    // is finite. Where the layout has one; reserved.
    const at::Tensor& run() const { return run_->data; }

    // Where page `page` of a layer keeps the keys of a head, or its values, as layout().page() says: what
    // attention of one token reads without turning it. On a CPU, of pages.
    const void* keys(std::size_t page, std::int64_t layer, std::int64_t head) const;
    const void* values(std::size_t page, std::int64_t layer, std::int64_t head) const;
    std::size_t pages() const { return pages_.size(); }
    // All of a page, to be written to: [layers][2][heads], keys and then values as above; reserved.
    std::byte* page(std::size_t index) {
        return static_cast<std::byte*>(pages_[index]->data.mutable_data_ptr());
    }

    // A page as bytes, for files: layout().pageBytes() of them, which mean something only to this layout and
    // kv_page_version.
    std::span<const std::byte> pageData(std::size_t page) const;

  private:
    struct Page {
        at::Tensor data;  // bytes: [layers][2 (key, value)][heads] of KvLayout::page()
    };
    // What pages are elsewhere.
    struct Run {
        at::Tensor data;  // [layers, 2 (key, value), heads, capacity, head_dim]
        std::int64_t capacity() const { return data.size(3); }
    };
    at::Tensor newPageData() const;
    std::shared_ptr<Run> newRun(std::int64_t capacity) const;
    void reserveRun(std::int64_t end);
    [[noreturn]] void refuse() const;
    std::shared_ptr<Page> newPage() const;
    // Where a page keeps the keys (part 0) or the values (1) of a head.
    std::size_t place(std::int64_t layer, std::int64_t part, std::int64_t head) const;

    KvLayout layout_;
    std::vector<std::shared_ptr<Page>> pages_;
    std::shared_ptr<Run> run_;  // null before the first position, and always where there are pages
    std::int64_t length_ = 0;
};

}  // namespace sightline
