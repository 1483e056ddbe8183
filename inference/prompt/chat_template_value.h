// The values of a chat template: what Python's are, with a mark on every byte of text that says whether the
// template's author wrote it.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "inference/error.h"

namespace sightline::chat_template {

// What one render may cost. Exceeding it throws Error(invalid_model).
inline constexpr std::int64_t max_steps = 2'000'000;
inline constexpr std::int64_t max_text_bytes = std::int64_t{256} << 20;  // of all texts made on the way
inline constexpr std::int64_t max_output_bytes = std::int64_t{64} << 20;
inline constexpr int max_value_depth = 100;  // lists in lists

// Where the interpreter stands and what it has spent; every operation gets it for its errors and its costs.
class RenderState {
  public:
    explicit RenderState(const std::string& file) : file_(file) {}

    int line = 1;
    void spendSteps(std::int64_t count = 1);
    void spendBytes(std::int64_t count);
    // Both name file and line. invalid_model: the template fails; unsupported: it wants what is not
    // implemented.
    [[noreturn]] void fail(const std::string& what, ErrorKind kind = ErrorKind::invalid_model) const;
    [[noreturn]] void failUnsupported(const std::string& what) const { fail(what, ErrorKind::unsupported); }

  private:
    const std::string& file_;
    std::int64_t steps_ = 0;
    std::int64_t bytes_ = 0;
};

struct Text {
    std::string bytes;  // UTF-8
    std::string marks;  // one a byte: 1 trusted, 0 not

    static Text of(std::string_view bytes, bool trusted);
    void append(const Text& other);
    void append(std::string_view more, bool trusted);
    Text part(std::size_t begin, std::size_t end) const;
};
using TextPtr = std::shared_ptr<const Text>;

class Value;
struct List;
struct Dict;
struct Namespace;
struct Loop;

struct Undefined {
    std::string name;
};
struct None {};

class Value {
  public:
    using Storage =
        std::variant<Undefined, None, bool, std::int64_t, double, TextPtr, std::shared_ptr<const List>,
                     std::shared_ptr<const Dict>, std::shared_ptr<Namespace>, std::shared_ptr<const Loop>>;

    Value() : storage_(Undefined{}) {}
    Value(Storage storage) : storage_(std::move(storage)) {}  // implicit: every alternative is a value
    Value(Text text) : storage_(std::make_shared<const Text>(std::move(text))) {}

    template <typename Type>
    bool is() const {
        return std::holds_alternative<Type>(storage_);
    }
    template <typename Type>
    const Type& as() const {
        return std::get<Type>(storage_);
    }
    // Null if the value is of another type.
    const Text* text() const;
    const List* list() const;
    const Dict* dict() const;
    const Storage& storage() const { return storage_; }

  private:
    Storage storage_;
};

struct List {
    std::vector<Value> items;
    int depth = 1;  // of nesting
};
struct Dict {
    std::vector<std::pair<TextPtr, Value>> items;  // in order
    int depth = 1;
    const Value* find(std::string_view key) const;
};
struct Namespace {
    std::vector<std::pair<std::string, Value>> members;
};
struct Loop {
    std::shared_ptr<const List> items;
    std::size_t index = 0;
};

// Check depth and contents (namespaces and loops cannot be stored in containers).
Value makeList(std::vector<Value> items, RenderState& state);
Value makeDict(std::vector<std::pair<TextPtr, Value>> items,
               RenderState& state);             // of equal keys the last one counts
Value makeText(Text text, RenderState& state);  // spends its bytes
void checkStorable(const Value& value, RenderState& state);

// Strings of `json` become untrusted text.
Value fromJson(const nlohmann::ordered_json& json, RenderState& state, int depth = 0);

// Python's str(), bool(), ==; the name of the type with its article. Lists and dicts are not printed:
// failUnsupported.
Text toText(const Value& value, RenderState& state);
bool isTrue(const Value& value);
bool isEqual(const Value& a, const Value& b, RenderState& state);
std::string typeName(const Value& value);
std::string floatText(double number);  // repr()

// Python's iteration: the items of a list, the characters of a text, the keys of a dict, nothing of
// undefined.
std::shared_ptr<const List> iterate(const Value& value, RenderState& state);

// json.dumps(value, ensure_ascii=False, indent=indent or None). Strings keep their marks, the rest is
// untrusted.
Text toJson(const Value& value, int indent, RenderState& state);

// str.isspace() of one character.
bool isPythonSpace(char32_t character);
// The byte offsets at which the characters begin, and the end.
std::vector<std::size_t> characterOffsets(std::string_view utf8);
// std::string_view::find in linear time, whatever the texts.
std::size_t findText(std::string_view text, std::string_view wanted, std::size_t begin = 0);

}  // namespace sightline::chat_template
