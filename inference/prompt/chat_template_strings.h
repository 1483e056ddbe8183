// Python's string methods on marked text. Every byte of a result keeps its mark.
#pragma once

#include <string_view>
#include <vector>

#include "inference/prompt/chat_template_value.h"

namespace sightline::chat_template {

enum class Side { left, right, both };

// str.strip and its two halves; `characters` null: white space.
Text strip(const Text& text, Side side, const Text* characters);
// str.split(); `separator` null: runs of white space. `limit` < 0: no limit.
std::vector<Value> split(const Text& text, const Text* separator, std::int64_t limit, RenderState& state);
// str.replace(); `limit` < 0: no limit.
Text replace(const Text& text, const Text& wanted, const Text& replacement, std::int64_t limit,
             RenderState& state);
Text join(const std::vector<Value>& items, const Text& separator, RenderState& state);
// str.upper() and str.lower(); letters outside of ASCII are refused (unsupported).
Text changeCase(const Text& text, bool upper, RenderState& state);

}  // namespace sightline::chat_template
