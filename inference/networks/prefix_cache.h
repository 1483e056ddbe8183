// KV caches of closed sequences, kept so that the next turn of a conversation prefills only what is new.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <vector>

#include "inference/networks/kv_cache.h"

namespace sightline {

// How many leading keys (EncodedPrompt::keys) two sequences share.
std::size_t commonPrefix(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b);

class PrefixCache {
  public:
    explicit PrefixCache(std::size_t budget_bytes) : budget_(budget_bytes) {}

    // A cache that holds the longest kept beginning of `keys`, at least one and at most `limit` positions;
    // sharing pages with what is kept.
    std::optional<KvCache> find(std::span<const std::uint64_t> keys, std::size_t limit);
    // keys.size() == cache.length(). What is a beginning of another entry is dropped.
    void insert(std::vector<std::uint64_t> keys, KvCache cache);
    std::size_t bytes() const;
    void clear() { entries_.clear(); }

  private:
    struct Entry {
        std::vector<std::uint64_t> keys;
        KvCache cache;
    };
    std::size_t budget_;
    std::list<Entry> entries_;  // most recently used first
};

}  // namespace sightline
