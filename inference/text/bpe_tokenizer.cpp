#include "inference/text/bpe_tokenizer.h"

#include <algorithm>
#include <stdexcept>

#include "inference/error.h"
#include "inference/files/json_file.h"
#include "inference/text/tokenizer_words.h"
#include "inference/text/unicode.h"

namespace sightline {

namespace {

// The byte-level alphabet: bytes that are printable in Latin-1 stand for themselves, the others follow from
// U+0100 on.
struct ByteAlphabet {
    std::array<char32_t, 256> character_of_byte{};
    std::array<std::int16_t, 0x144> byte_of_character{};  // -1: none

    ByteAlphabet() {
        byte_of_character.fill(-1);
        char32_t next = 0x100;
        for (int byte = 0; byte < 256; ++byte) {
            const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
            const char32_t character = printable ? static_cast<char32_t>(byte) : next++;
            character_of_byte[static_cast<std::size_t>(byte)] = character;
            byte_of_character[character] = static_cast<std::int16_t>(byte);
        }
    }
};

const ByteAlphabet& byteAlphabet() {
    static const ByteAlphabet alphabet;
    return alphabet;
}

// A token with a character outside the alphabet stands for its own text, as in the reference's decoder.
std::string bytesOfToken(std::string_view token) {
    std::string bytes;
    bytes.reserve(token.size());
    for (std::string_view rest = token; !rest.empty();) {
        const Utf8Step step = nextUtf8(rest);
        const bool known = step.character < byteAlphabet().byte_of_character.size() &&
                           byteAlphabet().byte_of_character[step.character] >= 0;
        if (!known) return std::string(token);
        bytes.push_back(static_cast<char>(byteAlphabet().byte_of_character[step.character]));
        rest.remove_prefix(step.length);
    }
    return bytes;
}

std::string inQuotes(std::string_view text) {
    return describeJson(nlohmann::json(text));
}

}  // namespace

BpeTokenizer::BpeTokenizer(const BpeFiles& files) : merges_(files.merges.size()) {
    TokenTable ids(files.vocab.size());
    addVocab(files, ids);
    addMerges(files, ids);
    addTokens(files, ids);
}

void BpeTokenizer::addVocab(const BpeFiles& files, TokenTable& ids) {
    const std::string& file = files.vocab_file;
    TokenId highest = -1;
    for (const auto& [text, id] : files.vocab)
        highest = std::max(highest, id);
    bytes_.resize(static_cast<std::size_t>(highest + 1));
    std::vector<bool> taken(bytes_.size());
    for (const auto& [text, id] : files.vocab) {
        const auto index = static_cast<std::size_t>(id);
        if (text.empty()) refuseField(file, "the vocabulary", "holds an empty token");
        if (!ids.add(text, id))
            refuseField(file, "the vocabulary", "holds the token " + inQuotes(text) + " twice");
        if (taken[index])
            refuseField(
                file, "the vocabulary",
                "gives the id " + std::to_string(id) + " to two tokens, one of them " + inQuotes(text));
        taken[index] = true;
        bytes_[index] = bytesOfToken(text);
    }
    for (std::size_t byte = 0; byte < 256; ++byte) {
        std::string character;
        appendUtf8(character, byteAlphabet().character_of_byte[byte]);
        const auto entry = ids.find(character);
        if (!entry)
            refuseField(file, "the vocabulary",
                        "has no token " + inQuotes(character) + " for the byte " + std::to_string(byte));
        byte_tokens_[byte] = *entry;
    }
}

void BpeTokenizer::addMerges(const BpeFiles& files, const TokenTable& ids) {
    std::uint32_t rank = 0;
    std::string merged;
    for (const auto& [left, right] : files.merges) {
        const auto known = [&](std::string_view token) {
            const auto entry = ids.find(token);
            if (!entry)
                refuseField(files.merges_file, "the merge of " + inQuotes(left) + " and " + inQuotes(right),
                            "needs the token " + inQuotes(token) + ", which is not in the vocabulary");
            return *entry;
        };
        merged.assign(left).append(right);
        const TokenId left_id = known(left);
        const TokenId right_id = known(right);
        merges_.add(left_id, right_id, rank++, known(merged));
    }
}

void BpeTokenizer::addTokens(const BpeFiles& files, const TokenTable& ids) {
    for (const auto& token : files.added) {
        const auto entry = ids.find(token.text);
        const auto index = static_cast<std::size_t>(token.id);
        if (entry && *entry != token.id)
            refuseField(files.added_file, token.field,
                        "has the id " + std::to_string(token.id) + ", but the vocabulary gives " +
                            inQuotes(token.text) + " the id " + std::to_string(*entry));
        if (index >= bytes_.size()) bytes_.resize(index + 1);
        if (!entry && !bytes_[index].empty())
            refuseField(files.added_file, token.field,
                        "has the id " + std::to_string(token.id) + ", which another token has");
        try {
            added_.add(token.text, token.id, token.special);
        } catch (const std::invalid_argument& reason) {
            refuseField(files.added_file, token.field + ".content", reason.what());
        }
        bytes_[index] = bytesOfToken(token.text);
    }
}

std::vector<TokenId> BpeTokenizer::encode(const MarkedText& marked) const {
    const MarkedText text = toValidUtf8(marked);
    std::vector<TokenId> ids;
    std::vector<TokenId> word_ids;
    BpeMerger merger(merges_);
    for (const AddedTokens::Section& section : added_.split(text)) {
        if (section.token) {
            ids.push_back(*section.token);
            continue;
        }
        const std::string plain =
            normalizeNfc(std::string_view(text.bytes).substr(section.begin, section.end - section.begin));
        std::size_t begin = 0;
        for (const std::size_t end : wordEnds(plain)) {
            word_ids.clear();
            for (; begin < end; ++begin)
                word_ids.push_back(byte_tokens_[static_cast<unsigned char>(plain[begin])]);
            merger.merge(word_ids);
            ids.insert(ids.end(), word_ids.begin(), word_ids.end());
        }
    }
    return ids;
}

std::string BpeTokenizer::tokenBytes(TokenId id, bool skip_special) const {
    if (id < 0 || id >= size() || (skip_special && isSpecial(id))) return {};
    return bytes_[static_cast<std::size_t>(id)];
}

std::string BpeTokenizer::decode(const std::vector<TokenId>& ids, bool skip_special) const {
    std::string bytes;
    for (const TokenId id : ids)
        bytes += tokenBytes(id, skip_special);
    return toValidUtf8(bytes);
}

}  // namespace sightline
