#include "inference/text/sentencepiece_tokenizer.h"

#include "inference/error.h"

#ifdef SIGHTLINE_HAVE_SENTENCEPIECE

#include <sentencepiece_processor.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "inference/files/json_file.h"
#include "inference/text/added_tokens.h"
#include "inference/text/sentencepiece_file.h"
#include "inference/text/unicode.h"

namespace sightline {

namespace {

using PieceType = SentencePieceFile::Type;

constexpr const char* model_file = "tokenizer.model";
constexpr const char* config_file = "tokenizer_config.json";
constexpr std::string_view space_mark = "\u2581";  // what stands for a space in a piece

std::string bytesOfPiece(const SentencePieceFile::Piece& piece, std::size_t id) {
    if (piece.type == PieceType::unknown) return " \u2047 ";
    if (piece.type == PieceType::byte) {
        int byte = 0;
        const char* text = piece.text.c_str();
        const bool right = piece.text.size() == 6 && piece.text.starts_with("<0x") && text[5] == '>' &&
                           std::from_chars(text + 3, text + 5, byte, 16).ptr == text + 5;
        if (!right)
            refuseField(model_file, "pieces[" + std::to_string(id) + "]",
                        "is a byte, but not written as <0x00>");
        return std::string(1, static_cast<char>(byte));
    }
    if (piece.type == PieceType::control) return piece.text;
    std::string bytes;
    for (std::size_t at = 0; at < piece.text.size();) {
        if (std::string_view(piece.text).substr(at).starts_with(space_mark)) {
            bytes.push_back(' ');
            at += space_mark.size();
        } else {
            bytes.push_back(piece.text[at++]);
        }
    }
    return bytes;
}

bool looksSpecial(const SentencePieceFile::Piece& piece) {
    return piece.type == PieceType::user_defined && piece.text.size() > 2 && piece.text.starts_with('<') &&
           piece.text.ends_with('>') && piece.text.find(space_mark) == std::string::npos;
}

class SentencePieceTokenizer final : public Tokenizer {
  public:
    SentencePieceTokenizer(const std::string& model, const nlohmann::json& config)
        : file_(readSentencePieceFile(model, model_file)) {
        if (!library_.LoadFromSerializedProto(model).ok() ||
            library_.GetPieceSize() != static_cast<int>(file_.pieces.size()))
            throw Error(ErrorKind::invalid_model, std::string(model_file) + ": is refused by SentencePiece");
        for (std::size_t id = 0; id < file_.pieces.size(); ++id)
            bytes_.push_back(bytesOfPiece(file_.pieces[id], id));
        addSpecialTokens(config);
        chooseAnchor();
    }

    std::vector<TokenId> encode(const MarkedText& marked) const override;
    std::string tokenBytes(TokenId id, bool skip_special) const override {
        if (id < 0 || id >= size() || (skip_special && isSpecial(id))) return {};
        return bytes_[static_cast<std::size_t>(id)];
    }
    std::string decode(const std::vector<TokenId>& ids, bool skip_special) const override;
    int size() const override { return static_cast<int>(bytes_.size()); }
    std::optional<TokenId> tokenId(std::string_view added_token) const override {
        return special_.find(added_token);
    }
    bool isSpecial(TokenId id) const override {
        return id >= 0 && id < size() &&
               (special_.isSpecial(id) ||
                file_.pieces[static_cast<std::size_t>(id)].type == PieceType::control);
    }

  private:
    // A piece of the text between special tokens, and what stands on its two sides.
    struct Segment {
        std::string_view text;
        bool first = false;
        bool last = false;
    };

    void addSpecialTokens(const nlohmann::json& config);
    void addSpecialToken(const std::string& text, TokenId id, const std::string& field);
    void chooseAnchor();
    void appendPlain(const Segment& section, std::vector<TokenId>& ids) const;
    std::vector<TokenId> encodeSegment(const Segment& segment) const;
    std::vector<TokenId> callLibrary(const Segment& segment) const;

