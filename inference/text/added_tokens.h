// The tokens that are found in the text before anything else looks at it: "<|im_end|>", "<think>".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "inference/text/tokenizer.h"

namespace sightline {

class AddedTokens {
  public:
    static constexpr std::size_t max_text_bytes = 256;

    // Throws std::invalid_argument with the reason (empty, too long, twice).
    void add(const std::string& text, TokenId id, bool special);

    // A part of the text, bytes [begin, end): an added token, or text that has none.
    struct Section {
        std::size_t begin = 0;
        std::size_t end = 0;
        std::optional<TokenId> token;
    };
    // Leftmost, then longest. Special tokens count only where every byte is trusted.
    std::vector<Section> split(const MarkedText& text) const;

    // Whether the text of any of them begins at byte `at`, trusted or not.
    bool startsAt(std::string_view text, std::size_t at) const;

    std::optional<TokenId> find(std::string_view text) const;
    bool isSpecial(TokenId id) const;

  private:
    struct Token {
        TokenId id = 0;
        bool special = false;
    };
    // A node of the trie over bytes; its number and a byte lead to the next one by next_.
    struct Node {
        std::optional<Token> token;
    };
    Section longestAt(const MarkedText& text, std::size_t begin) const;

    std::unordered_map<std::string, Token> tokens_;
    std::unordered_map<TokenId, bool> special_;
    std::vector<Node> nodes_ = std::vector<Node>(1);
    std::unordered_map<std::size_t, std::size_t> next_;  // node * 256 + byte -> node
};

// Bytes that are not UTF-8 become U+FFFD, which is not trusted.
MarkedText toValidUtf8(const MarkedText& text);

}  // namespace sightline
