#include "inference/text/added_tokens.h"

#include <stdexcept>

#include "inference/text/unicode.h"

namespace sightline {

namespace {

std::size_t edge(std::size_t node, char byte) {
    return node * 256 + static_cast<unsigned char>(byte);
}

}  // namespace

void AddedTokens::add(const std::string& text, TokenId id, bool special) {
    if (text.empty()) throw std::invalid_argument("is empty");
    if (text.size() > max_text_bytes)
        throw std::invalid_argument("is longer than " + std::to_string(max_text_bytes) + " bytes");
    if (!tokens_.emplace(text, Token{id, special}).second) throw std::invalid_argument("is there twice");
    special_[id] = special;
    std::size_t node = 0;
    for (const char byte : text) {
        const auto [entry, is_new] = next_.emplace(edge(node, byte), nodes_.size());
        if (is_new) nodes_.emplace_back();
        node = entry->second;
    }
    nodes_[node].token = Token{id, special};
}

AddedTokens::Section AddedTokens::longestAt(const MarkedText& text, std::size_t begin) const {
    Section longest{begin, begin, std::nullopt};
    std::size_t node = 0;
    bool all_trusted = true;
    for (std::size_t i = begin; i < text.bytes.size(); ++i) {
        const auto entry = next_.find(edge(node, text.bytes[i]));
        if (entry == next_.end()) break;
        node = entry->second;
        all_trusted = all_trusted && text.trusted[i];
        const auto& token = nodes_[node].token;
        if (token && (all_trusted || !token->special)) longest = {begin, i + 1, token->id};
    }
    return longest;
}

std::vector<AddedTokens::Section> AddedTokens::split(const MarkedText& text) const {
    std::vector<Section> sections;
    std::size_t begin = 0;  // of the text since the last token
    for (std::size_t i = 0; i < text.bytes.size();) {
        const Section token = longestAt(text, i);
        if (!token.token) {
            ++i;
            continue;
        }
        if (begin < i) sections.push_back({begin, i, std::nullopt});
        sections.push_back(token);
        i = begin = token.end;
    }
    if (begin < text.bytes.size()) sections.push_back({begin, text.bytes.size(), std::nullopt});
    return sections;
}

bool AddedTokens::startsAt(std::string_view text, std::size_t at) const {
    std::size_t node = 0;
    for (; at < text.size(); ++at) {
        const auto entry = next_.find(edge(node, text[at]));
        if (entry == next_.end()) return false;
        node = entry->second;
        if (nodes_[node].token) return true;
    }
    return false;
}

std::optional<TokenId> AddedTokens::find(std::string_view text) const {
    const auto entry = tokens_.find(std::string(text));
    return entry == tokens_.end() ? std::nullopt : std::optional<TokenId>(entry->second.id);
}

bool AddedTokens::isSpecial(TokenId id) const {
    const auto entry = special_.find(id);
    return entry != special_.end() && entry->second;
}

MarkedText toValidUtf8(const MarkedText& text) {
    MarkedText valid;
    if (isUtf8(text.bytes)) {
        valid = text;
        valid.trusted.resize(valid.bytes.size(), false);
        return valid;
    }
    for (std::size_t at = 0; at < text.bytes.size();) {
        const Utf8Step step = nextUtf8(std::string_view(text.bytes).substr(at));
        appendUtf8(valid.bytes, step.character);
        const bool trusted =
            step.kind == Utf8Step::Kind::character && at < text.trusted.size() && text.trusted[at];
        valid.trusted.resize(valid.bytes.size(), trusted);
        at += step.length;
    }
    return valid;
}

}  // namespace sightline