    SentencePieceFile file_;
    sentencepiece::SentencePieceProcessor library_;
    std::vector<std::string> bytes_;  // by id
    AddedTokens special_;
    // The library puts a dummy prefix before a text and may strip spaces from its ends. Text that does not
    // stand at an end is therefore encoded behind or before this user-defined symbol, which is taken off
    // again.
    std::optional<TokenId> anchor_;
};

void SentencePieceTokenizer::addSpecialToken(const std::string& text, TokenId id, const std::string& field) {
    try {
        special_.add(text, id, true);
    } catch (const std::invalid_argument& reason) {
        refuseField(config_file, field, reason.what());
    }
}

void SentencePieceTokenizer::addSpecialTokens(const nlohmann::json& config) {
    if (findField(config, "special_tokens", config_file) == nullptr) {
        for (std::size_t id = 0; id < file_.pieces.size(); ++id)
            if (looksSpecial(file_.pieces[id]))
                addSpecialToken(file_.pieces[id].text, static_cast<TokenId>(id),
                                "pieces[" + std::to_string(id) + "]");
        return;
    }
    for (const auto& [text, value] : requireObject(config, "special_tokens", config_file).items()) {
        const std::string field = "special_tokens." + text;
        if (!value.is_number_integer() || value < 0 || value >= file_.pieces.size())
            refuseField(config_file, field,
                        "must be an id from 0 to " + std::to_string(file_.pieces.size() - 1) + ", not " +
                            describeJson(value));
        const auto id = value.get<std::size_t>();
        const auto& piece = file_.pieces[id];
        if (piece.text != text)
            refuseField(config_file, field,
                        "is " + std::to_string(id) + ", but in tokenizer.model that is the piece " +
                            describeJson(toValidUtf8(piece.text)));
        if (piece.type != PieceType::user_defined && piece.type != PieceType::control)
            refuseField(config_file, field,
                        "is neither a user-defined symbol nor a control piece of tokenizer.model");
        if (text.find(' ') != std::string::npos || text.find(space_mark) != std::string::npos)
            refuseField(config_file, field, "has a space in it");
        addSpecialToken(text, static_cast<TokenId>(id), field);
    }
}

// No other user-defined symbol may contain the anchor: a longer one would swallow it.
void SentencePieceTokenizer::chooseAnchor() {
    const auto& pieces = file_.pieces;
    bool is_needed = false;
    for (std::size_t id = 0; id < pieces.size() && !anchor_; ++id) {
        if (!special_.isSpecial(static_cast<TokenId>(id)) || pieces[id].type != PieceType::user_defined)
            continue;
        is_needed = true;
        const auto swallows = [&](const SentencePieceFile::Piece& other) {
            return other.type == PieceType::user_defined && other.text.size() > pieces[id].text.size() &&
                   other.text.find(pieces[id].text) != std::string::npos;
        };
        if (std::none_of(pieces.begin(), pieces.end(), swallows)) anchor_ = static_cast<TokenId>(id);
    }
    if (is_needed && !anchor_)
        throw Error(
            ErrorKind::unsupported,
            std::string(model_file) + ": every special token is a part of another user-defined symbol");
}

std::vector<TokenId> SentencePieceTokenizer::callLibrary(const Segment& segment) const {
    std::vector<int> ids;
    if (!anchor_ || (segment.first && segment.last)) {
        if (!library_.Encode(segment.text, &ids).ok())
            throw Error(ErrorKind::invalid_model,
                        std::string(model_file) + ": SentencePiece cannot encode the text");
        return {ids.begin(), ids.end()};
    }
    const std::string& anchor = file_.pieces[static_cast<std::size_t>(*anchor_)].text;
    const std::string text =
        (segment.first ? "" : anchor) + std::string(segment.text) + (segment.last ? "" : anchor);
    const bool encoded = library_.Encode(text, &ids).ok();
    auto begin = ids.begin();
    auto end = ids.end();
    bool found = encoded;
    if (found && !segment.last) {
        const auto last = std::find(ids.rbegin(), ids.rend(), *anchor_);
        found = last != ids.rend();
        if (found) end = last.base() - 1;
    }
    if (found && !segment.first) {
        begin = std::find(begin, end, *anchor_);
        found = begin != end;
        if (found) ++begin;
    }
    if (!found)
        throw Error(
            ErrorKind::invalid_model,
            std::string(model_file) + ": SentencePiece does not keep the user-defined symbol " + anchor);
    return {begin, end};
}

// The text has no special token in it, but the library's normaliser may make one (full-width letters become
// ordinary ones). Character by character nothing longer than a character comes out.
std::vector<TokenId> SentencePieceTokenizer::encodeSegment(const Segment& segment) const {
    std::vector<TokenId> ids = callLibrary(segment);
    const auto is_special = [this](TokenId id) { return isSpecial(id); };
    if (std::none_of(ids.begin(), ids.end(), is_special)) return ids;
    ids.clear();
    for (std::string_view rest = segment.text; !rest.empty();) {
        const std::size_t length = nextUtf8(rest).length;
        for (const TokenId id : callLibrary({rest.substr(0, length), false, false}))
            ids.push_back(isSpecial(id) ? library_.unk_id() : id);
        rest.remove_prefix(length);
    }
    return ids;
}

// Text in which no special token is wanted: where one is spelled out, the text is cut behind its first
// character, so that the library cannot see it.
void SentencePieceTokenizer::appendPlain(const Segment& section, std::vector<TokenId>& ids) const {
    std::size_t begin = 0;
    const auto append = [&](std::size_t end) {
        const Segment segment{section.text.substr(begin, end - begin), section.first && begin == 0,
                              section.last && end == section.text.size()};
        const std::vector<TokenId> more = encodeSegment(segment);
        ids.insert(ids.end(), more.begin(), more.end());
        begin = end;
    };
    for (std::size_t i = 0; i < section.text.size();) {
        const std::size_t next = i + nextUtf8(section.text.substr(i)).length;
        if (next < section.text.size() && special_.startsAt(section.text, i)) append(next);
        i = next;
    }
    append(section.text.size());
}

std::vector<TokenId> SentencePieceTokenizer::encode(const MarkedText& marked) const {
    const MarkedText text = toValidUtf8(marked);
    std::vector<TokenId> ids;
    bool first = true;
    for (const AddedTokens::Section& section : special_.split(text)) {
        if (!section.token) {
            const auto plain =
                std::string_view(text.bytes).substr(section.begin, section.end - section.begin);
            appendPlain({plain, first, section.end == text.bytes.size()}, ids);
        } else {
            // The library's dummy prefix comes before a symbol that begins the text, too.
            if (first) appendPlain({{}, true, false}, ids);
            ids.push_back(*section.token);
        }
        first = false;
    }
    return ids;
}

// Where the library takes leading spaces away: one, of the first piece that has text, or, if extra spaces are
// removed, one of each piece until there is text.
std::string SentencePieceTokenizer::decode(const std::vector<TokenId>& ids, bool skip_special) const {
    std::string bytes;
    bool strips = file_.adds_dummy_prefix || file_.removes_extra_spaces;
    for (const TokenId id : ids) {
        std::string token = tokenBytes(id, skip_special);
        if (token.empty()) continue;
        const auto& piece = file_.pieces[static_cast<std::size_t>(id)];
        if (strips && piece.type != PieceType::byte && piece.text.starts_with(space_mark)) {
            token.erase(0, 1);
            if (!file_.removes_extra_spaces) strips = false;
        }
        bytes += token;
        if (!bytes.empty()) strips = false;
    }
    return toValidUtf8(bytes);
}

}  // namespace

std::unique_ptr<const Tokenizer> loadSentencePiece(const std::filesystem::path& folder) {
    std::error_code ignored;
    const nlohmann::json config = std::filesystem::exists(folder / config_file, ignored)
                                      ? readJsonFile(folder / config_file)
                                      : nlohmann::json::object();
    return std::make_unique<SentencePieceTokenizer>(readWholeFile(folder / model_file), config);
}

}  // namespace sightline

#else

namespace sightline {

std::unique_ptr<const Tokenizer> loadSentencePiece(const std::filesystem::path&) {
    throw Error(ErrorKind::unsupported,
                "tokenizer.model: this program was built without SentencePiece, which this model needs");
}

}  // namespace sightline

#endif
