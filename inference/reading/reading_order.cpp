#include "inference/reading/reading_order.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace sightline {
namespace {

constexpr std::size_t fewest_lines_of_a_column = 4;
// How far a line may reach beyond the left edge of its column, or the one before into it, in heights: quotes,
// marks.
constexpr double overhang_left = 1.1;
constexpr double overhang_right = 0.3;

struct Cut {
    std::vector<PlacedLine> above, left, right, below;
    std::size_t size = 0;
};

// A column of running text: long lines for their height, and most of them fill it. Narrow columns, as of a
// newspaper, must be filled more evenly, so that a column of a table is none.
bool isProse(const std::vector<PlacedLine>& lines) {
    if (lines.size() < fewest_lines_of_a_column) return false;
    double left = std::numeric_limits<double>::max();
    double right = -left;
    std::vector<double> widths;
    std::size_t prose = 0;
    for (const PlacedLine& line : lines) {
        left = std::min(left, line.box.left);
        right = std::max(right, line.box.right);
        widths.push_back(line.box.width());
        prose += line.prose;
    }
    if (2 * prose < lines.size()) return false;
    const auto filling = [&](double share) {
        return static_cast<double>(
                   std::count_if(widths.begin(), widths.end(),
                                 [&](double width) { return width > share * (right - left); })) /
               static_cast<double>(widths.size());
    };
    const double width = medianOf(widths) / medianHeight(lines);
    return (width > 9 && filling(0.6) >= 0.5) || (width > 5.5 && filling(0.75) >= 0.7);
}

// Left edges that several lines share: only there a column can begin.
std::vector<double> columnEdges(const std::vector<PlacedLine>& lines, double height) {
    std::vector<double> lefts;
    for (const PlacedLine& line : lines)
        lefts.push_back(line.box.left);
    std::sort(lefts.begin(), lefts.end());
    std::vector<double> edges;
    for (std::size_t i = 0; i + fewest_lines_of_a_column <= lefts.size(); ++i) {
        if (!edges.empty() && lefts[i] < edges.back() + 0.5 * height) continue;
        if (lefts[i + fewest_lines_of_a_column - 1] - lefts[i] < height) edges.push_back(lefts[i] - 1);
    }
    return edges;
}

double extent(const std::vector<PlacedLine>& lines, bool bottom) {
    double edge = bottom ? -std::numeric_limits<double>::max() : std::numeric_limits<double>::max();
    for (const PlacedLine& line : lines)
        edge = bottom ? std::max(edge, line.box.bottom) : std::min(edge, line.box.top);
    return edge;
}

bool isColumns(const std::vector<PlacedLine>& lines, double height);

// Prose stands on both sides of `x` and no line crosses it.
bool splitsAt(double x, const std::vector<PlacedLine>& lines, double height) {
    std::vector<PlacedLine> left;
    std::vector<PlacedLine> right;
    for (const PlacedLine& line : lines) {
        if (line.box.right <= x + overhang_right * height) {
            left.push_back(line);
        } else if (line.box.left >= x - overhang_left * height) {
            right.push_back(line);
        } else {
            return false;
        }
    }
    return isProse(left) && isColumns(right, height);
}

// One column of prose, or several beside each other.
bool isColumns(const std::vector<PlacedLine>& lines, double height) {
    if (isProse(lines)) return true;
    const std::vector<double> edges = columnEdges(lines, height);
    return std::any_of(edges.begin(), edges.end(), [&](double x) { return splitsAt(x, lines, height); });
}

double middleOf(const PlacedLine& line) {
    return (line.box.top + line.box.bottom) / 2;
}

// The largest part between two lines that cross `x` with prose on both sides of it.
std::optional<Cut> cutAt(double x, const std::vector<PlacedLine>& lines, double height) {
    const double slack_left = overhang_left * height;
    const double slack_right = overhang_right * height;
    constexpr double far = std::numeric_limits<double>::max();
    std::vector<std::pair<double, double>> bounds{{-far, -far}};
    for (const PlacedLine& line : lines) {
        if (line.box.left + slack_left < x && x < line.box.right - slack_right)
            bounds.emplace_back(line.box.top, line.box.bottom);
    }
    bounds.emplace_back(far, far);
    std::sort(bounds.begin() + 1, bounds.end() - 1);
    // Lines in the order of their middles, so that each stretch between two bounds is a range.
    std::vector<PlacedLine> sorted = lines;
    std::sort(sorted.begin(), sorted.end(),
              [](const PlacedLine& a, const PlacedLine& b) { return middleOf(a) < middleOf(b); });
    std::optional<Cut> best;
    for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
        const double top = bounds[i].second;
        const double bottom = bounds[i + 1].first;
        const auto from =
            std::lower_bound(sorted.begin(), sorted.end(), top,
                             [](const PlacedLine& line, double y) { return middleOf(line) < y; });
        Cut cut;
        bool clean = true;
        auto to = from;
        for (; to != sorted.end() && middleOf(*to) <= bottom; ++to) {
            if (to->box.right <= x + slack_right) {
                cut.left.push_back(*to);
            } else if (to->box.left >= x - slack_left) {
                cut.right.push_back(*to);
            } else {
                clean = false;
            }
        }
        cut.size = cut.left.size() + cut.right.size();
        if (!clean || (best && cut.size <= best->size) || !isProse(cut.left) || !isColumns(cut.right, height))
            continue;
        const double shared = std::min(extent(cut.left, true), extent(cut.right, true)) -
                              std::max(extent(cut.left, false), extent(cut.right, false));
        if (shared < 3 * height) continue;
        cut.above.assign(sorted.begin(), from);
        cut.below.assign(to, sorted.end());
        best = std::move(cut);
    }
    return best;
}

