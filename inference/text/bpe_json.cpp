#include "inference/text/bpe_json.h"

#include "inference/error.h"
#include "inference/files/json_file.h"
#include "inference/text/bpe_files.h"

namespace sightline {

namespace {

using nlohmann::json;

constexpr const char* vocab_field = "model.vocab";
constexpr const char* merges_field = "model.merges";

TokenId checkedId(const std::string& token, std::int64_t id, const std::string& field,
                  const std::string& file) {
    if (id < 0 || id > max_token_id)
        refuseField(file, field,
                    "gives the token " + describeJson(token) + " the id " + std::to_string(id) +
                        ", which is not in 0 to " + std::to_string(max_token_id));
    return static_cast<TokenId>(id);
}

// Receives the events of the parser (the interface of nlohmann's sax_parse).
class TokenizerHandler {
  public:
    TokenizerHandler(TokenizerJson& result, const std::string& file, bool is_vocab_file)
        : result_(result), file_(file), is_vocab_file_(is_vocab_file) {}

    bool null() { return value(nullptr); }
    bool boolean(bool flag) { return value(flag); }
    bool number_integer(std::int64_t number) { return integer(number); }
    bool number_unsigned(std::uint64_t number) {
        return number <= INT64_MAX ? integer(static_cast<std::int64_t>(number)) : value(number);
    }
    bool number_float(double number, const std::string&) { return value(number); }
    bool binary(json::binary_t&) { return value(nullptr); }

    bool string(std::string& text) {
        if (place_ == Place::merges) {
            if (!result_.pair_merges.empty()) refuseMerge();
            result_.line_merges.push_back(std::move(text));
            return true;
        }
        if (place_ == Place::merge) {
            if (merge_parts_ == 2) refuseMerge();
            auto& merge = result_.pair_merges.back();
            (merge_parts_++ == 0 ? merge.first : merge.second) = std::move(text);
            return true;
        }
        return value(std::move(text));
    }

    bool key(std::string& name) {
        key_ = std::move(name);
        return true;
    }

    bool start_object(std::size_t) {
        checkDepth();
        const bool is_vocab = is_vocab_file_ ? open_.empty() : isModelMember("vocab");
        if (place_ == Place::elsewhere && is_vocab) {
            if (result_.has_vocab) refuseField(file_, vocabField(), "is there twice");
            result_.has_vocab = true;
            place_ = Place::vocab;
            return true;
        }
        open(json::object());
        return true;
    }
    bool end_object() { return close(); }

    bool start_array(std::size_t) {
        checkDepth();
        if (place_ == Place::elsewhere && isModelMember("merges")) {
            if (result_.has_merges) refuseField(file_, merges_field, "is there twice");
            result_.has_merges = true;
            place_ = Place::merges;
            return true;
        }
        if (place_ == Place::merges) {
            if (!result_.line_merges.empty()) refuseMerge();
            result_.pair_merges.emplace_back();
            merge_parts_ = 0;
            place_ = Place::merge;
            return true;
        }
        open(json::array());
        return true;
    }
    bool end_array() { return close(); }

    bool parse_error(std::size_t position, const std::string&, const json::exception& error) {
        // Numbers out of range come here too, without a position.
        if (dynamic_cast<const json::parse_error*>(&error) == nullptr)
            throw Error(ErrorKind::invalid_model, file_ + ": holds a number that is out of range");
        throw Error(ErrorKind::invalid_model,
                    file_ + ": is not valid JSON at byte " + std::to_string(position));
    }

  private:
    enum class Place { elsewhere, vocab, merges, merge };

    std::string vocabField() const { return is_vocab_file_ ? "" : vocab_field; }

    [[noreturn]] void refuseMerge() const {
        const std::size_t count = result_.pair_merges.size() + result_.line_merges.size();
        refuseField(file_, std::string(merges_field) + " near entry " + std::to_string(count),
                    "must hold pairs of tokens, or strings with one space, and not both");
    }
    void refuseInside() const {
        if (place_ == Place::vocab)
            refuseField(file_, vocabField(), "must give the token " + describeJson(key_) + " an integer id");
        if (place_ != Place::elsewhere) refuseMerge();
    }

    void checkDepth() const {
        if (open_.size() >= static_cast<std::size_t>(max_json_depth))
            throw Error(ErrorKind::invalid_model, file_ + ": arrays and objects are nested deeper than " +
                                                      std::to_string(max_json_depth) + " levels");
    }
    bool isModelMember(std::string_view name) const {
        return !is_vocab_file_ && open_.size() == 2 && open_keys_[1] == "model" && open_[1]->is_object() &&
               key_ == name;
    }

    json* add(json added) {
        if (open_.empty()) return &(result_.rest = std::move(added));
        json& parent = *open_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(added));
            return &parent.back();
        }
        return &(parent[key_] = std::move(added));
    }
    bool value(json added) {
        refuseInside();
        add(std::move(added));
        return true;
    }
    bool integer(std::int64_t number) {
        if (place_ != Place::vocab) return value(number);
        const TokenId id = checkedId(key_, number, is_vocab_file_ ? "the file" : vocab_field, file_);
        result_.vocab.emplace_back(std::move(key_), id);
        return true;
    }
    void open(json container) {
        refuseInside();
        const bool in_array = !open_.empty() && open_.back()->is_array();
        json* place = add(std::move(container));
        open_.push_back(place);
        open_keys_.push_back(in_array ? "" : key_);
    }
    bool close() {
        if (place_ == Place::merge) {
            if (merge_parts_ != 2) refuseMerge();
            place_ = Place::merges;
        } else if (place_ != Place::elsewhere) {
            place_ = Place::elsewhere;
        } else {
            open_.pop_back();
            open_keys_.pop_back();
        }
        return true;
    }

    TokenizerJson& result_;
    const std::string& file_;
    const bool is_vocab_file_;
    Place place_ = Place::elsewhere;
    int merge_parts_ = 0;
    std::string key_;
    // The containers that are open, outermost first, and the member names they stand under. A container's
    // address holds while it is open, because its parent gets no other member until it is closed.
    std::vector<json*> open_;
    std::vector<std::string> open_keys_;
};

TokenizerJson parse(std::string_view text, const std::string& file, bool is_vocab_file) {
    TokenizerJson result;
    TokenizerHandler handler(result, file, is_vocab_file);
    json::sax_parse(text, &handler);
    return result;
}

}  // namespace

TokenizerJson parseTokenizerJson(std::string_view text, const std::string& file) {
    return parse(text, file, false);
}

VocabEntries parseVocabJson(std::string_view text, const std::string& file) {
    TokenizerJson result = parse(text, file, true);
    if (!result.has_vocab) refuseField(file, "", "must be an object");
    return std::move(result.vocab);
}

}  // namespace sightline
