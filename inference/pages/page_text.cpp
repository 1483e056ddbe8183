// A page as plain text: its lines in reading order, what stands beside each other on one line, with the gaps
// as spaces.
#include <algorithm>
#include <cmath>
#include <vector>

#include "inference/pages/page.h"

namespace sightline {
namespace {

constexpr int widest_gap = 40;  // spaces

int countCharacters(const std::string& utf8) {
    return static_cast<int>(
        std::count_if(utf8.begin(), utf8.end(), [](char unit) { return (unit & 0xC0) != 0x80; }));
}

// Pixels that a usual character takes.
double usualAdvance(const Page& page) {
    std::vector<double> widths;
    for (const Block& block : page.blocks) {
        for (const Line& line : block.lines) {
            const int characters = countCharacters(line.text);
            if (characters > 3) widths.push_back(boundingBox(line.quad).width() / characters);
        }
    }
    if (widths.empty()) return 8;
    const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
    std::nth_element(widths.begin(), middle, widths.end());
    return std::max(1.0, *middle);
}

class TextWriter {
  public:
    TextWriter(const Page& page, std::vector<TextPlace>* places)
        : page_(page), places_(places), advance_(usualAdvance(page)) {}

    std::string write() {
        for (std::size_t i = 0; i < page_.blocks.size(); ++i) {
            const Block& block = page_.blocks[i];
            const bool same_row = i > 0 && block.row == page_.blocks[i - 1].row;
            if (i > 0 && !same_row && needsBlankLine(page_.blocks[i - 1], block)) text_ += '\n';
            if (block.kind == BlockKind::table) {
                writeTable(static_cast<int>(i));
            } else {
                writeLines(static_cast<int>(i), same_row);
            }
        }
        endLine();
        return std::move(text_);
    }

  private:
    static bool needsBlankLine(const Block& before, const Block& block) {
        return before.kind != BlockKind::label || block.kind != BlockKind::label;
    }

    void writeLines(int block_index, bool continues_row) {
        const Block& block = page_.blocks[static_cast<std::size_t>(block_index)];
        for (std::size_t i = 0; i < block.lines.size(); ++i) {
            if (i > 0 || !continues_row) endLine();
            put(block_index, static_cast<int>(i));
        }
    }

    void writeTable(int block_index) {
        const Block& table = page_.blocks[static_cast<std::size_t>(block_index)];
        int row = -1;
        for (const Cell& cell : table.cells) {
            if (cell.row != row) endLine();
            row = cell.row;
            for (int i = 0; i < cell.line_count; ++i)
                put(block_index, cell.first_line + i);
        }
    }

    void put(int block_index, int line_index) {
        const Line& line =
            page_.blocks[static_cast<std::size_t>(block_index)].lines[static_cast<std::size_t>(line_index)];
        const Box box = boundingBox(line.quad);
        if (last_) {
            const double gap = box.left - boundingBox(last_->quad).right;
            text_.append(static_cast<std::size_t>(
                             std::clamp(static_cast<int>(std::lround(gap / advance_)), 1, widest_gap)),
                         ' ');
        } else {
            text_.append(static_cast<std::size_t>(std::max(0, line.indent)), ' ');
        }
        const std::size_t begin = text_.size();
        text_ += line.text;
        if (places_) places_->push_back({block_index, line_index, begin, text_.size()});
        last_ = &line;
    }

    void endLine() {
        if (last_) text_ += '\n';
        last_ = nullptr;
    }

    const Page& page_;
    std::vector<TextPlace>* places_;
    const double advance_;
    std::string text_;
    const Line* last_ = nullptr;  // on the line that is being written
};

}  // namespace

std::string toPlainText(const Page& page, std::vector<TextPlace>* places) {
    if (places) places->clear();
    return TextWriter(page, places).write();
}

}  // namespace sightline
