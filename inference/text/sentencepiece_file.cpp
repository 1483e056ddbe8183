#include "inference/text/sentencepiece_file.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>

#include "inference/error.h"
#include "inference/text/bpe_files.h"

namespace sightline {

namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
    throw Error(ErrorKind::invalid_model, file + ": " + what);
}

struct Field {
    std::uint64_t number = 0;
    std::uint64_t value = 0;  // of varints and fixed-size numbers
    std::string_view bytes;   // of strings and messages
    bool is_bytes = false;
};

// Goes through the fields of one message of a protocol buffer.
class FieldReader {
  public:
    FieldReader(std::string_view message, const std::string& file) : rest_(message), file_(file) {}

    std::optional<Field> next() {
        if (rest_.empty()) return std::nullopt;
        const std::uint64_t tag = varint();
        Field field;
        field.number = tag >> 3;
        switch (tag & 7) {
            case 0:
                field.value = varint();
                break;
            case 1:
                field.value = fixed(8);
                break;
            case 2:
                field.bytes = take(varint());
                field.is_bytes = true;
                break;
            case 5:
                field.value = fixed(4);
                break;
            default:
                refuse(file_, "is not a SentencePiece model (damaged field)");
        }
        return field;
    }

  private:
    std::string_view take(std::uint64_t count) {
        if (count > rest_.size()) refuse(file_, "is not a SentencePiece model, or it is cut off");
        const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count));
        rest_.remove_prefix(static_cast<std::size_t>(count));
        return taken;
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(take(1)[0]);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
        refuse(file_, "is not a SentencePiece model (damaged number)");
    }
    std::uint64_t fixed(std::size_t count) {
        std::uint64_t value = 0;
        const std::string_view bytes = take(count);
        for (std::size_t i = 0; i < count; ++i)
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
        return value;
    }

    std::string_view rest_;
    const std::string& file_;
};

SentencePieceFile::Piece readPiece(std::string_view message, std::size_t id, const std::string& file) {
    SentencePieceFile::Piece piece;
    const std::string name = "pieces[" + std::to_string(id) + "]";
    FieldReader reader(message, file);
    while (const auto field = reader.next()) {
        if (field->number == 1 && field->is_bytes) piece.text = std::string(field->bytes);
        if (field->number == 2 && !field->is_bytes) {
            const auto bits = static_cast<std::uint32_t>(field->value);
            float score = 0;
            std::memcpy(&score, &bits, sizeof score);
            if (!std::isfinite(score)) refuse(file, name + ".score is not a finite number");
        }
        if (field->number == 3 && !field->is_bytes) {
            if (field->value < 1 || field->value > 6) refuse(file, name + ".type is unknown");
            piece.type = static_cast<SentencePieceFile::Type>(field->value);
        }
    }
    if (piece.text.empty()) refuse(file, name + ".piece is empty");
    return piece;
}

// The table of the normaliser: a double array (a trie in one array of 32-bit units) and the texts it leads
// to. The library follows it without looking at its borders, so every step that it may take is checked here.
void checkCharacterMap(std::string_view map, const std::string& file) {
    const std::string name = "normalizer_spec.precompiled_charsmap";
    const auto unitAt = [&map](std::size_t offset) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(map[offset + i])) << (8 * i);
        return value;
    };
    if (map.empty()) return;
    if (map.size() < 4) refuse(file, name + " is cut off");
    const std::size_t trie_bytes = unitAt(0);
    if (trie_bytes > map.size() - 4 || trie_bytes == 0 || trie_bytes % 1024 != 0)
        refuse(file, name + " has a table of an impossible size");
    const std::size_t texts_bytes = map.size() - 4 - trie_bytes;
    if (texts_bytes == 0 || map.back() != '\0') refuse(file, name + " has texts without an end");
    const std::size_t count = trie_bytes / 4;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t unit = unitAt(4 + 4 * i);
        if (unit >> 31) {  // a leaf: where its text begins
            if ((unit & 0x7FFFFFFF) >= texts_bytes) refuse(file, name + " leads out of its texts");
            continue;
        }
        const std::size_t offset = static_cast<std::size_t>(unit >> 10) << ((unit & (1u << 9)) >> 6);
        // A step may change the low eight bits; the number of units is a multiple of 256.
        if ((i ^ offset) >= count) refuse(file, name + " leads out of its table");
        const bool has_leaf = ((unit >> 8) & 1) != 0;
        if (has_leaf && (unitAt(4 + 4 * (i ^ offset)) & 0x7FFFFFFF) >= texts_bytes)
            refuse(file, name + " leads out of its texts");
    }
}

void readNormalizer(std::string_view message, SentencePieceFile& result, const std::string& file) {
    FieldReader reader(message, file);
    while (const auto field = reader.next()) {
        if (field->number == 2 && field->is_bytes) checkCharacterMap(field->bytes, file);
        if (field->is_bytes) continue;
        if (field->number == 3) result.adds_dummy_prefix = field->value != 0;
        if (field->number == 4) result.removes_extra_spaces = field->value != 0;
        if (field->number == 5 && field->value == 0)
            throw Error(ErrorKind::unsupported,
                        file + ": normalizer_spec.escape_whitespaces is false, which is not implemented");
    }
}

}  // namespace

SentencePieceFile readSentencePieceFile(std::string_view bytes, const std::string& file) {
    SentencePieceFile result;
    FieldReader reader(bytes, file);
    while (const auto field = reader.next()) {
        if (!field->is_bytes) continue;
        if (field->number == 1) {
            if (result.pieces.size() > static_cast<std::size_t>(max_token_id))
                refuse(file, "has too many pieces");
            result.pieces.push_back(readPiece(field->bytes, result.pieces.size(), file));
        } else if (field->number == 2) {
            FieldReader trainer(field->bytes, file);
            while (const auto option = trainer.next())
                if (option->number == 24 && option->value != 0)
                    throw Error(
                        ErrorKind::unsupported,
                        file + ": trainer_spec.treat_whitespace_as_suffix is true, which is not implemented");
        } else if (field->number == 3) {
            readNormalizer(field->bytes, result, file);
        } else if (field->number == 5) {
            FieldReader denormalizer(field->bytes, file);
            while (const auto option = denormalizer.next())
                if (option->number == 2 && option->is_bytes && !option->bytes.empty())
                    throw Error(
                        ErrorKind::unsupported,
                        file + ": denormalizer_spec.precompiled_charsmap is set, which is not implemented");
        }
    }
    if (result.pieces.empty()) refuse(file, "is not a SentencePiece model (it has no pieces)");
    return result;
}

}  // namespace sightline
