// Byte-level BPE as Qwen2 and Qwen3 use it: added tokens, NFC, words, bytes, merges.
#pragma once

#include <array>
#include <memory>

#include "inference/text/added_tokens.h"
#include "inference/text/bpe_files.h"
#include "inference/text/bpe_merges.h"
#include "inference/text/token_table.h"
#include "inference/text/tokenizer.h"

namespace sightline {

class BpeTokenizer final : public Tokenizer {
  public:
    // Throws Error(invalid_model) for what contradicts itself: an id or a token twice, a merge of unknown
    // tokens, a byte without a token.
    explicit BpeTokenizer(const BpeFiles& files);

    std::vector<TokenId> encode(const MarkedText& text) const override;
    std::string tokenBytes(TokenId id, bool skip_special) const override;
    std::string decode(const std::vector<TokenId>& ids, bool skip_special) const override;
    int size() const override { return static_cast<int>(bytes_.size()); }
    std::optional<TokenId> tokenId(std::string_view added_token) const override {
        return added_.find(added_token);
    }
    bool isSpecial(TokenId id) const override { return added_.isSpecial(id); }

  private:
    void addVocab(const BpeFiles& files, TokenTable& ids);
    void addMerges(const BpeFiles& files, const TokenTable& ids);
    void addTokens(const BpeFiles& files, const TokenTable& ids);

    std::vector<std::string> bytes_;  // by id; empty for ids that no token has
    std::array<TokenId, 256> byte_tokens_{};
    BpeMerges merges_;
    AddedTokens added_;
};

}  // namespace sightline
