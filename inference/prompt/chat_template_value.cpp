#include "inference/prompt/chat_template_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "inference/text/unicode.h"

namespace sightline::chat_template {

void RenderState::spendSteps(std::int64_t count) {
    steps_ += count;
    if (steps_ > max_steps) fail("the template takes more than " + std::to_string(max_steps) + " steps");
}

void RenderState::spendBytes(std::int64_t count) {
    bytes_ += count;
    if (bytes_ > max_text_bytes)
        fail("the template makes more than " + std::to_string(max_text_bytes >> 20) + " MiB of text");
}

void RenderState::fail(const std::string& what, ErrorKind kind) const {
    throw Error(kind, file_ + ": line " + std::to_string(line) + ": " + what);
}

Text Text::of(std::string_view bytes, bool trusted) {
    return {std::string(bytes), std::string(bytes.size(), trusted ? '\1' : '\0')};
}

void Text::append(const Text& other) {
    bytes += other.bytes;
    marks += other.marks;
}

void Text::append(std::string_view more, bool trusted) {
    bytes += more;
    marks.append(more.size(), trusted ? '\1' : '\0');
}

Text Text::part(std::size_t begin, std::size_t end) const {
    return {bytes.substr(begin, end - begin), marks.substr(begin, end - begin)};
}

const Text* Value::text() const {
    const auto* held = std::get_if<TextPtr>(&storage_);
    return held == nullptr ? nullptr : held->get();
}

const List* Value::list() const {
    const auto* held = std::get_if<std::shared_ptr<const List>>(&storage_);
    return held == nullptr ? nullptr : held->get();
}

const Dict* Value::dict() const {
    const auto* held = std::get_if<std::shared_ptr<const Dict>>(&storage_);
    return held == nullptr ? nullptr : held->get();
}

const Value* Dict::find(std::string_view key) const {
    for (const auto& [name, value] : items)
        if (name->bytes == key) return &value;
    return nullptr;
}

void checkStorable(const Value& value, RenderState& state) {
    if (value.is<std::shared_ptr<Namespace>>() || value.is<std::shared_ptr<const Loop>>())
        state.failUnsupported(typeName(value) + " stored in another value is not implemented");
}

namespace {

int depthOf(const Value& value) {
    if (const List* list = value.list()) return list->depth;
    if (const Dict* dict = value.dict()) return dict->depth;
    return 0;
}

int depthAround(int inner, RenderState& state) {
    if (inner >= max_value_depth)
        state.fail("a value is nested deeper than " + std::to_string(max_value_depth) + " levels");
    return inner + 1;
}

}  // namespace

Value makeList(std::vector<Value> items, RenderState& state) {
    state.spendSteps(static_cast<std::int64_t>(items.size()));
    int inner = 0;
    for (const Value& item : items) {
        checkStorable(item, state);
        inner = std::max(inner, depthOf(item));
    }
    return Value(std::make_shared<const List>(List{std::move(items), depthAround(inner, state)}));
}

Value makeDict(std::vector<std::pair<TextPtr, Value>> items, RenderState& state) {
    state.spendSteps(static_cast<std::int64_t>(items.size()));
    Dict dict;
    int inner = 0;
    for (auto& [key, value] : items) {
        checkStorable(value, state);
        inner = std::max(inner, depthOf(value));
        state.spendSteps(static_cast<std::int64_t>(dict.items.size()) / 16);
        const auto same = std::find_if(dict.items.begin(), dict.items.end(),
                                       [&key](const auto& item) { return item.first->bytes == key->bytes; });
        if (same == dict.items.end())
            dict.items.emplace_back(std::move(key), std::move(value));
        else
            same->second = std::move(value);
    }
    dict.depth = depthAround(inner, state);
    return Value(std::make_shared<const Dict>(std::move(dict)));
}

Value makeText(Text text, RenderState& state) {
    state.spendBytes(static_cast<std::int64_t>(text.bytes.size()));
    return Value(std::move(text));
}

Value fromJson(const nlohmann::ordered_json& json, RenderState& state, int depth) {
    if (depth >= max_value_depth) state.fail("the conversation has values nested too deep");
    if (json.is_null()) return Value(None{});
    if (json.is_boolean()) return Value(json.get<bool>());
    if (json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
        state.fail("the conversation has a number over 2^63, which is not implemented");
    if (json.is_number_integer()) return Value(json.get<std::int64_t>());
    if (json.is_number_float()) return Value(json.get<double>());
    if (json.is_string())
        return makeText(Text::of(toValidUtf8(json.get_ref<const std::string&>()), false), state);
    if (json.is_array()) {
        std::vector<Value> items;
        for (const auto& item : json)
            items.push_back(fromJson(item, state, depth + 1));
        return makeList(std::move(items), state);
    }
    if (!json.is_object()) state.fail("the conversation has a value that is not JSON");
    std::vector<std::pair<TextPtr, Value>> items;
    for (const auto& [key, value] : json.items())
        items.emplace_back(std::make_shared<const Text>(Text::of(toValidUtf8(key), false)),
                           fromJson(value, state, depth + 1));
    return makeDict(std::move(items), state);
}

// Python's repr(float): the shortest digits that read back, with an exponent outside 1e-4 to 1e16.
std::string floatText(double number) {
    if (std::isnan(number)) return "nan";
    if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
    char buffer[64];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
    std::string digits(buffer, written.ptr);
    const std::size_t e = digits.find('e');
    const int exponent = std::stoi(digits.substr(e + 1));
    if (exponent < -4 || exponent >= 16) {
        std::string sign = exponent < 0 ? "-" : "+";
        std::string size = std::to_string(std::abs(exponent));
        if (size.size() < 2) size.insert(size.begin(), '0');
        return digits.substr(0, e) + "e" + sign + size;
    }
    const auto plain = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed);
    std::string text(buffer, plain.ptr);
    if (text.find('.') == std::string::npos) text += ".0";
    return text;
}

Text toText(const Value& value, RenderState& state) {
    if (const Text* text = value.text()) return *text;
    if (value.is<Undefined>()) return {};
    if (value.is<None>()) return Text::of("None", true);
    if (value.is<bool>()) return Text::of(value.as<bool>() ? "True" : "False", true);
    if (value.is<std::int64_t>()) return Text::of(std::to_string(value.as<std::int64_t>()), true);
    if (value.is<double>()) return Text::of(floatText(value.as<double>()), true);
    state.failUnsupported(typeName(value) + " made text (without tojson) is not implemented");
}

bool isTrue(const Value& value) {
    if (value.is<Undefined>() || value.is<None>()) return false;
    if (value.is<bool>()) return value.as<bool>();
    if (value.is<std::int64_t>()) return value.as<std::int64_t>() != 0;
    if (value.is<double>()) return value.as<double>() != 0;
    if (const Text* text = value.text()) return !text->bytes.empty();
    if (const List* list = value.list()) return !list->items.empty();
    if (const Dict* dict = value.dict()) return !dict->items.empty();
    return true;
}

namespace {

// bool counts as a number, as in Python.
bool numberOf(const Value& value, std::int64_t& integer, double& number, bool& is_float) {
    is_float = value.is<double>();
    if (value.is<bool>())
        integer = value.as<bool>() ? 1 : 0;
    else if (value.is<std::int64_t>())
        integer = value.as<std::int64_t>();
    else if (!is_float)
        return false;
    number = is_float ? value.as<double>() : static_cast<double>(integer);
    return true;
}

}  // namespace

bool isEqual(const Value& a, const Value& b, RenderState& state) {
    state.spendSteps();
    std::int64_t a_integer = 0;
    std::int64_t b_integer = 0;
    double a_number = 0;
    double b_number = 0;
    bool a_float = false;
    bool b_float = false;
    if (numberOf(a, a_integer, a_number, a_float) && numberOf(b, b_integer, b_number, b_float))
        return a_float || b_float ? a_number == b_number : a_integer == b_integer;
    if (a.storage().index() != b.storage().index()) return false;
    if (const Text* text = a.text()) return text->bytes == b.text()->bytes;
    if (const List* list = a.list()) {
        const List* other = b.list();
        if (list->items.size() != other->items.size()) return false;
        for (std::size_t i = 0; i < list->items.size(); ++i)
            if (!isEqual(list->items[i], other->items[i], state)) return false;
        return true;
    }
    if (const Dict* dict = a.dict()) {
        if (dict->items.size() != b.dict()->items.size()) return false;
        for (const auto& [key, value] : dict->items) {
            state.spendSteps(static_cast<std::int64_t>(dict->items.size()) / 16);
            const Value* other = b.dict()->find(key->bytes);
            if (other == nullptr || !isEqual(value, *other, state)) return false;
        }
        return true;
    }
    if (a.is<std::shared_ptr<Namespace>>())
        return a.as<std::shared_ptr<Namespace>>() == b.as<std::shared_ptr<Namespace>>();
    return a.is<Undefined>() || a.is<None>();
}

std::string typeName(const Value& value) {
    static const char* const names[] = {"an undefined value", "None",   "a boolean", "an integer",  "a float",
                                        "a string",           "a list", "a mapping", "a namespace", "a loop"};
    return names[value.storage().index()];
}

std::shared_ptr<const List> iterate(const Value& value, RenderState& state) {
    if (value.list() != nullptr) return value.as<std::shared_ptr<const List>>();
    std::vector<Value> items;
    if (const Text* text = value.text()) {
        const auto offsets = characterOffsets(text->bytes);
        state.spendSteps(static_cast<std::int64_t>(offsets.size()));
        for (std::size_t i = 0; i + 1 < offsets.size(); ++i)
            items.push_back(text->part(offsets[i], offsets[i + 1]));
    } else if (const Dict* dict = value.dict()) {
        for (const auto& item : dict->items)
            items.push_back(Value(item.first));
    } else if (!value.is<Undefined>()) {
        state.fail(typeName(value) + " cannot be iterated over");
    }
    const Value made = makeList(std::move(items), state);
    return made.as<std::shared_ptr<const List>>();
}

namespace {

void appendJsonString(Text& json, const Text& text) {
    json.append("\"", false);
    for (std::size_t i = 0; i < text.bytes.size(); ++i) {
        const char c = text.bytes[i];
        const bool trusted = text.marks[i] != 0;
        static constexpr std::string_view escaped = "\"\\\n\r\t\b\f";
        static constexpr std::string_view letters = "\"\\nrtbf";
        if (const std::size_t at = escaped.find(c); at != std::string_view::npos) {
            json.append(std::string{'\\', letters[at]}, trusted);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            static constexpr char hex[] = "0123456789abcdef";
            json.append(std::string("\\u00") + hex[c >> 4] + hex[c & 15], trusted);
        } else {
            json.bytes.push_back(c);
            json.marks.push_back(text.marks[i]);
        }
    }
    json.append("\"", false);
}

void appendJson(Text& json, const Value& value, int indent, int level, RenderState& state) {
    state.spendSteps();
    const auto newLine = [&](int levels) {
        if (indent > 0)
            json.append("\n" + std::string(static_cast<std::size_t>(indent * levels), ' '), false);
    };
    const std::string_view comma = indent > 0 ? "," : ", ";
    if (const Text* text = value.text()) {
        state.spendBytes(static_cast<std::int64_t>(text->bytes.size()));
        appendJsonString(json, *text);
    } else if (const List* list = value.list()) {
        json.append("[", false);
        for (std::size_t i = 0; i < list->items.size(); ++i) {
            if (i > 0) json.append(comma, false);
            newLine(level + 1);
            appendJson(json, list->items[i], indent, level + 1, state);
        }
        if (!list->items.empty()) newLine(level);
        json.append("]", false);
    } else if (const Dict* dict = value.dict()) {
        json.append("{", false);
        for (std::size_t i = 0; i < dict->items.size(); ++i) {
            if (i > 0) json.append(comma, false);
            newLine(level + 1);
            appendJsonString(json, *dict->items[i].first);
            json.append(": ", false);
            appendJson(json, dict->items[i].second, indent, level + 1, state);
        }
        if (!dict->items.empty()) newLine(level);
        json.append("}", false);
    } else if (value.is<None>()) {
        json.append("null", false);
    } else if (value.is<bool>()) {
        json.append(value.as<bool>() ? "true" : "false", false);
    } else if (value.is<std::int64_t>() || value.is<double>()) {
        json.append(toText(value, state).bytes, false);
    } else {
        state.fail(typeName(value) + " cannot be written as JSON");
    }
}

}  // namespace

Text toJson(const Value& value, int indent, RenderState& state) {
    Text json;
    appendJson(json, value, indent, 0, state);
    state.spendBytes(static_cast<std::int64_t>(json.bytes.size()));
    return json;
}

bool isPythonSpace(char32_t character) {
    return charClass(character) == CharClass::space || (character >= 0x1C && character <= 0x1F);
}

std::vector<std::size_t> characterOffsets(std::string_view utf8) {
    std::vector<std::size_t> offsets;
    for (std::size_t i = 0; i < utf8.size(); ++i)
        if ((static_cast<unsigned char>(utf8[i]) & 0xC0) != 0x80) offsets.push_back(i);
    offsets.push_back(utf8.size());
    return offsets;
}

std::size_t findText(std::string_view text, std::string_view wanted, std::size_t begin) {
    if (wanted.size() <= 32) return text.find(wanted, begin);
    // Knuth-Morris-Pratt: how much of `wanted` still matches after a mismatch.
    std::vector<std::size_t> fallback(wanted.size(), 0);
    for (std::size_t i = 1, length = 0; i < wanted.size(); ++i) {
        while (length > 0 && wanted[i] != wanted[length])
            length = fallback[length - 1];
        if (wanted[i] == wanted[length]) ++length;
        fallback[i] = length;
    }
    for (std::size_t i = begin, length = 0; i < text.size(); ++i) {
        while (length > 0 && text[i] != wanted[length])
            length = fallback[length - 1];
        if (text[i] == wanted[length]) ++length;
        if (length == wanted.size()) return i + 1 - length;
    }
    return std::string_view::npos;
}

}  // namespace sightline::chat_template
