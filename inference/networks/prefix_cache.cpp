#include "inference/networks/prefix_cache.h"

#include <algorithm>
#include <utility>

namespace sightline {

std::size_t commonPrefix(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
    const std::size_t length = std::min(a.size(), b.size());
    std::size_t i = 0;
    while (i < length && a[i] == b[i])
        ++i;
    return i;
}

std::optional<KvCache> PrefixCache::find(std::span<const std::uint64_t> keys, std::size_t limit) {
    auto best = entries_.end();
    std::size_t best_length = 0;
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
        const std::size_t length = std::min(limit, commonPrefix(entry->keys, keys));
        if (length > best_length) {
            best = entry;
            best_length = length;
        }
    }
    if (best == entries_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, best);
    KvCache cache = best->cache.fork();
    cache.truncate(static_cast<std::int64_t>(best_length));
    return cache;
}

void PrefixCache::insert(std::vector<std::uint64_t> keys, KvCache cache) {
    if (keys.empty()) return;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        const std::size_t shared = commonPrefix(entry->keys, keys);
        if (shared == keys.size()) return;
        entry = shared == entry->keys.size() ? entries_.erase(entry) : std::next(entry);
    }
    entries_.push_front({std::move(keys), std::move(cache)});
    while (bytes() > budget_ && !entries_.empty())
        entries_.pop_back();
}

std::size_t PrefixCache::bytes() const {
    std::size_t total = 0;
    for (const Entry& entry : entries_)
        total += entry.cache.bytes();
    return total;
}

}  // namespace sightline
