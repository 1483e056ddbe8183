#include "inference/reading/pointing_question.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

namespace sightline {
namespace {

using Words = std::vector<std::string>;

struct Quotes {
    std::string_view open;
    std::string_view close;
};
constexpr std::array<Quotes, 6> quotes{
    {{"\"", "\""}, {"“", "”"}, {"„", "“"}, {"「", "」"}, {"『", "』"}, {"«", "»"}}};

// The words for a kind of element. Of several kinds the first here wins: "box" and "field" say more than the
// button or the menu that stands beside them in the question.
struct KindWords {
    ElementKind kind;
    std::set<std::string> words;
    std::vector<std::string_view> chinese;
};
const std::array<KindWords, 7>& kindWords() {
    static const std::array<KindWords, 7> all{{
        {ElementKind::check,
         {"checkbox", "check", "radio", "toggle", "switch", "option", "tickbox"},
         {"复选框", "单选按钮", "单选框", "开关"}},
        {ElementKind::field,
         {"field", "selector", "combo", "combobox", "dropdown", "spin", "spinner", "spinbox", "input", "box",
          "textbox"},
         {"输入框", "文本框", "下拉框", "下拉列表", "搜索框", "组合框"}},
        {ElementKind::button, {"button", "buttons"}, {"按钮"}},
        {ElementKind::tab, {"tab"}, {"标签页", "选项卡"}},
        {ElementKind::link, {"link", "hyperlink"}, {"超链接", "链接"}},
        {ElementKind::entry, {"menu", "entry", "item", "row"}, {"菜单项", "菜单", "条目"}},
        {ElementKind::icon, {"icon", "file", "folder", "directory"}, {"图标", "文件夹", "文件"}},
    }};
    return all;
}

// Say nothing about the text that is looked for.
const std::set<std::string>& emptyWords() {
    static const std::set<std::string> words{
        "where", "is",    "are",    "the",  "a",    "an",   "that",  "which",    "shows",
        "show",  "named", "called", "with", "text", "find", "click", "labelled", "labeled",
        "it",    "this",  "me",     "says", "can",  "i",    "does",  "do",       "please"};
    return words;
}
constexpr std::array<std::string_view, 10> empty_chinese{"在哪里", "在哪儿", "在哪", "哪里", "请问",
                                                         "请",     "点击",   "位置", "是",   "的"};

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
    return text;
}

bool isAscii(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Takes the quoted parts out of the question.
Words quotedIn(std::string& question) {
    Words found;
    for (const auto& [open, close] : quotes) {
        for (std::size_t from = question.find(open); from != std::string::npos;
             from = question.find(open, from)) {
            const std::size_t text = from + open.size();
            const std::size_t to = question.find(close, text);
            if (to == std::string::npos) break;
            if (to > text) found.push_back(question.substr(text, to - text));
            question.replace(from, to + close.size() - from, " ");
        }
    }
    return found;
}

void replaceAll(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

Words wordsOf(const std::string& text) {
    Words words;
    std::string word;
    const auto finish = [&] {
        while (!word.empty() && std::string_view("?!,.;:").find(word.back()) != std::string_view::npos)
            word.pop_back();
        if (!word.empty()) words.push_back(std::exchange(word, {}));
    };
    for (const char c : text) {
        if (static_cast<unsigned char>(c) <= ' ')
            finish();
        else
            word += c;
    }
    finish();
    return words;
}

ElementKind kindOf(const Words& words, const std::string& question) {
    for (const KindWords& kind : kindWords()) {
        const bool named =
            std::any_of(words.begin(), words.end(),
                        [&](const std::string& word) { return kind.words.count(lowered(word)) > 0; }) ||
            std::any_of(kind.chinese.begin(), kind.chinese.end(),
                        [&](std::string_view name) { return question.find(name) != std::string::npos; });
        if (named) return kind.kind;
    }
    return ElementKind::any;
}

// Without what stands in "the print button in the toolbar": where it is says nothing about what it reads.
Words withoutPlace(const Words& words) {
    for (std::size_t i = 2; i + 2 < words.size(); ++i) {
        const std::string word = lowered(words[i]);
        const bool place = word == "in" || word == "on" || word == "at" || word == "of" || word == "inside";
        if (place && lowered(words[i + 1]) == "the")
            return {words.begin(), words.begin() + static_cast<std::ptrdiff_t>(i)};
    }
    return words;
}

Words contentOf(const Words& words, ElementKind kind) {
    const auto& all = kindWords();
    const auto names = std::find_if(all.begin(), all.end(),
                                    [&](const KindWords& candidate) { return candidate.kind == kind; });
    Words content;
    for (const std::string& word : words) {
        const std::string lower = lowered(word);
        const bool names_kind = names != all.end() && (names->words.count(lower) > 0 ||
                                                       (kind == ElementKind::check && lower == "box"));
        if (!names_kind && emptyWords().count(lower) == 0) content.push_back(word);
    }
    return content;
}

}  // namespace

PointingQuestion parseQuestion(std::string_view question) {
    std::string rest(question);
    const Words quoted = quotedIn(rest);
    for (const std::string_view mark : {"？", "。", "，", "！"})
        replaceAll(rest, mark, " ");
    const Words words = wordsOf(rest);
    PointingQuestion result;
    result.kind = kindOf(withoutPlace(words), rest);
    if (result.kind == ElementKind::any) result.kind = kindOf(words, rest);
    for (const std::string& text : quoted)
        result.phrases.push_back({text, 0});
    if (!quoted.empty()) return result;

    for (const KindWords& kind : kindWords()) {
        if (kind.kind != result.kind) continue;
        for (const std::string_view name : kind.chinese)
            replaceAll(rest, name, " ");
    }
    for (const std::string_view nothing : empty_chinese)
        replaceAll(rest, nothing, " ");
    const Words content = contentOf(withoutPlace(wordsOf(rest)), result.kind);
    std::string together;
    for (const std::string& word : content)
        together += (together.empty() ? "" : " ") + word;
    if (!together.empty()) result.phrases.push_back({together, 0});
    constexpr double part = 0.15;
    if (content.size() > 1) {
        for (const std::string& word : content) {
            if (word.size() > 2 || !isAscii(word)) result.phrases.push_back({word, part});
        }
    }
    return result;
}

}  // namespace sightline
