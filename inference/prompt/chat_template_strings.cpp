#include "inference/prompt/chat_template_strings.h"

#include <algorithm>

#include "inference/text/unicode.h"

namespace sightline::chat_template {

namespace {

char32_t characterAt(std::string_view bytes, std::size_t at) {
    return nextUtf8(bytes.substr(at)).character;
}

}  // namespace

Text strip(const Text& text, Side side, const Text* characters) {
    const auto offsets = characterOffsets(text.bytes);
    const std::vector<char32_t> wanted =
        characters == nullptr ? std::vector<char32_t>{} : codePoints(characters->bytes);
    const auto goes = [&](std::size_t index) {
        const char32_t character = characterAt(text.bytes, offsets[index]);
        return characters == nullptr ? isPythonSpace(character)
                                     : std::ranges::find(wanted, character) != wanted.end();
    };
    std::size_t begin = 0;
    std::size_t end = offsets.size() - 1;
    while (side != Side::right && begin < end && goes(begin))
        ++begin;
    while (side != Side::left && end > begin && goes(end - 1))
        --end;
    return text.part(offsets[begin], offsets[end]);
}

namespace {

std::vector<Value> splitAtSpace(const Text& text, std::int64_t limit, RenderState& state) {
    std::vector<Value> parts;
    const auto offsets = characterOffsets(text.bytes);
    const std::size_t count = offsets.size() - 1;
    const auto isSpace = [&](std::size_t index) {
        return isPythonSpace(characterAt(text.bytes, offsets[index]));
    };
    for (std::size_t i = 0; i < count;) {
        if (isSpace(i)) {
            ++i;
            continue;
        }
        std::size_t end = i;
        if (limit >= 0 && static_cast<std::int64_t>(parts.size()) == limit) {
            parts.push_back(makeText(text.part(offsets[i], text.bytes.size()), state));
            break;
        }
        while (end < count && !isSpace(end))
            ++end;
        parts.push_back(makeText(text.part(offsets[i], offsets[end]), state));
        i = end;
    }
    return parts;
}

}  // namespace

std::vector<Value> split(const Text& text, const Text* separator, std::int64_t limit, RenderState& state) {
    if (separator == nullptr) return splitAtSpace(text, limit, state);
    if (separator->bytes.empty()) state.fail("split() with an empty separator");
    std::vector<Value> parts;
    std::size_t begin = 0;
    while (limit < 0 || static_cast<std::int64_t>(parts.size()) < limit) {
        const std::size_t end = findText(text.bytes, separator->bytes, begin);
        if (end == std::string::npos) break;
        parts.push_back(makeText(text.part(begin, end), state));
        state.spendSteps();
        begin = end + separator->bytes.size();
    }
    parts.push_back(makeText(text.part(begin, text.bytes.size()), state));
    return parts;
}

Text replace(const Text& text, const Text& wanted, const Text& replacement, std::int64_t limit,
             RenderState& state) {
    Text result;
    std::vector<std::size_t> places;
    if (wanted.bytes.empty()) {
        places = characterOffsets(text.bytes);
    } else {
        for (std::size_t at = findText(text.bytes, wanted.bytes); at != std::string::npos;
             at = findText(text.bytes, wanted.bytes, at + wanted.bytes.size())) {
            state.spendSteps();
            places.push_back(at);
        }
    }
    if (limit >= 0 && places.size() > static_cast<std::size_t>(limit))
        places.resize(static_cast<std::size_t>(limit));
    std::size_t begin = 0;
    for (const std::size_t place : places) {
        state.spendBytes(static_cast<std::int64_t>(place - begin + replacement.bytes.size()));
        result.append(text.part(begin, place));
        result.append(replacement);
        begin = place + wanted.bytes.size();
    }
    result.append(text.part(begin, text.bytes.size()));
    return result;
}

Text join(const std::vector<Value>& items, const Text& separator, RenderState& state) {
    Text result;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Text item = toText(items[i], state);
        state.spendBytes(static_cast<std::int64_t>(item.bytes.size() + separator.bytes.size()));
        if (i > 0) result.append(separator);
        result.append(item);
    }
    return result;
}

Text changeCase(const Text& text, bool upper, RenderState& state) {
    Text result = text;
    for (std::size_t i = 0; i < text.bytes.size();
         i += nextUtf8(std::string_view(text.bytes).substr(i)).length) {
        const char32_t character = characterAt(text.bytes, i);
        if (character >= 0x80) {
            // Letters without case (Chinese, for instance) would be safe, but their tables are not here.
            if (charClass(character) == CharClass::letter && character < 0x3000)
                state.failUnsupported("upper or lower case of a letter outside of ASCII is not implemented");
        } else if (upper ? character >= 'a' && character <= 'z' : character >= 'A' && character <= 'Z') {
            result.bytes[i] = static_cast<char>(character ^ 0x20);
        }
    }
    return result;
}

}  // namespace sightline::chat_template
