// Text <-> token ids, as the Hugging Face tokenizer of the model folder does it.
//
// Two kinds are known: byte-level BPE (tokenizer.json, or vocab.json + merges.txt + tokenizer_config.json;
// NFC, the Qwen2 pre-tokenizer) and SentencePiece (tokenizer.model). A Tokenizer is immutable after loading
// and may be used from any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inference/engine.h"

namespace sightline {

// A text in which every byte knows where it comes from. Special tokens ("<|im_end|>") are recognised only
// where every byte of them is trusted: what the chat template writes is, what a message says is not.
struct MarkedText {
    std::string bytes;          // UTF-8
    std::vector<bool> trusted;  // one a byte
};

class Tokenizer {
  public:
    // Reads the tokenizer of a model folder. Throws Error(invalid_model) naming file and field,
    // Error(unsupported) for a kind of tokenizer, normaliser or pre-tokenizer that is not implemented (or not
    // built in).
    static std::unique_ptr<const Tokenizer> load(const std::filesystem::path& folder);
    virtual ~Tokenizer() = default;

    // No beginning or end token is added. Added tokens that are not special ("<think>", "<tool_call>") are
    // recognised in trusted and untrusted text alike, as the reference does. Invalid UTF-8 becomes U+FFFD
    // first.
    virtual std::vector<TokenId> encode(const MarkedText& text) const = 0;
    std::vector<TokenId> encodeUntrusted(std::string_view text) const;
    std::vector<TokenId> encodeTrusted(std::string_view text) const;

    // The bytes of one token as they stand in the text; may be a part of a character. Empty for special
    // tokens if skip_special, and for ids out of range.
    virtual std::string tokenBytes(TokenId id, bool skip_special) const = 0;
    // Whole text; cut or invalid UTF-8 gives U+FFFD, as in the reference.
    virtual std::string decode(const std::vector<TokenId>& ids, bool skip_special) const = 0;

    virtual int size() const = 0;  // highest id + 1; the model's vocab_size may be larger
    // The id of an added token by its exact text ("<|im_end|>").
    virtual std::optional<TokenId> tokenId(std::string_view added_token) const = 0;
    virtual bool isSpecial(TokenId id) const = 0;
};

// Turns token bytes into whole UTF-8 characters as they come. Bytes of an unfinished character wait; what can
// never become a character is released as U+FFFD at once.
class Utf8Stream {
  public:
    std::string push(std::string_view bytes);
    std::string finish();  // what is left, as U+FFFD

  private:
    std::string pending_;
};

}  // namespace sightline
