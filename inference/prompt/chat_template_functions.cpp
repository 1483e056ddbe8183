#include "inference/prompt/chat_template_functions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "inference/prompt/chat_template_strings.h"

namespace sightline::chat_template {

namespace {

using Names = std::initializer_list<std::string_view>;

bool isOneOf(std::string_view name, Names names) {
    return std::ranges::find(names, name) != names.end();
}

// The arguments of one call by parameter name.
class Parameters {
  public:
    Parameters(std::string_view function, const ArgumentValues& given, Names names, RenderState& state)
        : function_(function), state_(state) {
        std::size_t i = 0;
        for (const std::string_view name : names) {
            const Value* value = i < given.positional.size() ? &given.positional[i] : nullptr;
            for (const auto& [given_name, given_value] : given.named)
                if (given_name == name) value = &given_value;
            values_.emplace_back(name, value);
            ++i;
        }
        if (given.positional.size() > names.size())
            state.fail(std::string(function) + "() has too many arguments");
        for (const auto& [name, value] : given.named)
            if (!isOneOf(name, names))
                state.failUnsupported("the argument " + name + " of " + std::string(function) +
                                      "() is not implemented");
    }

    const Value* find(std::string_view name) const {
        for (const auto& [own_name, value] : values_)
            if (own_name == name) return value;
        return nullptr;
    }
    const Value& want(std::string_view name) const {
        const Value* value = find(name);
        if (value == nullptr) state_.fail(std::string(function_) + "() has too few arguments");
        return *value;
    }
    // Null if it is missing or None.
    const Text* findText(std::string_view name) const {
        const Value* value = find(name);
        if (value == nullptr || value->is<None>()) return nullptr;
        if (value->text() == nullptr)
            state_.fail("the argument of " + std::string(function_) + "() is " + typeName(*value) +
                        ", not a string");
        return value->text();
    }
    const Text& wantText(std::string_view name) const {
        want(name);
        const Text* text = findText(name);
        if (text == nullptr) state_.fail("the argument of " + std::string(function_) + "() is not a string");
        return *text;
    }
    std::int64_t integer(std::string_view name, std::int64_t fallback) const {
        const Value* value = find(name);
        if (value == nullptr || value->is<None>()) return fallback;
        if (!value->is<std::int64_t>())
            state_.fail("the argument of " + std::string(function_) + "() is " + typeName(*value) +
                        ", not an integer");
        return value->as<std::int64_t>();
    }

