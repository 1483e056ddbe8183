// Pages made by hand, every character 10 pixels wide and 20 high.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "inference/pages/page.h"

namespace sightline::test {

constexpr double character_width = 10;
constexpr double line_height = 20;

inline int charactersOf(const std::string& utf8) {
    return static_cast<int>(
        std::count_if(utf8.begin(), utf8.end(), [](char unit) { return (unit & 0xC0) != 0x80; }));
}

inline Line pageLine(const std::string& text, double left = 0, double top = 0) {
    Line line;
    line.text = line.raw_text = text;
    line.confidence = 1;
    line.quad = quadOf({left, top, left + character_width * charactersOf(text), top + line_height});
    for (std::size_t begin = text.find_first_not_of(' '); begin != std::string::npos;) {
        const std::size_t end = std::min(text.size(), text.find(' ', begin));
        const std::string word = text.substr(begin, end - begin);
        const double x = left + character_width * charactersOf(text.substr(0, begin));
        line.words.push_back(
            {word, quadOf({x, top, x + character_width * charactersOf(word), top + line_height}), 1});
        begin = text.find_first_not_of(' ', end);
    }
    return line;
}

// The lines stand below each other; all but the last go on if `joins`.
inline Block pageBlock(BlockKind kind, int row, const std::vector<std::string>& texts, bool joins = false) {
    Block block;
    block.kind = kind;
    block.row = row;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        block.lines.push_back(pageLine(texts[i], 0, 100.0 * row + 25.0 * static_cast<double>(i)));
        block.lines.back().joins_next = joins && i + 1 < texts.size();
    }
    return block;
}

// A table of one line a cell; an empty text is a cell left out. Columns are 200 pixels wide.
inline Block pageTable(int row, const std::vector<std::vector<std::string>>& texts) {
    Block table;
    table.kind = BlockKind::table;
    table.row = row;
    table.rows = static_cast<int>(texts.size());
    for (std::size_t y = 0; y < texts.size(); ++y) {
        table.columns = std::max(table.columns, static_cast<int>(texts[y].size()));
        for (std::size_t x = 0; x < texts[y].size(); ++x) {
            if (texts[y][x].empty()) continue;
            table.cells.push_back(
                {static_cast<int>(y), static_cast<int>(x), static_cast<int>(table.lines.size()), 1});
            table.lines.push_back(pageLine(texts[y][x], 200.0 * static_cast<double>(x),
                                           100.0 * row + 25.0 * static_cast<double>(y)));
        }
    }
    return table;
}

inline Page pageOf(std::vector<Block> blocks) {
    Page page;
    page.width = 1000;
    page.height = 1000;
    page.confidence = 1;
    page.blocks = std::move(blocks);
    return page;
}

}  // namespace sightline::test
