#include "inference/reading/page_blocks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "inference/reading/line_words.h"

namespace sightline {
namespace {

constexpr int widest_indent = 80;  // characters
constexpr double heading_ratio = 1.3;

// A bullet, a dash, or a number with a point before a space.
bool beginsListItem(const TextLine& line) {
    const auto& c = line.characters;
    if (c.size() < 3) return false;
    constexpr std::u32string_view marks = U"\u2022\u25E6\u25AA\u25CF\u25A0\u25CB\u25B6-*\u2013\u00B7";
    if (marks.find(c[0].code) != std::u32string_view::npos) return c[1].code == U' ';
    std::size_t i = 0;
    while (i < c.size() && i < 3 && isDigit(c[i].code))
        ++i;
    return i > 0 && i + 1 < c.size() && (c[i].code == U'.' || c[i].code == U')') && c[i + 1].code == U' ';
}

Box boxAround(const std::vector<Line>& lines) {
    constexpr double far = std::numeric_limits<double>::max();
    Box box{far, far, -far, -far};
    for (const Line& line : lines) {
        const Box each = boundingBox(line.quad);
        box = {std::min(box.left, each.left), std::min(box.top, each.top), std::max(box.right, each.right),
               std::max(box.bottom, each.bottom)};
    }
    return box;
}

class BlockMaker {
  public:
    BlockMaker(const std::vector<LineRow>& rows, const BlockContext& context, Page& page)
        : rows_(rows), context_(context), page_(page) {
        left_ = std::numeric_limits<double>::max();
        right_ = -left_;
        for (const LineRow& row : rows) {
            for (const PlacedLine& line : row) {
                left_ = std::min(left_, line.box.left);
                right_ = std::max(right_, line.box.right);
            }
        }
        next_row_ = page.blocks.empty() ? 0 : page.blocks.back().row + 1;
    }

    void make() {
        for (std::size_t i = 0; i < rows_.size();) {
            if (rows_[i].size() > 1) {
                std::size_t end = i + 1;
                while (end < rows_.size() && continuesTable(end, end - 1))
                    ++end;
                if (!makeTable(i, end)) {
                    for (std::size_t k = i; k < end; ++k)
                        makeLabels(rows_[k]);
                }
                i = end;
            } else {
                std::size_t end = i + 1;
                while (end < rows_.size() && rows_[end].size() == 1 &&
                       continues(rows_[end - 1][0], rows_[end][0]))
                    ++end;
                makeText(i, end);
                i = end;
            }
        }
    }

  private:
    const TextLine& lineOf(const PlacedLine& placed) const { return context_.lines[placed.index]; }

    Line makeLine(const PlacedLine& placed) const {
        Line line = wordsOf(lineOf(placed));
        const double indent = (placed.box.left - left_) / std::max(1.0, context_.advance);
        line.indent = std::clamp(static_cast<int>(std::lround(indent)), 0, widest_indent);
        return line;
    }

    // The second line belongs to the block of the first.
    bool continues(const PlacedLine& before, const PlacedLine& line) const {
        const double height = std::min(before.box.height(), line.box.height());
        const double gap = line.box.top - before.box.bottom;
        if (gap > 1.0 * height || std::max(before.box.height(), line.box.height()) > 1.35 * height)
            return false;
        const bool code = hasFixedPitch(lineOf(before)) || hasFixedPitch(lineOf(line));
        if (code) return true;
        if (beginsListItem(lineOf(line))) return false;
        // Something that stands far to the side is no continuation.
        return std::min(before.box.right, line.box.right) - std::max(before.box.left, line.box.left) > 0;
    }

    // A row of a table, or a single line between two of its rows that continues a cell.
    bool continuesTable(std::size_t row, std::size_t before) const {
        const auto bottom = [](const LineRow& each) {
            double edge = 0;
            for (const PlacedLine& line : each)
                edge = std::max(edge, line.box.bottom);
            return edge;
        };
        const auto top = [](const LineRow& each) {
            double edge = std::numeric_limits<double>::max();
            for (const PlacedLine& line : each)
                edge = std::min(edge, line.box.top);
            return edge;
        };
        return rows_[row].size() > 1 && top(rows_[row]) - bottom(rows_[before]) < 2.0 * context_.body_height;
    }

    void makeText(std::size_t from, std::size_t to) {
        Block block;
        block.row = next_row_++;
        double height = 0;
        std::size_t fixed = 0;
        for (std::size_t i = from; i < to; ++i) {
            const PlacedLine& placed = rows_[i][0];
            Line line = makeLine(placed);
            height += placed.box.height() / static_cast<double>(to - from);
            fixed += hasFixedPitch(lineOf(placed));
            if (i + 1 < to) line.joins_next = joins(placed, rows_[i + 1][0], i == from);
            block.lines.push_back(std::move(line));
        }
        const bool single = to - from == 1;
        const double ratio = height / std::max(1.0, context_.body_height);
        if (2 * fixed > to - from) {
            block.kind = BlockKind::code;
            for (Line& line : block.lines)
                line.joins_next = false;
        } else if (ratio > heading_ratio && to - from <= 3) {
            block.kind = BlockKind::heading;
            block.heading_level = ratio > 2.0 ? 1 : ratio > 1.6 ? 2 : 3;
            for (std::size_t i = 0; i + 1 < block.lines.size(); ++i)
                block.lines[i].joins_next = true;
        } else if (beginsListItem(lineOf(rows_[from][0]))) {
            block.kind = BlockKind::list_item;
        } else if (single && rows_[from][0].box.width() < 0.4 * (right_ - left_)) {
            block.kind = BlockKind::label;
        }
        block.box = boxAround(block.lines);
        page_.blocks.push_back(std::move(block));
    }

