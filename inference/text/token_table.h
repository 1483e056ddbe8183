// Token texts to ids, while a vocabulary is loaded: half a million look-ups, for which std::unordered_map
// takes several times as long.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "inference/text/tokenizer.h"

namespace sightline {

class TokenTable {
  public:
    // Room for `count` texts. Texts are views; their owner must outlive the table.
    explicit TokenTable(std::size_t count) : slots_(std::bit_ceil(2 * count + 2)) {}

    // False if the text is there already.
    bool add(std::string_view text, TokenId id) {
        const std::size_t hash = std::hash<std::string_view>{}(text);
        Slot& slot = slots_[slotOf(text, hash)];
        if (slot.id >= 0) return false;
        slot = {text, static_cast<std::uint32_t>(hash >> 32), id};
        return true;
    }

    std::optional<TokenId> find(std::string_view text) const {
        const Slot& slot = slots_[slotOf(text, std::hash<std::string_view>{}(text))];
        return slot.id < 0 ? std::nullopt : std::optional<TokenId>(slot.id);
    }

  private:
    struct Slot {
        std::string_view text;
        std::uint32_t high_hash = 0;  // compared first: the text itself is rarely in the processor's cache
        TokenId id = -1;
    };

    std::size_t slotOf(std::string_view text, std::size_t hash) const {
        const auto high_hash = static_cast<std::uint32_t>(hash >> 32);
        std::size_t i = hash & (slots_.size() - 1);
        while (slots_[i].id >= 0 && (slots_[i].high_hash != high_hash || slots_[i].text != text))
            i = (i + 1) & (slots_.size() - 1);
        return i;
    }

    std::vector<Slot> slots_;  // open addressing; a power of two, at most half full
};

}  // namespace sightline
