// Filters, tests, methods and operators of chat templates. Their arguments are checked when they run, their
// names when the template is parsed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inference/prompt/chat_template_value.h"

namespace sightline::chat_template {

bool isKnownFilter(std::string_view name);
bool isKnownTest(std::string_view name);
bool isKnownMethod(std::string_view name);
bool isKnownFunction(std::string_view name);

// What stood in the parentheses.
struct ArgumentValues {
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> named;
};

Value applyFilter(std::string_view name, const Value& value, const ArgumentValues& arguments,
                  RenderState& state);
bool applyTest(std::string_view name, const Value& value, const ArgumentValues& arguments,
               RenderState& state);
Value callMethod(std::string_view name, const Value& object, const ArgumentValues& arguments,
                 RenderState& state);
Value callFunction(std::string_view name, const ArgumentValues& arguments, RenderState& state);

// + - * / // %
Value arithmetic(std::string_view sign, const Value& a, const Value& b, RenderState& state);
// == != < <= > >= in "not in"
bool compare(std::string_view sign, const Value& a, const Value& b, RenderState& state);
// object.name, object[index], object[start:stop:step]
Value attribute(const Value& object, const std::string& name, RenderState& state);
Value subscript(const Value& object, const Value& index, RenderState& state);
Value slice(const Value& object, const Value& start, const Value& stop, const Value& step,
            RenderState& state);

}  // namespace sightline::chat_template
