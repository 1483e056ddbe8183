// Small tools for MarkedText (tokenizer.h): text in which every byte knows whether it is trusted.
#pragma once

#include <algorithm>
#include <string_view>

#include "inference/text/tokenizer.h"

namespace sightline {

inline void appendMarked(MarkedText& text, std::string_view bytes, bool trusted) {
    text.bytes += bytes;
    text.trusted.insert(text.trusted.end(), bytes.size(), trusted);
}

// Bytes [first, last) with their marks.
inline void appendMarked(MarkedText& text, const MarkedText& source, std::size_t first, std::size_t last) {
    text.bytes.append(source.bytes, first, last - first);
    text.trusted.insert(text.trusted.end(), source.trusted.begin() + static_cast<std::ptrdiff_t>(first),
                        source.trusted.begin() + static_cast<std::ptrdiff_t>(last));
}

// Whether `word` stands at `at` and every byte of it is trusted.
inline bool trustedAt(const MarkedText& text, std::size_t at, std::string_view word) {
    if (word.empty() || at > text.bytes.size() || text.bytes.compare(at, word.size(), word) != 0)
        return false;
    const auto first = text.trusted.begin() + static_cast<std::ptrdiff_t>(at);
    return std::all_of(first, first + static_cast<std::ptrdiff_t>(word.size()),
                       [](bool trusted) { return trusted; });
}

// The next place from `from` on where `word` stands in trusted bytes, or std::string::npos.
inline std::size_t findTrusted(const MarkedText& text, std::string_view word, std::size_t from) {
    if (word.empty()) return std::string::npos;
    std::size_t at = text.bytes.find(word, from);
    while (at != std::string::npos && !trustedAt(text, at, word))
        at = text.bytes.find(word, at + 1);
    return at;
}

}  // namespace sightline
