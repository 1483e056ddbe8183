// A page as Markdown: headings, lists, pipe tables, fenced code, paragraphs joined.
#include <algorithm>
#include <string_view>
#include <vector>

#include "inference/pages/page.h"

namespace sightline {
namespace {

// "&amp;" or "&#65;" at `i`.
bool isEntity(std::string_view text, std::size_t i) {
    const std::size_t end = text.find_first_of("; &", i + 1);
    return end != std::string_view::npos && text[end] == ';' && end > i + 1;
}

// What would mean something else in Markdown gets a backslash.
std::string escaped(std::string_view text, bool in_table) {
    constexpr std::string_view everywhere = "\\`*_[]<>~";
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (everywhere.find(c) != std::string_view::npos || (in_table && c == '|') ||
            (c == '&' && isEntity(text, i)))
            out += '\\';
        out += c;
    }
    if (in_table || out.empty()) return out;
    // At the beginning of a line: headings, quotes, lists, numbers, rules.
    const auto digits = static_cast<std::size_t>(
        std::find_if_not(out.begin(), out.end(), [](char c) { return c >= '0' && c <= '9'; }) - out.begin());
    if (out[0] == '#' || out[0] == '+' || out[0] == '-' || out[0] == '=' || out[0] == '|') {
        out.insert(0, 1, '\\');
    } else if (digits > 0 && digits < out.size() && (out[digits] == '.' || out[digits] == ')')) {
        out.insert(digits, 1, '\\');
    }
    return out;
}

bool endsWithHyphen(const std::string& text) {
    return text.size() > 1 && text.back() == '-' && text[text.size() - 2] != ' ' &&
           text[text.size() - 2] != '-';
}

bool beginsLowercase(const std::string& text) {
    return !text.empty() &&
           ((text[0] >= 'a' && text[0] <= 'z') || static_cast<unsigned char>(text[0]) == 0xC3);
}

// Chinese and Japanese lines are joined without a space.
bool isWide(const std::string& text, bool at_end) {
    if (text.size() < 3) return false;
    const auto lead = static_cast<unsigned char>(at_end ? text[text.size() - 3] : text[0]);
    return lead >= 0xE3 && lead <= 0xED;
}

std::string joined(const Block& block) {
    std::string out;
    for (std::size_t i = 0; i < block.lines.size(); ++i) {
        const std::string& text = block.lines[i].text;
        if (i > 0) {
            const Line& before = block.lines[i - 1];
            if (!before.joins_next) {
                out += "  \n";  // a line break that is meant
            } else if (endsWithHyphen(before.text)) {
                // A word that was cut, and not "North-West" or "10-12".
                if (beginsLowercase(text)) out.pop_back();
            } else if (!(isWide(before.text, true) && isWide(text, false))) {
                out += ' ';
            }
        }
        const bool begins_line = i == 0 || !block.lines[i - 1].joins_next;
        std::string part = escaped(text, false);
        if (!begins_line) part = escaped("x" + text, false).substr(1);
        out += part;
    }
    return out;
}

// A # at the end of a heading would be taken for its closing mark.
std::string heading(const Block& block) {
    std::string text = joined(block);
    const std::size_t last = text.find_last_not_of('#');
    if (last != std::string::npos && last + 1 < text.size() && text[last] == ' ')
        text.insert(last + 1, 1, '\\');
    return std::string(static_cast<std::size_t>(std::clamp(block.heading_level, 1, 6)), '#') + ' ' + text;
}

std::string withoutMark(std::string text) {
    for (const char* mark : {"\u2022", "\u25e6", "\u25aa", "\u25cf", "\u25a0", "\u25cb", "\u25b6", "\u00b7",
                             "-", "*", "\u2013"}) {
        if (text.rfind(mark, 0) != 0) continue;
        text.erase(0, std::string_view(mark).size());
        text.erase(
            0, text.find_first_not_of(' ') == std::string::npos ? text.size() : text.find_first_not_of(' '));
        break;
    }
    return text;
}

std::string listItem(Block block) {
    if (block.lines.empty()) return {};
    const std::string first = block.lines[0].text;
    block.lines[0].text = withoutMark(first);
    const bool numbered = block.lines[0].text == first;
    if (!numbered) return "- " + joined(block);
    std::string text = joined(block);
    // A number at the beginning is the list's own and must not be escaped.
    const std::size_t slash = text.find('\\');
    const bool escaped_number = slash != std::string::npos && slash > 0 &&
                                std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(slash),
                                            [](char c) { return c >= '0' && c <= '9'; });
    if (escaped_number) text.erase(slash, 1);
    return text;
}

std::string table(const Block& block) {
    std::vector<std::vector<std::string>> cells(
        static_cast<std::size_t>(std::max(block.rows, 0)),
        std::vector<std::string>(static_cast<std::size_t>(std::max(block.columns, 0))));
    for (const Cell& cell : block.cells) {
        std::string& text =
            cells.at(static_cast<std::size_t>(cell.row)).at(static_cast<std::size_t>(cell.column));
        for (int i = 0; i < cell.line_count; ++i) {
            if (!text.empty()) text += ' ';
            text += escaped(block.lines[static_cast<std::size_t>(cell.first_line + i)].text, true);
        }
    }
    std::string out;
    for (std::size_t row = 0; row < cells.size(); ++row) {
        out += '|';
        for (const std::string& cell : cells[row])
            out += ' ' + cell + (cell.empty() ? "|" : " |");
        out += '\n';
        if (row > 0) continue;
        out += '|';
        for (std::size_t column = 0; column < cells[row].size(); ++column)
            out += " --- |";
        out += '\n';
    }
    return out;
}

std::string code(const Block& block) {
    std::string body;
    std::size_t longest_fence = 2;
    for (const Line& line : block.lines) {
        body.append(static_cast<std::size_t>(std::max(0, line.indent)), ' ');
        body += line.text + '\n';
        for (std::size_t i = 0, run = 0; i < line.text.size(); ++i) {
            run = line.text[i] == '`' ? run + 1 : 0;
            longest_fence = std::max(longest_fence, run);
        }
    }
    const std::string fence(longest_fence + 1, '`');
    return fence + '\n' + body + fence + '\n';
}

}  // namespace

std::string toMarkdown(const Page& page) {
    std::string out;
    for (std::size_t i = 0; i < page.blocks.size(); ++i) {
        const Block& block = page.blocks[i];
        const bool beside = i > 0 && page.blocks[i - 1].row == block.row;
        const bool list_goes_on =
            i > 0 && block.kind == BlockKind::list_item && page.blocks[i - 1].kind == BlockKind::list_item;
        if (i > 0) {
            if (beside && !out.empty() && out.back() == '\n') {
                out.pop_back();
                out += " \u2003";  // labels of one row stay on one line
            } else if (!list_goes_on) {
                out += '\n';
            }
        }
        switch (block.kind) {
            case BlockKind::heading:
                out += heading(block) + '\n';
                break;
            case BlockKind::table:
                out += table(block);
                break;
            case BlockKind::code:
                out += code(block);
                break;
            case BlockKind::list_item:
                out += listItem(block) + '\n';
                break;
            case BlockKind::paragraph:
            case BlockKind::label:
                out += joined(block) + '\n';
                break;
        }
    }
    return out;
}

}  // namespace sightline
