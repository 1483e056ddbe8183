// Cuts text into the words that byte-level BPE never merges across: the pre-tokenizer of Qwen2 and Qwen3.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace sightline {

// The regular expression as tokenizer.json writes it; wordEnds implements it by hand.
inline constexpr std::string_view word_pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

// The byte offsets at which the words of valid UTF-8 end, in order; the last one is utf8.size(). Linear time.
std::vector<std::size_t> wordEnds(std::string_view utf8);

}  // namespace sightline
