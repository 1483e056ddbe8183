// Operators and access of chat_template_functions.h.
#include <algorithm>
#include <cmath>

#include "inference/prompt/chat_template_functions.h"

namespace sightline::chat_template {

namespace {

struct Number {
    bool is_float = false;
    std::int64_t integer = 0;
    double number = 0;
};

bool readNumber(const Value& value, Number& result) {
    result.is_float = value.is<double>();
    if (value.is<bool>())
        result.integer = value.as<bool>() ? 1 : 0;
    else if (value.is<std::int64_t>())
        result.integer = value.as<std::int64_t>();
    else if (!result.is_float)
        return false;
    result.number = result.is_float ? value.as<double>() : static_cast<double>(result.integer);
    return true;
}

[[noreturn]] void failOperands(std::string_view sign, const Value& a, const Value& b, RenderState& state) {
    const auto name = [](const Value& value) {
        return value.is<Undefined>() ? "the undefined '" + value.as<Undefined>().name + "'" : typeName(value);
    };
    state.fail(std::string(sign) + " between " + name(a) + " and " + name(b));
}

std::int64_t floorDivide(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = a / b;
    return quotient * b != a && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

Value integerArithmetic(char sign, std::int64_t a, std::int64_t b, RenderState& state) {
    std::int64_t result = 0;
    bool overflow = false;
    switch (sign) {
        case '+':
            overflow = __builtin_add_overflow(a, b, &result);
            break;
        case '-':
            overflow = __builtin_sub_overflow(a, b, &result);
            break;
        case '*':
            overflow = __builtin_mul_overflow(a, b, &result);
            break;
        default:
            overflow = a == INT64_MIN && b == -1;
            if (!overflow) result = sign == '/' ? floorDivide(a, b) : a - floorDivide(a, b) * b;
    }
    if (overflow) state.fail("a number is too large");
    return Value(result);
}

Value numberArithmetic(std::string_view sign, const Number& a, const Number& b, RenderState& state) {
    if ((sign == "/" || sign == "//" || sign == "%") && b.number == 0) state.fail("division by zero");
    if (sign == "/") return Value(a.number / b.number);
    if (!a.is_float && !b.is_float) return integerArithmetic(sign[0], a.integer, b.integer, state);
    if (sign == "+") return Value(a.number + b.number);
    if (sign == "-") return Value(a.number - b.number);
    if (sign == "*") return Value(a.number * b.number);
    if (sign == "//") return Value(std::floor(a.number / b.number));
    return Value(a.number - std::floor(a.number / b.number) * b.number);
}

Value repeat(const Value& value, std::int64_t count, RenderState& state) {
    count = std::max<std::int64_t>(count, 0);
    if (const Text* text = value.text()) {
        Text result;
        if (text->bytes.empty()) return result;
        if (count > max_text_bytes) state.spendBytes(max_text_bytes + 1);
        state.spendBytes(count * static_cast<std::int64_t>(text->bytes.size()));
        for (std::int64_t i = 0; i < count; ++i)
            result.append(*text);
        return result;
    }
    std::vector<Value> items;
    if (count > max_steps) state.spendSteps(max_steps + 1);
    state.spendSteps(count * static_cast<std::int64_t>(value.list()->items.size()));
    for (std::int64_t i = 0; i < count; ++i)
        items.insert(items.end(), value.list()->items.begin(), value.list()->items.end());
    return makeList(std::move(items), state);
}

bool contains(const Value& container, const Value& value, RenderState& state) {
    if (const Text* text = container.text()) {
        if (value.text() == nullptr) failOperands("in", value, container, state);
        state.spendSteps(static_cast<std::int64_t>(text->bytes.size()) / 256);
        return findText(text->bytes, value.text()->bytes) != std::string::npos;
    }
    if (const List* list = container.list()) {
        for (const Value& item : list->items)
            if (isEqual(item, value, state)) return true;
        return false;
    }
    if (const Dict* dict = container.dict()) {
        state.spendSteps(static_cast<std::int64_t>(dict->items.size()) / 16);
        return value.text() != nullptr && dict->find(value.text()->bytes) != nullptr;
    }
    if (container.is<Undefined>()) return false;
    failOperands("in", value, container, state);
}

// -1, 0, 1; for values that have an order.
int order(std::string_view sign, const Value& a, const Value& b, RenderState& state) {
    Number a_number;
    Number b_number;
    if (readNumber(a, a_number) && readNumber(b, b_number)) {
        if (!a_number.is_float && !b_number.is_float)
            return a_number.integer < b_number.integer ? -1 : a_number.integer > b_number.integer ? 1 : 0;
        return a_number.number < b_number.number ? -1 : a_number.number > b_number.number ? 1 : 0;
    }
    if (a.text() != nullptr && b.text() != nullptr) {
        // UTF-8 has the order of its code points.
        const int result = a.text()->bytes.compare(b.text()->bytes);
        return result < 0 ? -1 : result > 0 ? 1 : 0;
    }
    if (a.list() != nullptr && b.list() != nullptr) {
        const auto& a_items = a.list()->items;
        const auto& b_items = b.list()->items;
        for (std::size_t i = 0; i < std::min(a_items.size(), b_items.size()); ++i)
            if (!isEqual(a_items[i], b_items[i], state)) return order(sign, a_items[i], b_items[i], state);
        return a_items.size() < b_items.size() ? -1 : a_items.size() > b_items.size() ? 1 : 0;
    }
    failOperands(sign, a, b, state);
}

std::string describeUndefined(const Value& object) {
    return "'" + object.as<Undefined>().name + "' is undefined";
}

// How the bounds of a slice become indices (PySlice_AdjustIndices).
struct SliceIndices {
    std::int64_t start = 0;
    std::int64_t stop = 0;
    std::int64_t step = 1;
};

SliceIndices sliceIndices(const Value& start, const Value& stop, const Value& step, std::int64_t length,
                          RenderState& state) {
    const auto bound = [&](const Value& value, std::int64_t absent) {
        if (value.is<None>()) return absent;
        Number number;
        if (!readNumber(value, number) || number.is_float) state.fail("a slice by " + typeName(value));
        return number.integer;
    };
    SliceIndices result;
    result.step = bound(step, 1);
    if (result.step == 0) state.fail("a slice with the step 0");
    // A step longer than the value does the same as one of its length.
    result.step = std::clamp(result.step, -length - 1, length + 1);
    const bool forward = result.step > 0;
    const auto clampBound = [&](std::int64_t value) {
        if (value < 0) value = value < -length ? -1 : value + length;
        return std::clamp(value, forward ? std::int64_t{0} : std::int64_t{-1}, forward ? length : length - 1);
    };
    result.start = start.is<None>() ? (forward ? 0 : length - 1) : clampBound(bound(start, 0));
    result.stop = stop.is<None>() ? (forward ? length : -1) : clampBound(bound(stop, 0));
    return result;
}

Value loopAttribute(const Loop& loop, const std::string& name, RenderState& state) {
    const std::size_t count = loop.items->items.size();
    const auto number = [](std::size_t value) { return Value(static_cast<std::int64_t>(value)); };
    if (name == "index") return number(loop.index + 1);
    if (name == "index0") return number(loop.index);
    if (name == "revindex") return number(count - loop.index);
    if (name == "revindex0") return number(count - loop.index - 1);
    if (name == "first") return Value(loop.index == 0);
    if (name == "last") return Value(loop.index + 1 == count);
    if (name == "length") return number(count);
    if (name == "previtem")
        return loop.index == 0 ? Value(Undefined{name}) : loop.items->items[loop.index - 1];
    if (name == "nextitem")
        return loop.index + 1 == count ? Value(Undefined{name}) : loop.items->items[loop.index + 1];
    state.failUnsupported("loop." + name + " is not implemented");
}

}  // namespace

Value arithmetic(std::string_view sign, const Value& a, const Value& b, RenderState& state) {
    Number a_number;
    Number b_number;
    const bool a_is_number = readNumber(a, a_number);
    const bool b_is_number = readNumber(b, b_number);
    if (a_is_number && b_is_number) return numberArithmetic(sign, a_number, b_number, state);
    if (sign == "+" && a.text() != nullptr && b.text() != nullptr) {
        Text result = *a.text();
        result.append(*b.text());
        return makeText(std::move(result), state);
    }
    if (sign == "+" && a.list() != nullptr && b.list() != nullptr) {
        std::vector<Value> items = a.list()->items;
        items.insert(items.end(), b.list()->items.begin(), b.list()->items.end());
        return makeList(std::move(items), state);
    }
    const auto isRepeatable = [](const Value& value) {
        return value.text() != nullptr || value.list() != nullptr;
    };
    if (sign == "*" && isRepeatable(a) && b_is_number && !b_number.is_float)
        return repeat(a, b_number.integer, state);
    if (sign == "*" && isRepeatable(b) && a_is_number && !a_number.is_float)
        return repeat(b, a_number.integer, state);
    if (sign == "%" && a.text() != nullptr) state.failUnsupported("formatting with % is not implemented");
    failOperands(sign, a, b, state);
}

bool compare(std::string_view sign, const Value& a, const Value& b, RenderState& state) {
    state.spendSteps();
    if (sign == "==") return isEqual(a, b, state);
    if (sign == "!=") return !isEqual(a, b, state);
    if (sign == "in") return contains(b, a, state);
    if (sign == "not in") return !contains(b, a, state);
    const int result = order(sign, a, b, state);
    if (sign == "<") return result < 0;
    if (sign == "<=") return result <= 0;
    if (sign == ">") return result > 0;
    return result >= 0;
}

// Jinja looks for a Python attribute first, so that a mapping's own methods hide members of their names.
Value attribute(const Value& object, const std::string& name, RenderState& state) {
    if (object.is<Undefined>()) state.fail(describeUndefined(object) + ", it has no member '" + name + "'");
    if (isKnownMethod(name) && (object.dict() != nullptr || object.text() != nullptr)) {
        const bool is_dict_method = name == "items" || name == "keys" || name == "values" || name == "get";
        if (is_dict_method == (object.dict() != nullptr))
            state.failUnsupported("the method " + name + " as a value is not implemented");
    }
    if (const Dict* dict = object.dict()) {
        state.spendSteps(static_cast<std::int64_t>(dict->items.size()) / 16);
        const Value* member = dict->find(name);
        return member == nullptr ? Value(Undefined{name}) : *member;
    }
    if (object.is<std::shared_ptr<const Loop>>())
        return loopAttribute(*object.as<std::shared_ptr<const Loop>>(), name, state);
    if (object.is<std::shared_ptr<Namespace>>())
        for (const auto& [member, value] : object.as<std::shared_ptr<Namespace>>()->members)
            if (member == name) return value;
    return Value(Undefined{name});
}

Value subscript(const Value& object, const Value& index, RenderState& state) {
    if (object.is<Undefined>()) state.fail(describeUndefined(object) + ", it has no items");
    if (const Dict* dict = object.dict()) {
        state.spendSteps(static_cast<std::int64_t>(dict->items.size()) / 16);
        const Value* member = index.text() == nullptr ? nullptr : dict->find(index.text()->bytes);
        return member == nullptr ? Value(Undefined{index.text() == nullptr ? "item" : index.text()->bytes})
                                 : *member;
    }
    if (index.text() != nullptr && object.list() == nullptr)
        return attribute(object, index.text()->bytes, state);
    Number number;
    if (!readNumber(index, number) || number.is_float) return Value(Undefined{"item"});
    if (object.text() == nullptr && object.list() == nullptr) return Value(Undefined{"item"});
    std::vector<std::size_t> offsets;
    if (object.text() != nullptr) offsets = characterOffsets(object.text()->bytes);
    state.spendSteps(static_cast<std::int64_t>(offsets.size()) / 64);
    const auto length = static_cast<std::int64_t>(object.text() != nullptr ? offsets.size() - 1
                                                                           : object.list()->items.size());
    const std::int64_t at = number.integer < 0 ? number.integer + length : number.integer;
    if (at < 0 || at >= length) return Value(Undefined{"item " + std::to_string(number.integer)});
    const auto i = static_cast<std::size_t>(at);
    return object.text() != nullptr ? Value(object.text()->part(offsets[i], offsets[i + 1]))
                                    : object.list()->items[i];
}

Value slice(const Value& object, const Value& start, const Value& stop, const Value& step,
            RenderState& state) {
    if (object.is<Undefined>()) state.fail(describeUndefined(object) + ", it has no items");
    if (const Text* text = object.text()) {
        const auto offsets = characterOffsets(text->bytes);
        const auto length = static_cast<std::int64_t>(offsets.size()) - 1;
        const SliceIndices range = sliceIndices(start, stop, step, length, state);
        state.spendSteps(length / 64);
        Text result;
        if (range.step == 1) {
            if (range.start < range.stop)
                result = text->part(offsets[static_cast<std::size_t>(range.start)],
                                    offsets[static_cast<std::size_t>(range.stop)]);
            return makeText(std::move(result), state);
        }
        for (std::int64_t i = range.start; range.step > 0 ? i < range.stop : i > range.stop;
             i += range.step) {
            state.spendSteps();
            const auto at = static_cast<std::size_t>(i);
            result.append(text->part(offsets[at], offsets[at + 1]));
        }
        return makeText(std::move(result), state);
    }
    const List* list = object.list();
    if (list == nullptr) state.fail(typeName(object) + " cannot be sliced");
    const auto length = static_cast<std::int64_t>(list->items.size());
    const SliceIndices range = sliceIndices(start, stop, step, length, state);
    std::vector<Value> items;
    for (std::int64_t i = range.start; range.step > 0 ? i < range.stop : i > range.stop; i += range.step)
        items.push_back(list->items[static_cast<std::size_t>(i)]);
    return makeList(std::move(items), state);
}

}  // namespace sightline::chat_template
