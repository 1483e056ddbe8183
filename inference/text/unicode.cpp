#include "inference/text/unicode.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

namespace sightline {

namespace {

struct ClassRange {
    char32_t first;
    char32_t last;
    std::uint8_t value;
};

struct Decomposition {
    char32_t character;
    char32_t first;
    char32_t second;
    bool composes;
};

#include "inference/text/unicode_tables.inc"

// The arithmetic of Hangul syllables, The Unicode Standard, section 3.12.
constexpr char32_t hangul_base = 0xAC00;
constexpr char32_t leading_base = 0x1100;
constexpr char32_t vowel_base = 0x1161;
constexpr char32_t trailing_base = 0x11A7;
constexpr char32_t leading_count = 19;
constexpr char32_t vowel_count = 21;
constexpr char32_t trailing_count = 28;
constexpr char32_t hangul_count = leading_count * vowel_count * trailing_count;

// Nothing below has a combining class or takes part in a composition as its second half.
constexpr char32_t first_mark = 0x300;

template <std::size_t count>
std::uint8_t valueInRanges(const ClassRange (&ranges)[count], char32_t character) {
    const auto* end = std::end(ranges);
    const auto* range = std::upper_bound(std::begin(ranges), end, character,
                                         [](char32_t c, const ClassRange& r) { return c < r.first; });
    if (range == std::begin(ranges)) return 0;
    --range;
    return character <= range->last ? range->value : 0;
}

std::uint8_t combiningClass(char32_t character) {
    return character < first_mark ? 0 : valueInRanges(combining_ranges, character);
}

const Decomposition* findDecomposition(char32_t character) {
    const auto* entry = std::lower_bound(std::begin(decompositions), std::end(decompositions), character,
                                         [](const Decomposition& d, char32_t c) { return d.character < c; });
    return entry != std::end(decompositions) && entry->character == character ? entry : nullptr;
}

void appendDecomposed(std::vector<char32_t>& text, char32_t character) {
    if (character - hangul_base < hangul_count) {
        const char32_t index = character - hangul_base;
        text.push_back(leading_base + index / (vowel_count * trailing_count));
        text.push_back(vowel_base + index % (vowel_count * trailing_count) / trailing_count);
        if (index % trailing_count != 0) text.push_back(trailing_base + index % trailing_count);
        return;
    }
    const Decomposition* entry = character < 0xC0 ? nullptr : findDecomposition(character);
    if (entry == nullptr) {
        text.push_back(character);
        return;
    }
    appendDecomposed(text, entry->first);  // the table's chains are at most four long
    if (entry->second != 0) appendDecomposed(text, entry->second);
}

std::uint64_t pairKey(char32_t first, char32_t second) {
    return (static_cast<std::uint64_t>(first) << 32) | second;
}

// 0 if the two don't compose.
char32_t composed(char32_t first, char32_t second) {
    static const auto compositions = [] {
        std::unordered_map<std::uint64_t, char32_t> map;
        for (const Decomposition& entry : decompositions)
            if (entry.composes) map.emplace(pairKey(entry.first, entry.second), entry.character);
        return map;
    }();
    if (first - leading_base < leading_count && second - vowel_base < vowel_count)
        return hangul_base + ((first - leading_base) * vowel_count + second - vowel_base) * trailing_count;
    if (first - hangul_base < hangul_count && (first - hangul_base) % trailing_count == 0 &&
        second > trailing_base && second < trailing_base + trailing_count)
        return first + second - trailing_base;
    const auto entry = compositions.find(pairKey(first, second));
    return entry == compositions.end() ? 0 : entry->second;
}

void sortMarks(std::vector<char32_t>& text) {
    for (std::size_t i = 0; i < text.size();) {
        if (combiningClass(text[i]) == 0) {
            ++i;
            continue;
        }
        std::size_t end = i + 1;
        while (end < text.size() && combiningClass(text[end]) != 0)
            ++end;
        std::stable_sort(text.begin() + static_cast<std::ptrdiff_t>(i),
                         text.begin() + static_cast<std::ptrdiff_t>(end),
                         [](char32_t a, char32_t b) { return combiningClass(a) < combiningClass(b); });
        i = end;
    }
}

// In place: `kept` characters are final but for the last starter, which may still grow.
void compose(std::vector<char32_t>& text) {
    constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t starter = none;
    std::size_t kept = 0;
    int last_class = -1;  // of what was kept after the starter
    for (const char32_t character : text) {
        const int own_class = combiningClass(character);
        if (starter != none && last_class < own_class) {
            if (const char32_t pair = composed(text[starter], character); pair != 0) {
                text[starter] = pair;
                continue;
            }
        }
        if (own_class == 0) {
            starter = kept;
            last_class = -1;
        } else {
            last_class = own_class;
        }
        text[kept++] = character;
    }
    text.resize(kept);
}

}  // namespace

CharClass charClass(char32_t character) {
    if (character < 0x80) {
        if ((character | 0x20) - 'a' < 26) return CharClass::letter;
        if (character - '0' < 10) return CharClass::number;
        return character == ' ' || character - '\t' < 5 ? CharClass::space : CharClass::other;
    }
    return static_cast<CharClass>(valueInRanges(class_ranges, character));
}

// Table 3-7 of The Unicode Standard: the first byte decides the length and what the second one may be.
Utf8Step nextUtf8(std::string_view bytes) {
    using Kind = Utf8Step::Kind;
    const auto lead = static_cast<unsigned char>(bytes[0]);
    if (lead < 0x80) return {Kind::character, lead, 1};
    if (lead < 0xC2 || lead > 0xF4) return {};
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    char32_t character = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (i == bytes.size()) return {Kind::cut, 0xFFFD, i};
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if (byte < lowest || byte > highest) return {Kind::invalid, 0xFFFD, i};
        character = (character << 6) | (byte & 0x3Fu);
        lowest = 0x80;
        highest = 0xBF;
    }
    return {Kind::character, character, length};
}

