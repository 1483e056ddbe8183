// Byte-pair encoding of one word: which pairs of tokens merge, and in which order.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "inference/text/tokenizer.h"

namespace sightline {

class BpeMerges {
  public:
    explicit BpeMerges(std::size_t count);  // how many will be added

    // Lower ranks merge first. A pair that comes again replaces the earlier one, as in the reference.
    void add(TokenId left, TokenId right, std::uint32_t rank, TokenId merged);

    struct Merge {
        std::uint32_t rank = 0;
        TokenId merged = 0;
    };
    std::optional<Merge> find(TokenId left, TokenId right) const;

  private:
    struct Slot {
        std::uint64_t key = empty_key;
        Merge merge;
    };
    static constexpr std::uint64_t empty_key = ~std::uint64_t{0};
    std::size_t slotOf(std::uint64_t key) const;

    std::vector<Slot> slots_;  // open addressing; a power of two, at most half full
};

// Merges the tokens of words until nothing merges any more. Keeps its buffers from word to word: one a
// thread.
class BpeMerger {
  public:
    explicit BpeMerger(const BpeMerges& merges) : merges_(merges) {}

    // `word` holds the tokens of the single bytes and becomes the tokens of the word. O(n log n).
    void merge(std::vector<TokenId>& word);

  private:
    struct Symbol {
        TokenId token = 0;
        std::int32_t previous = -1;
        std::int32_t next = -1;
        bool alive = true;
    };
    struct Candidate {
        std::uint32_t rank = 0;
        std::int32_t left = 0;  // index of the symbol
        TokenId merged = 0;
    };
    void consider(std::int32_t left);

    const BpeMerges& merges_;
    std::vector<Symbol> symbols_;
    std::vector<Candidate> heap_;
};

}  // namespace sightline
