#include "inference/tools/question_place.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>
#include <sstream>
#include <vector>

namespace sightline {
namespace {

// What a question says about every element.
const std::set<std::string> common_words = {
    "a",      "an",     "and",   "at",    "box",    "button", "buttons", "check",    "checkbox", "column",
    "dialog", "does",   "entry", "field", "file",   "find",   "folder",  "for",      "from",     "icon",
    "in",     "is",     "item",  "label", "line",   "link",   "list",    "menu",     "of",       "on",
    "open",   "option", "page",  "row",   "select", "shows",  "tab",     "text",     "that",     "the",
    "this",   "to",     "where", "which", "with",   "window", "body",    "selector", "toolbar"};

// Between quotation marks of either kind.
std::vector<std::string> quotedIn(const std::string& question) {
    std::vector<std::string> found;
    const std::array<std::array<std::string, 2>, 3> marks = {{{"\"", "\""}, {"“", "”"}, {"「", "」"}}};
    for (const auto& [open, close] : marks) {
        for (std::size_t from = question.find(open); from != std::string::npos;) {
            from += open.size();
            const std::size_t to = question.find(close, from);
            if (to == std::string::npos) break;
            if (to > from) found.push_back(question.substr(from, to - from));
            from = question.find(open, to + close.size());
        }
    }
    return found;
}

std::vector<std::string> contentWords(const std::string& question) {
    std::vector<std::string> words;
    std::istringstream stream(question);
    for (std::string word; stream >> word;) {
        while (!word.empty() && (word.back() == '?' || word.back() == ',' || word.back() == '.'))
            word.pop_back();
        std::string lower = word;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (!word.empty() && common_words.count(lower) == 0) words.push_back(word);
    }
    return words;
}

std::size_t lettersOf(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return c != ' ' && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

struct Candidate {
    double score = -1;
    Box box;
};

void consider(const Page& page, const std::string& query, double handicap, Candidate& best) {
    FindOptions options;
    options.least_similarity = 0.6;
    for (const Match& match : page.find(query, options)) {
        const Line& line =
            page.blocks[static_cast<std::size_t>(match.block)].lines[static_cast<std::size_t>(match.line)];
        // A whole label before a part of a sentence.
        const double whole = lettersOf(match.text) == lettersOf(line.text) ? 0.06 : 0.0;
        const double score = match.similarity - handicap + whole;
        if (score > best.score) best = {score, match.box};
    }
}

int thousandth(double value, int side) {
    return std::clamp(static_cast<int>(std::lround(1000 * value / std::max(1, side))), 0, 1000);
}

}  // namespace

std::optional<Thousandths> placeOf(const Page& page, const std::string& question) {
    Candidate best;
    const std::vector<std::string> quoted = quotedIn(question);
    for (const std::string& words : quoted)
        consider(page, words, 0, best);
    if (quoted.empty()) {
        const std::vector<std::string> words = contentWords(question);
        std::string together;
        for (const std::string& word : words)
            together += (together.empty() ? "" : " ") + word;
        consider(page, together, 0, best);
        for (const std::string& word : words)
            consider(page, word, 0.15, best);
    }
    if (best.score < 0) return std::nullopt;
    return Thousandths{thousandth(best.box.left, page.width), thousandth(best.box.top, page.height),
                       thousandth(best.box.right, page.width), thousandth(best.box.bottom, page.height)};
}

}  // namespace sightline
