#include "inference/text/tokenizer.h"

#include "inference/error.h"
#include "inference/text/bpe_files.h"
#include "inference/text/bpe_tokenizer.h"
#include "inference/text/sentencepiece_tokenizer.h"
#include "inference/text/unicode.h"

namespace sightline {

std::unique_ptr<const Tokenizer> Tokenizer::load(const std::filesystem::path& folder) {
    const auto has = [&folder](const char* name) {
        std::error_code ignored;
        return std::filesystem::exists(folder / name, ignored);
    };
    if (has("tokenizer.json"))
        return std::make_unique<BpeTokenizer>(readTokenizerJson(folder / "tokenizer.json"));
    const bool is_sentencepiece = has("tokenizer.model");
    if (has("vocab.json") && (has("merges.txt") || !is_sentencepiece))
        return std::make_unique<BpeTokenizer>(readVocabAndMerges(folder));
    if (is_sentencepiece) return loadSentencePiece(folder);
    throw Error(
        ErrorKind::invalid_model,
        folder.filename().string() +
            ": the folder has no tokenizer (tokenizer.json, vocab.json with merges.txt, or tokenizer.model)");
}

std::vector<TokenId> Tokenizer::encodeUntrusted(std::string_view text) const {
    return encode({std::string(text), std::vector<bool>(text.size(), false)});
}

std::vector<TokenId> Tokenizer::encodeTrusted(std::string_view text) const {
    return encode({std::string(text), std::vector<bool>(text.size(), true)});
}

std::string Utf8Stream::push(std::string_view bytes) {
    pending_.append(bytes);
    std::string text;
    std::string_view rest = pending_;
    while (!rest.empty()) {
        const Utf8Step step = nextUtf8(rest);
        if (step.kind == Utf8Step::Kind::cut) break;
        appendUtf8(text, step.character);
        rest.remove_prefix(step.length);
    }
    pending_ = std::string(rest);
    return text;
}

std::string Utf8Stream::finish() {
    const std::string text = toValidUtf8(pending_);
    pending_.clear();
    return text;
}

}  // namespace sightline
