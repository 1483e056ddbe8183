// The files of a byte-level BPE tokenizer, read and checked for type, but not yet for sense.
//
// tokenizer.json of a released model has 11 MB, nearly all of it vocabulary and merges: those two are taken
// out of the stream of the parser, the rest becomes an ordinary JSON value.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "inference/text/tokenizer.h"

namespace sightline {

struct BpeFiles {
    struct AddedToken {
        std::string text;
        TokenId id = 0;
        bool special = false;
        std::string field;  // where it stands, for messages
    };
    std::string vocab_file;  // the names for messages
    std::string merges_file;
    std::string added_file;
    std::vector<std::pair<std::string, TokenId>> vocab;       // in the byte-level alphabet
    std::vector<std::pair<std::string, std::string>> merges;  // in order of rank
    std::vector<AddedToken> added;
};

// Ids that a tokenizer may have: far above any real vocabulary, low enough for tables.
inline constexpr TokenId max_token_id = (1 << 22) - 1;

// Both throw Error(invalid_model) for damage and Error(unsupported) for a normaliser, pre-tokenizer, decoder,
// model or flag that is not implemented.
BpeFiles readTokenizerJson(const std::filesystem::path& tokenizer_json);
BpeFiles readVocabAndMerges(const std::filesystem::path& folder);

}  // namespace sightline
