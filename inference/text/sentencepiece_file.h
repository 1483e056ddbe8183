// What SentencePiece's library does not tell about tokenizer.model, and checks that it does not make: it
// trusts the tables of the file. Reads the protocol buffer by hand, because the library hides its own
// classes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sightline {

struct SentencePieceFile {
    enum class Type { normal = 1, unknown = 2, control = 3, user_defined = 4, unused = 5, byte = 6 };
    struct Piece {
        std::string text;
        Type type = Type::normal;
    };
    std::vector<Piece> pieces;  // by id
    bool adds_dummy_prefix = true;
    bool removes_extra_spaces = true;
};

// Throws Error(invalid_model) for damage, Error(unsupported) for options that decoding here does not know.
SentencePieceFile readSentencePieceFile(std::string_view bytes, const std::string& file);

}  // namespace sightline
