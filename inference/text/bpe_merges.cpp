#include "inference/text/bpe_merges.h"

#include <algorithm>
#include <bit>

namespace sightline {

namespace {

std::uint64_t pairKey(TokenId left, TokenId right) {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) |
           static_cast<std::uint32_t>(right);
}

// The finaliser of splitmix64: neighbouring ids must not make neighbouring slots.
std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

}  // namespace

BpeMerges::BpeMerges(std::size_t count) : slots_(std::bit_ceil(2 * count + 2)) {}

std::size_t BpeMerges::slotOf(std::uint64_t key) const {
    std::size_t slot = mix(key) & (slots_.size() - 1);
    while (slots_[slot].key != key && slots_[slot].key != empty_key)
        slot = (slot + 1) & (slots_.size() - 1);
    return slot;
}

void BpeMerges::add(TokenId left, TokenId right, std::uint32_t rank, TokenId merged) {
    const std::uint64_t key = pairKey(left, right);
    slots_[slotOf(key)] = {key, {rank, merged}};
}

std::optional<BpeMerges::Merge> BpeMerges::find(TokenId left, TokenId right) const {
    const Slot& slot = slots_[slotOf(pairKey(left, right))];
    return slot.key == empty_key ? std::nullopt : std::optional<Merge>(slot.merge);
}

void BpeMerger::consider(std::int32_t left) {
    if (left < 0 || symbols_[static_cast<std::size_t>(left)].next < 0) return;
    const Symbol& first = symbols_[static_cast<std::size_t>(left)];
    const auto merge = merges_.find(first.token, symbols_[static_cast<std::size_t>(first.next)].token);
    if (!merge) return;
    heap_.push_back({merge->rank, left, merge->merged});
    std::push_heap(heap_.begin(), heap_.end(), [](const Candidate& a, const Candidate& b) {
        return a.rank != b.rank ? a.rank > b.rank : a.left > b.left;
    });
}

void BpeMerger::merge(std::vector<TokenId>& word) {
    if (word.size() < 2) return;
    symbols_.clear();
    heap_.clear();
    const auto count = static_cast<std::int32_t>(word.size());
    for (std::int32_t i = 0; i < count; ++i)
        symbols_.push_back({word[static_cast<std::size_t>(i)], i - 1, i + 1 < count ? i + 1 : -1, true});
    for (std::int32_t i = 0; i + 1 < count; ++i)
        consider(i);

    while (!heap_.empty()) {
        std::pop_heap(heap_.begin(), heap_.end(), [](const Candidate& a, const Candidate& b) {
            return a.rank != b.rank ? a.rank > b.rank : a.left > b.left;
        });
        const Candidate best = heap_.back();
        heap_.pop_back();
        Symbol& left = symbols_[static_cast<std::size_t>(best.left)];
        if (!left.alive || left.next < 0) continue;
        // An entry is stale if one of its two symbols has merged with another since.
        Symbol& right = symbols_[static_cast<std::size_t>(left.next)];
        const auto merge = merges_.find(left.token, right.token);
        if (!merge || merge->rank != best.rank || merge->merged != best.merged) continue;
        left.token = best.merged;
        left.next = right.next;
        right.alive = false;
        if (left.next >= 0) symbols_[static_cast<std::size_t>(left.next)].previous = best.left;
        consider(left.previous);
        consider(best.left);
    }

    word.clear();
    for (std::int32_t i = 0; i >= 0; i = symbols_[static_cast<std::size_t>(i)].next)
        word.push_back(symbols_[static_cast<std::size_t>(i)].token);
}

}  // namespace sightline