  private:
    std::string function_;
    RenderState& state_;
    std::vector<std::pair<std::string_view, const Value*>> values_;
};

Value lengthOf(const Value& value, RenderState& state) {
    std::size_t count = 0;
    if (const Text* text = value.text()) {
        count = characterOffsets(text->bytes).size() - 1;
        state.spendSteps(static_cast<std::int64_t>(text->bytes.size()) / 256);
    } else if (const List* list = value.list()) {
        count = list->items.size();
    } else if (const Dict* dict = value.dict()) {
        count = dict->items.size();
    } else if (!value.is<Undefined>()) {
        state.fail(typeName(value) + " has no length");
    }
    return Value(static_cast<std::int64_t>(count));
}

// int(value), and 0 where Python raises.
Value toInteger(const Value& value, std::int64_t fallback, RenderState& state) {
    if (value.is<Undefined>()) state.fail("'" + value.as<Undefined>().name + "' is undefined");
    if (value.is<bool>()) return Value(std::int64_t{value.as<bool>()});
    if (value.is<std::int64_t>()) return value;
    double number = 0;
    if (value.is<double>()) {
        number = value.as<double>();
    } else if (value.text() != nullptr) {
        const std::string bytes = strip(*value.text(), Side::both, nullptr).bytes;
        const char* begin = bytes.data();
        const char* end = begin + bytes.size();
        if (begin != end && *begin == '+' && end - begin > 1 && begin[1] != '-') ++begin;
        std::int64_t integer = 0;
        if (const auto read = std::from_chars(begin, end, integer); read.ptr == end && read.ec == std::errc())
            return Value(integer);
        if (const auto read = std::from_chars(begin, end, number); read.ptr != end || read.ec != std::errc())
            return Value(fallback);
    } else {
        return Value(fallback);
    }
    if (!(std::abs(number) < 9e18)) return Value(fallback);
    return Value(static_cast<std::int64_t>(number));
}

Value dictItems(const Dict& dict, RenderState& state) {
    std::vector<Value> items;
    for (const auto& [key, value] : dict.items)
        items.push_back(makeList(std::vector<Value>{Value(key), value}, state));
    return makeList(std::move(items), state);
}

// "a.b" of map(attribute=...) and selectattr: member by member.
Value attributePath(const Value& object, const Text& path, RenderState& state) {
    Value value = object;
    for (std::size_t begin = 0; begin <= path.bytes.size();) {
        const std::size_t end = std::min(path.bytes.find('.', begin), path.bytes.size());
        const std::string name = path.bytes.substr(begin, end - begin);
        const Dict* dict = value.dict();
        const Value* member = dict == nullptr ? nullptr : dict->find(name);
        value = member != nullptr ? *member : attribute(value, name, state);
        begin = end + 1;
    }
    return value;
}

Value mapAttribute(const Value& value, const ArgumentValues& arguments, RenderState& state) {
    if (!arguments.positional.empty()) state.failUnsupported("map() with a filter is not implemented");
    const Parameters parameters("map", arguments, {"attribute"}, state);
    const Text& path = parameters.wantText("attribute");
    std::vector<Value> items;
    const auto list = iterate(value, state);
    for (const Value& item : list->items)
        items.push_back(attributePath(item, path, state));
    return makeList(std::move(items), state);
}

Value selectByAttribute(const Value& value, const ArgumentValues& arguments, bool wanted,
                        RenderState& state) {
    if (!arguments.named.empty() || arguments.positional.empty() || arguments.positional.size() > 3)
        state.failUnsupported("selectattr() with these arguments is not implemented");
    const auto textArgument = [&](std::size_t i) -> const Text& {
        if (arguments.positional[i].text() == nullptr)
            state.fail("an argument of selectattr() is not a string");
        return *arguments.positional[i].text();
    };
    const Text& path = textArgument(0);
    std::string test;
    ArgumentValues operands;
    if (arguments.positional.size() > 1) {
        test = textArgument(1).bytes;
        if (!isKnownTest(test)) state.failUnsupported("the test '" + test + "' is not implemented");
        if (arguments.positional.size() == 3) operands.positional.push_back(arguments.positional[2]);
    }
    std::vector<Value> items;
    const auto list = iterate(value, state);
    for (const Value& item : list->items) {
        const Value member = attributePath(item, path, state);
        const bool passes = test.empty() ? isTrue(member) : applyTest(test, member, operands, state);
        if (passes == wanted) items.push_back(item);
    }
    return makeList(std::move(items), state);
}

Value joinFilter(const Value& value, const ArgumentValues& arguments, RenderState& state) {
    const Parameters parameters("join", arguments, {"d", "attribute"}, state);
    const Value* separator = parameters.find("d");
    std::vector<Value> items = iterate(value, state)->items;
    if (const Text* path = parameters.findText("attribute"))
        for (Value& item : items)
            item = attributePath(item, *path, state);
    return Value(join(items, separator == nullptr ? Text{} : toText(*separator, state), state));
}

Value defaultFilter(const Value& value, const ArgumentValues& arguments, RenderState& state) {
    const Parameters parameters("default", arguments, {"default_value", "boolean"}, state);
    const Value* fallback = parameters.find("default_value");
    const Value* also_false = parameters.find("boolean");
    const bool is_missing =
        value.is<Undefined>() || (also_false != nullptr && isTrue(*also_false) && !isTrue(value));
    if (!is_missing) return value;
    return fallback == nullptr ? Value(Text{}) : *fallback;
}

Value reversed(const Value& value, RenderState& state) {
    if (value.text() != nullptr)
        return slice(value, Value(None{}), Value(None{}), Value(std::int64_t{-1}), state);
    std::vector<Value> items = iterate(value, state)->items;
    std::ranges::reverse(items);
    return makeList(std::move(items), state);
}

Value replaceText(const Text& text, const ArgumentValues& arguments, RenderState& state) {
    const Parameters parameters("replace", arguments, {"old", "new", "count"}, state);
    return Value(replace(text, parameters.wantText("old"), parameters.wantText("new"),
                         parameters.integer("count", -1), state));
}

bool startsOrEnds(const Text& text, const Value& wanted, bool starts, RenderState& state) {
    if (const List* list = wanted.list())
        return std::ranges::any_of(
            list->items, [&](const Value& item) { return startsOrEnds(text, item, starts, state); });
    if (wanted.text() == nullptr) state.fail("the argument of startswith() or endswith() is not a string");
    const std::string& bytes = wanted.text()->bytes;
    return starts ? text.bytes.starts_with(bytes) : text.bytes.ends_with(bytes);
}

Value callTextMethod(std::string_view name, const Text& text, const ArgumentValues& arguments,
                     RenderState& state) {
    if (name == "strip" || name == "lstrip" || name == "rstrip") {
        const Parameters parameters(name, arguments, {"chars"}, state);
        const Side side = name == "strip" ? Side::both : name == "lstrip" ? Side::left : Side::right;
        return makeText(strip(text, side, parameters.findText("chars")), state);
    }
    if (name == "split") {
        const Parameters parameters(name, arguments, {"sep", "maxsplit"}, state);
        return makeList(split(text, parameters.findText("sep"), parameters.integer("maxsplit", -1), state),
                        state);
    }
    if (name == "startswith" || name == "endswith") {
        const Parameters parameters(name, arguments, {"prefix"}, state);
        return Value(startsOrEnds(text, parameters.want("prefix"), name == "startswith", state));
    }
    if (name == "replace") return replaceText(text, arguments, state);
    if (name == "join") {
        const Parameters parameters(name, arguments, {"iterable"}, state);
        const auto items = iterate(parameters.want("iterable"), state);
        for (const Value& item : items->items)
            if (item.text() == nullptr) state.fail("join() of " + typeName(item));
        return Value(join(items->items, text, state));
    }
    const Parameters parameters(name, arguments, {}, state);
    return makeText(changeCase(text, name == "upper", state), state);
}

}  // namespace

bool isKnownFilter(std::string_view name) {
    return isOneOf(name, {"tojson", "length",  "count",   "trim", "upper",      "lower",      "join",
                          "first",  "last",    "default", "d",    "string",     "int",        "list",
                          "items",  "reverse", "replace", "map",  "selectattr", "rejectattr", "safe"});
}

bool isKnownTest(std::string_view name) {
    return isOneOf(
        name, {"defined", "undefined", "none", "string", "mapping", "iterable", "sequence", "number",
               "integer", "float", "boolean", "true", "false", "odd", "even", "eq", "equalto", "ne", "in"});
}

bool isKnownMethod(std::string_view name) {
    return isOneOf(name, {"strip", "lstrip", "rstrip", "split", "startswith", "endswith", "replace", "join",
                          "upper", "lower", "items", "keys", "values", "get"});
}

bool isKnownFunction(std::string_view name) {
    return isOneOf(name, {"raise_exception", "namespace", "range", "dict"});
}

Value applyFilter(std::string_view name, const Value& value, const ArgumentValues& arguments,
                  RenderState& state) {
    if (name == "tojson") {
        const Parameters parameters(name, arguments, {"indent"}, state);
        const std::int64_t indent = parameters.integer("indent", 0);
        if (indent < 0 || indent > 16) state.failUnsupported("this indent of tojson is not implemented");
        return Value(toJson(value, static_cast<int>(indent), state));
    }
    if (name == "map") return mapAttribute(value, arguments, state);
    if (name == "selectattr" || name == "rejectattr")
        return selectByAttribute(value, arguments, name == "selectattr", state);
    if (name == "join") return joinFilter(value, arguments, state);
    if (name == "default" || name == "d") return defaultFilter(value, arguments, state);
    if (name == "trim") {
        const Parameters parameters(name, arguments, {"chars"}, state);
        return makeText(strip(toText(value, state), Side::both, parameters.findText("chars")), state);
    }
    if (name == "replace") return replaceText(toText(value, state), arguments, state);
    if (name == "int") {
        const Parameters parameters(name, arguments, {"default"}, state);
        return toInteger(value, parameters.integer("default", 0), state);
    }
    const Parameters parameters(name, arguments, {}, state);
    if (name == "length" || name == "count") return lengthOf(value, state);
    if (name == "string" || name == "safe") return makeText(toText(value, state), state);
    if (name == "upper" || name == "lower")
        return makeText(changeCase(toText(value, state), name == "upper", state), state);
    if (name == "list") return makeList(iterate(value, state)->items, state);
    if (name == "reverse") return reversed(value, state);
    if (name == "items") {
        if (value.is<Undefined>()) return makeList({}, state);
        if (value.dict() == nullptr) state.fail("items of " + typeName(value));
        return dictItems(*value.dict(), state);
    }
    const auto items = iterate(value, state);
    if (items->items.empty()) return Value(Undefined{std::string(name) + " item of an empty sequence"});
    return name == "first" ? items->items.front() : items->items.back();
}

bool applyTest(std::string_view name, const Value& value, const ArgumentValues& arguments,
               RenderState& state) {
    const bool has_operand = isOneOf(name, {"eq", "equalto", "ne", "in"});
    const Parameters parameters(name, arguments, has_operand ? Names{"other"} : Names{}, state);
    if (name == "eq" || name == "equalto") return isEqual(value, parameters.want("other"), state);
    if (name == "ne") return !isEqual(value, parameters.want("other"), state);
    if (name == "in") return compare("in", value, parameters.want("other"), state);
    if (name == "defined") return !value.is<Undefined>();
    if (name == "undefined") return value.is<Undefined>();
    if (name == "none") return value.is<None>();
    if (name == "string") return value.text() != nullptr;
    if (name == "mapping") return value.dict() != nullptr;
    if (name == "boolean") return value.is<bool>();
    if (name == "true") return value.is<bool>() && value.as<bool>();
    if (name == "false") return value.is<bool>() && !value.as<bool>();
    if (name == "integer") return value.is<std::int64_t>();
    if (name == "float") return value.is<double>();
    if (name == "number") return value.is<bool>() || value.is<std::int64_t>() || value.is<double>();
    if (name == "odd" || name == "even") {
        const Value rest = arithmetic("%", value, Value(std::int64_t{2}), state);
        return isEqual(rest, Value(std::int64_t{name == "odd"}), state);
    }
    const bool is_container = value.text() != nullptr || value.list() != nullptr || value.dict() != nullptr;
    if (name == "sequence") return is_container || value.is<Undefined>();
    return is_container || value.is<Undefined>() || value.is<std::shared_ptr<const Loop>>();  // iterable
}

Value callMethod(std::string_view name, const Value& object, const ArgumentValues& arguments,
                 RenderState& state) {
    if (object.is<Undefined>())
        state.fail("'" + object.as<Undefined>().name + "' is undefined, it has no method " +
                   std::string(name) + "()");
    const bool is_dict_method = isOneOf(name, {"items", "keys", "values", "get"});
    if (object.text() != nullptr && !is_dict_method)
        return callTextMethod(name, *object.text(), arguments, state);
    if (object.dict() == nullptr || !is_dict_method)
        state.fail(typeName(object) + " has no method " + std::string(name) + "()");
    const Dict& dict = *object.dict();
    if (name == "get") {
        const Parameters parameters(name, arguments, {"key", "default"}, state);
        const Text* key = parameters.want("key").text();
        const Value* member = key == nullptr ? nullptr : dict.find(key->bytes);
        const Value* fallback = parameters.find("default");
        if (member != nullptr) return *member;
        return fallback != nullptr ? *fallback : Value(None{});
    }
    const Parameters parameters(name, arguments, {}, state);
    if (name == "items") return dictItems(dict, state);
    std::vector<Value> items;
    for (const auto& [key, value] : dict.items)
        items.push_back(name == "keys" ? Value(key) : value);
    return makeList(std::move(items), state);
}

Value callFunction(std::string_view name, const ArgumentValues& arguments, RenderState& state) {
    if (name == "raise_exception") {
        const Parameters parameters(name, arguments, {"message"}, state);
        std::string message = toText(parameters.want("message"), state).bytes;
        if (message.size() > 500) message.resize(500);
        state.fail("the template refuses the conversation: " + message);
    }
    if (name == "range") {
        const Parameters parameters(name, arguments, {"start", "stop", "step"}, state);
        std::int64_t start = parameters.integer("start", 0);
        std::int64_t stop = start;
        if (parameters.find("stop") != nullptr)
            stop = parameters.integer("stop", 0);
        else
            start = 0;
        const std::int64_t step = parameters.integer("step", 1);
        if (step == 0) state.fail("range() with the step 0");
        std::vector<Value> items;
        for (std::int64_t i = start; step > 0 ? i < stop : i > stop;) {
            state.spendSteps();
            items.push_back(Value(i));
            if (__builtin_add_overflow(i, step, &i)) break;
        }
        return makeList(std::move(items), state);
    }
    if (!arguments.positional.empty())
        state.failUnsupported(std::string(name) + "() with positional arguments is not implemented");
    if (name == "namespace") {
        auto made = std::make_shared<Namespace>();
        for (const auto& [member, value] : arguments.named) {
            checkStorable(value, state);
            made->members.emplace_back(member, value);
        }
        return Value(std::move(made));
    }
    std::vector<std::pair<TextPtr, Value>> items;
    for (const auto& [key, value] : arguments.named)
        items.emplace_back(std::make_shared<const Text>(Text::of(key, true)), value);
    return makeDict(std::move(items), state);
}

}  // namespace sightline::chat_template