std::optional<Cut> findCut(const std::vector<PlacedLine>& lines) {
    if (lines.size() < 2 * fewest_lines_of_a_column) return std::nullopt;
    const double height = medianHeight(lines);
    std::optional<Cut> best;
    for (const double x : columnEdges(lines, height)) {
        auto cut = cutAt(x, lines, height);
        if (cut && (!best || cut->size > best->size)) best = std::move(cut);
    }
    return best;
}

void appendRegions(std::vector<PlacedLine> lines, std::vector<std::vector<PlacedLine>>& regions) {
    if (lines.empty()) return;
    auto cut = findCut(lines);
    if (!cut) {
        regions.push_back(std::move(lines));
        return;
    }
    for (auto* part : {&cut->above, &cut->left, &cut->right, &cut->below})
        appendRegions(std::move(*part), regions);
}

}  // namespace

double medianOf(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double medianHeight(const std::vector<PlacedLine>& lines) {
    std::vector<double> heights;
    for (const PlacedLine& line : lines)
        heights.push_back(line.box.height());
    return medianOf(std::move(heights));
}

std::vector<LineRow> rowsOf(const std::vector<PlacedLine>& lines) {
    const double usual = 1.4 * medianHeight(lines);
    // Of a high line only its lower part counts.
    const auto top = [usual](const PlacedLine& line) {
        return std::max(line.box.top, line.box.bottom - usual);
    };
    const auto center = [&](const PlacedLine& line) { return top(line) + line.box.bottom; };
    std::vector<PlacedLine> sorted = lines;
    std::sort(sorted.begin(), sorted.end(), [&](const PlacedLine& a, const PlacedLine& b) {
        const bool high_a = a.box.height() > usual;
        const bool high_b = b.box.height() > usual;
        if (high_a != high_b) return high_b;
        return center(a) != center(b) ? center(a) < center(b) : a.box.left < b.box.left;
    });
    std::vector<LineRow> rows;
    std::size_t first_near = 0;  // rows before it end above every line to come
    bool ordered = true;
    for (const PlacedLine& line : sorted) {
        if (ordered && line.box.height() > usual) {
            ordered = false;
            first_near = 0;
        }
        std::size_t best = rows.size();
        double best_share = 0.5;
        for (std::size_t i = first_near; i < rows.size(); ++i) {
            const PlacedLine& other = rows[i].front();
            const double overlap =
                std::min(line.box.bottom, other.box.bottom) - std::max(top(line), top(other));
            if (overlap <= 0) {
                if (ordered && i == first_near && other.box.bottom + usual < top(line)) ++first_near;
                continue;
            }
            const double share = overlap / std::max(1e-6, std::min(line.box.bottom - top(line),
                                                                   other.box.bottom - top(other)));
            if (share <= best_share) continue;
            const bool collides = std::any_of(rows[i].begin(), rows[i].end(), [&](const PlacedLine& each) {
                return std::min(line.box.right, each.box.right) - std::max(line.box.left, each.box.left) >
                       0.5 * std::min(line.box.height(), each.box.height());
            });
            if (collides) continue;
            best = i;
            best_share = share;
        }
        if (best == rows.size()) {
            rows.push_back({line});
        } else {
            rows[best].push_back(line);
        }
    }
    std::stable_sort(rows.begin(), rows.end(), [&](const LineRow& a, const LineRow& b) {
        return center(a.front()) < center(b.front());
    });
    for (LineRow& row : rows) {
        std::sort(row.begin(), row.end(),
                  [](const PlacedLine& a, const PlacedLine& b) { return a.box.left < b.box.left; });
    }
    return rows;
}

std::vector<std::vector<PlacedLine>> regionsOf(std::vector<PlacedLine> lines) {
    std::vector<std::vector<PlacedLine>> regions;
    appendRegions(std::move(lines), regions);
    return regions;
}

}  // namespace sightline