    // The paragraph goes on: the line reaches so far right that the next word would not have fitted.
    bool joins(const PlacedLine& line, const PlacedLine& next, bool first) const {
        const Line words = wordsOf(lineOf(next));
        if (words.words.empty()) return false;
        // Of one paragraph only the first line may be indented, or all but the first line of a list item.
        const double indent = next.box.left - line.box.left;
        const bool hanging = beginsListItem(lineOf(line)) && indent > 0;
        const double slack = 1.5 * context_.advance;
        if ((indent > slack && !hanging) || (indent < -slack && !first)) return false;
        const double first_word = boundingBox(words.words[0].quad).width();
        double edge = 0;
        for (const LineRow& row : rows_) {
            for (const PlacedLine& each : row)
                edge = std::max(edge, each.box.right);
        }
        return line.box.right + first_word + context_.advance > edge - 2 * context_.body_height;
    }

    void makeLabels(const LineRow& row) {
        for (const PlacedLine& placed : row) {
            Block block;
            block.kind = BlockKind::label;
            block.row = next_row_;
            block.lines.push_back(makeLine(placed));
            block.box = boxAround(block.lines);
            page_.blocks.push_back(std::move(block));
        }
        ++next_row_;
    }

    // Columns are where the boxes of the rows, laid over each other, leave a gap that less than half of the
    // rows cross: a title or a sum may reach over two columns.
    std::vector<std::pair<double, double>> columnsOf(std::size_t from, std::size_t to) const {
        std::vector<std::pair<double, int>> edges;  // +1 where a box begins, -1 where it ends
        for (std::size_t i = from; i < to; ++i) {
            for (const PlacedLine& line : rows_[i]) {
                edges.emplace_back(line.box.left, 1);
                edges.emplace_back(line.box.right, -1);
            }
        }
        std::sort(edges.begin(), edges.end());
        const int crossing = (static_cast<int>(to - from) - 1) / 2;
        std::vector<std::pair<double, double>> columns;
        int boxes = 0;
        double end = -std::numeric_limits<double>::max();
        for (const auto& [place, change] : edges) {
            const bool inside = boxes > crossing;
            boxes += change;
            if (inside == (boxes > crossing)) continue;
            if (inside) {
                columns.back().second = end = place;
            } else if (columns.empty() || place > end + 0.2 * context_.body_height) {
                columns.emplace_back(place, place);
            }
        }
        return columns;
    }

    static std::size_t columnOf(const Box& box, const std::vector<std::pair<double, double>>& columns) {
        std::size_t best = 0;
        double most = -std::numeric_limits<double>::max();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const double shared =
                std::min(box.right, columns[i].second) - std::max(box.left, columns[i].first);
            if (shared <= most) continue;
            best = i;
            most = shared;
        }
        return best;
    }

    bool makeTable(std::size_t from, std::size_t to) {
        if (to - from < 2) return false;
        const auto columns = columnsOf(from, to);
        std::size_t cells = 0;
        for (std::size_t i = from; i < to; ++i)
            cells += rows_[i].size();
        const std::size_t places = columns.size() * (to - from);
        if (columns.size() < 2 || 2 * cells < places) return false;
        Block block;
        block.kind = BlockKind::table;
        block.row = next_row_++;
        block.rows = static_cast<int>(to - from);
        block.columns = static_cast<int>(columns.size());
        for (std::size_t i = from; i < to; ++i) {
            for (const PlacedLine& placed : rows_[i]) {
                const int row = static_cast<int>(i - from);
                const int place = static_cast<int>(columnOf(placed.box, columns));
                if (!block.cells.empty() && block.cells.back().row == row &&
                    block.cells.back().column == place) {
                    ++block.cells.back().line_count;
                } else {
                    block.cells.push_back({row, place, static_cast<int>(block.lines.size()), 1});
                }
                block.lines.push_back(makeLine(placed));
            }
        }
        block.box = boxAround(block.lines);
        page_.blocks.push_back(std::move(block));
        return true;
    }

    const std::vector<LineRow>& rows_;
    const BlockContext& context_;
    Page& page_;
    double left_ = 0;
    double right_ = 0;
    int next_row_ = 0;
};

}  // namespace

void appendBlocks(const std::vector<LineRow>& rows, const BlockContext& context, Page& page) {
    BlockMaker(rows, context, page).make();
}

}  // namespace sightline
