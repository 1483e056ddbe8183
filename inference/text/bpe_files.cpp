#include "inference/text/bpe_files.h"

#include "inference/error.h"
#include "inference/files/json_file.h"
#include "inference/text/bpe_json.h"
#include "inference/text/tokenizer_words.h"

namespace sightline {

namespace {

using nlohmann::json;

[[noreturn]] void refuseUnsupported(const std::string& file, const std::string& field, const json* value) {
    throw Error(ErrorKind::unsupported, file + ": " + field + " is " +
                                            (value == nullptr ? "missing" : describeJson(*value)) +
                                            ", which is not implemented");
}

void wantString(const json& root, const std::string& field, std::string_view wanted,
                const std::string& file) {
    const json* value = findField(root, field, file);
    if (value == nullptr || !value->is_string() || value->get_ref<const std::string&>() != wanted)
        refuseUnsupported(file, field, value);
}

void wantFalse(const json& root, const std::string& field, const std::string& file) {
    if (optionalBool(root, field, false, file)) refuseUnsupported(file, field, findField(root, field, file));
}

void wantNothing(const json& root, const std::string& field, const std::string& file) {
    const json* value = findField(root, field, file);
    if (value != nullptr && *value != "") refuseUnsupported(file, field, value);
}

// An element of an array under the dotted name of that array, so that messages name it.
json named(const std::string& field, const json& element) {
    return json{{field, element}};
}

void checkPreTokenizer(const json& root, const std::string& file) {
    wantString(root, "pre_tokenizer.type", "Sequence", file);
    const json& parts = requireArray(root, "pre_tokenizer.pretokenizers", file);
    if (parts.size() != 2) refuseUnsupported(file, "pre_tokenizer.pretokenizers", &parts);
    const json split = named("pre_tokenizer[0]", parts[0]);
    wantString(split, "pre_tokenizer[0].type", "Split", file);
    wantString(split, "pre_tokenizer[0].pattern.Regex", word_pattern, file);
    wantString(split, "pre_tokenizer[0].behavior", "Isolated", file);
    wantFalse(split, "pre_tokenizer[0].invert", file);
    const json bytes = named("pre_tokenizer[1]", parts[1]);
    wantString(bytes, "pre_tokenizer[1].type", "ByteLevel", file);
    wantFalse(bytes, "pre_tokenizer[1].add_prefix_space", file);
    if (optionalBool(bytes, "pre_tokenizer[1].use_regex", true, file))
        refuseUnsupported(file, "pre_tokenizer[1].use_regex",
                          findField(bytes, "pre_tokenizer[1].use_regex", file));
}

// What would change ids or text. Truncation and padding are left aside: the reference switches them off.
void checkPipeline(const json& root, const std::string& file) {
    wantString(root, "normalizer.type", "NFC", file);
    checkPreTokenizer(root, file);
    if (findField(root, "post_processor", file) != nullptr)
        wantString(root, "post_processor.type", "ByteLevel", file);
    wantString(root, "decoder.type", "ByteLevel", file);
    if (findField(root, "model.type", file) != nullptr) wantString(root, "model.type", "BPE", file);
    for (const char* field :
         {"model.dropout", "model.unk_token", "model.continuing_subword_prefix", "model.end_of_word_suffix"})
        wantNothing(root, field, file);
    for (const char* field : {"model.fuse_unk", "model.byte_fallback", "model.ignore_merges"})
        wantFalse(root, field, file);
}

BpeFiles::AddedToken addedToken(const json& root, const std::string& field, TokenId id,
                                const std::string& file) {
    BpeFiles::AddedToken token;
    token.field = field;
    token.id = id;
    token.text = requireString(root, field + ".content", file);
    token.special = optionalBool(root, field + ".special", false, file);
    for (const char* flag : {".lstrip", ".rstrip", ".single_word", ".normalized"})
        wantFalse(root, field + flag, file);
    return token;
}

std::pair<std::string, std::string> mergeOfLine(std::string_view line, const std::string& field,
                                                const std::string& file) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || space == 0 || space + 1 == line.size() ||
        line.find(' ', space + 1) != std::string_view::npos)
        refuseField(file, field, "must be two tokens with one space between them");
    return {std::string(line.substr(0, space)), std::string(line.substr(space + 1))};
}

}  // namespace

BpeFiles readTokenizerJson(const std::filesystem::path& tokenizer_json) {
    const std::string file = tokenizer_json.filename().string();
    BpeFiles files;
    files.vocab_file = files.merges_file = files.added_file = file;
    const std::string text = readWholeFile(tokenizer_json);
    TokenizerJson parsed = parseTokenizerJson(text, file);
    checkPipeline(parsed.rest, file);
    if (!parsed.has_vocab) refuseField(file, "model.vocab", "is missing");
    if (!parsed.has_merges) refuseField(file, "model.merges", "is missing");
    files.vocab = std::move(parsed.vocab);
    files.merges = std::move(parsed.pair_merges);
    for (std::size_t i = 0; i < parsed.line_merges.size(); ++i)
        files.merges.push_back(
            mergeOfLine(parsed.line_merges[i], "model.merges[" + std::to_string(i) + "]", file));
    if (findField(parsed.rest, "added_tokens", file) != nullptr) {
        const json& added = requireArray(parsed.rest, "added_tokens", file);
        for (std::size_t i = 0; i < added.size(); ++i) {
            const std::string field = "added_tokens[" + std::to_string(i) + "]";
            const json root = named(field, added[i]);
            const auto id = requireInt(root, field + ".id", 0, max_token_id, file);
            files.added.push_back(addedToken(root, field, static_cast<TokenId>(id), file));
        }
    }
    return files;
}

BpeFiles readVocabAndMerges(const std::filesystem::path& folder) {
    BpeFiles files;
    files.vocab_file = "vocab.json";
    files.merges_file = "merges.txt";
    files.added_file = "tokenizer_config.json";

    const std::string vocab_text = readWholeFile(folder / files.vocab_file);
    files.vocab = parseVocabJson(vocab_text, files.vocab_file);

    const std::string merges_text = readWholeFile(folder / files.merges_file);
    std::size_t line_number = 0;
    for (std::size_t begin = 0; begin < merges_text.size();) {
        const std::size_t end = std::min(merges_text.find('\n', begin), merges_text.size());
        std::string_view line = std::string_view(merges_text).substr(begin, end - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        begin = end + 1;
        ++line_number;
        if (line.empty() || line.starts_with("#version")) continue;
        files.merges.push_back(mergeOfLine(line, "line " + std::to_string(line_number), files.merges_file));
    }

    const json config = readJsonFile(folder / files.added_file);
    const json& added = requireObject(config, "added_tokens_decoder", files.added_file);
    for (const auto& [id_text, token] : added.items()) {
        const std::string field = "added_tokens_decoder." + id_text;
        const bool is_number = !id_text.empty() && id_text.size() <= 7 &&
                               id_text.find_first_not_of("0123456789") == std::string::npos;
        if (!is_number || std::stoi(id_text) > max_token_id)
            refuseField(files.added_file, field,
                        "must be named by an id from 0 to " + std::to_string(max_token_id));
        files.added.push_back(
            addedToken(config, field, static_cast<TokenId>(std::stoi(id_text)), files.added_file));
    }
    return files;
}

}  // namespace sightline
