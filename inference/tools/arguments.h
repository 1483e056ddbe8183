// What the programs for developers read of their command lines alike.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "inference/precision.h"

namespace sightline::tools {

// One sentence; empty if getopt has said it.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline int positive(const std::string& word) {
    std::size_t used = 0;
    int value = 0;
    try {
        value = std::stoi(word, &used);
    } catch (const std::exception&) {
    }
    if (used != word.size() || value < 1) throw UsageError("'" + word + "' is no count");
    return value;
}

// "int8,int4"
inline std::vector<Precision> precisionsOf(const std::string& words) {
    std::vector<Precision> precisions;
    std::istringstream stream(words);
    for (std::string word; std::getline(stream, word, ',');) {
        const auto precision = precisionFromWord(word);
        if (!precision) throw UsageError("'" + word + "' is no precision: they are " + precisionWords(", "));
        precisions.push_back(*precision);
    }
    return precisions;
}

}  // namespace sightline::tools