bool isUtf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const Utf8Step step = nextUtf8(bytes);
        if (step.kind != Utf8Step::Kind::character) return false;
        bytes.remove_prefix(step.length);
    }
    return true;
}

std::string toValidUtf8(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const Utf8Step step = nextUtf8(bytes);
        appendUtf8(text, step.character);
        bytes.remove_prefix(step.length);
    }
    return text;
}

void appendUtf8(std::string& bytes, char32_t character) {
    const auto add = [&bytes](char32_t value) { bytes.push_back(static_cast<char>(value)); };
    if (character < 0x80) {
        add(character);
    } else if (character < 0x800) {
        add(0xC0 | (character >> 6));
        add(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        add(0xE0 | (character >> 12));
        add(0x80 | ((character >> 6) & 0x3F));
        add(0x80 | (character & 0x3F));
    } else {
        add(0xF0 | (character >> 18));
        add(0x80 | ((character >> 12) & 0x3F));
        add(0x80 | ((character >> 6) & 0x3F));
        add(0x80 | (character & 0x3F));
    }
}

std::vector<char32_t> codePoints(std::string_view utf8) {
    std::vector<char32_t> text;
    text.reserve(utf8.size());
    while (!utf8.empty()) {
        const Utf8Step step = nextUtf8(utf8);
        text.push_back(step.character);
        utf8.remove_prefix(step.length);
    }
    return text;
}

std::string normalizeNfc(std::string_view utf8) {
    // Bytes below 0xCC are characters below U+0300, which NFC leaves alone.
    const bool has_marks = std::any_of(utf8.begin(), utf8.end(),
                                       [](char byte) { return static_cast<unsigned char>(byte) >= 0xCC; });
    if (!has_marks) return std::string(utf8);
    std::vector<char32_t> text;
    text.reserve(utf8.size());
    for (const char32_t character : codePoints(utf8))
        appendDecomposed(text, character);
    sortMarks(text);
    compose(text);
    std::string result;
    result.reserve(utf8.size());
    for (const char32_t character : text)
        appendUtf8(result, character);
    return result;
}

}  // namespace sightline
