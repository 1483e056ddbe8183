// Parser of tokenizer.json and vocab.json that makes no JSON values of the vocabulary and the merges: as JSON
// values those take most of the time and memory of loading a tokenizer.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inference/text/tokenizer.h"

namespace sightline {

using VocabEntries = std::vector<std::pair<std::string, TokenId>>;

struct TokenizerJson {
    nlohmann::json rest;  // the file without model.vocab and model.merges
    bool has_vocab = false;
    bool has_merges = false;
    VocabEntries vocab;
    std::vector<std::pair<std::string, std::string>> pair_merges;  // written ["a", "b"]
    std::vector<std::string> line_merges;                          // written "a b"; a file has one kind
};

// Both throw Error(invalid_model).
TokenizerJson parseTokenizerJson(std::string_view text, const std::string& file);
VocabEntries parseVocabJson(std::string_view text, const std::string& file);

}  // namespace sightline
