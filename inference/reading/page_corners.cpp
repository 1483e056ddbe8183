#include "inference/reading/page_corners.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace sightline {
namespace {

constexpr int smallest_side = 100;      // pixels of the picture
constexpr std::size_t most_lines = 10;  // tried for each side
constexpr double least_area = 0.2;      // of the picture
constexpr double least_side = 0.25;     // of the picture's shorter side
constexpr double least_step = 8;        // grey levels from the ground to the sheet
constexpr double least_support = 0.8;   // share of every side along which that step is there
constexpr double most_detail = 0.12;    // text outside relative to inside, by density

// x * cos + y * sin = distance
struct EdgeLine {
    double cos = 0;
    double sin = 0;
    double distance = 0;
};

// Without its text: dark strokes are filled with the brightness around them.
cv::Mat withoutText(const cv::Mat& grey) {
    const int side = std::max(grey.cols, grey.rows) / 40 | 1;
    cv::Mat closed;
    cv::morphologyEx(grey, closed, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_RECT, {side, side}),
                     {-1, -1}, 1, cv::BORDER_REPLICATE);
    cv::GaussianBlur(closed, closed, {5, 5}, 0);
    return closed;
}

// The strongest straight edges that run rather down (`upright`) or rather across, no two alike.
std::vector<EdgeLine> edgeLines(const std::vector<cv::Vec2f>& hough, bool upright, double apart) {
    std::vector<EdgeLine> lines;
    for (const cv::Vec2f& found : hough) {  // by votes, the most first
        double theta = found[1];
        double distance = found[0];
        if (theta > std::numbers::pi * 0.75) {
            theta -= std::numbers::pi;
            distance = -distance;
        }
        if ((std::abs(theta) < std::numbers::pi / 4) != upright) continue;
        const bool known = std::any_of(lines.begin(), lines.end(), [&](const EdgeLine& line) {
            return std::abs(line.distance - distance) < apart &&
                   std::abs(std::atan2(line.sin, line.cos) - theta) < 0.035;
        });
        if (known) continue;
        lines.push_back({std::cos(theta), std::sin(theta), distance});
        if (lines.size() == most_lines) break;
    }
    return lines;
}

std::optional<cv::Point2d> crossing(const EdgeLine& a, const EdgeLine& b) {
    const double determinant = a.cos * b.sin - a.sin * b.cos;
    if (std::abs(determinant) < 0.3) return {};
    return cv::Point2d((a.distance * b.sin - b.distance * a.sin) / determinant,
                       (b.distance * a.cos - a.distance * b.cos) / determinant);
}

double lengthOf(const cv::Point2d& v) {
    return std::hypot(v.x, v.y);
}

double areaOf(const Corners& corners) {
    double sum = 0;
    for (std::size_t i = 0; i < 4; ++i)
        sum += corners[i].cross(corners[(i + 1) % 4]);
    return sum / 2;
}

// Share of a side along which the picture is brighter inside (to the right of the way) than outside.
double supportOf(const cv::Mat& closed, const cv::Point2d& from, const cv::Point2d& to) {
    const double length = lengthOf(to - from);
    const cv::Point2d along = (to - from) / length;
    const cv::Point2d inwards(-along.y, along.x);
    const cv::Rect area(0, 0, closed.cols, closed.rows);
    int samples = 0;
    int supported = 0;
    constexpr double away = 4;
    for (double at = 0.02 * length + 3; at < 0.98 * length - 3; at += 2) {
        const cv::Point2d on = from + along * at;
        const cv::Point inside(on + inwards * away);
        const cv::Point outside(on - inwards * away);
        ++samples;
        if (area.contains(inside) && area.contains(outside) &&
            closed.at<uchar>(inside) > closed.at<uchar>(outside) + least_step)
            ++supported;
    }
    return samples == 0 ? 0 : supported / static_cast<double>(samples);
}

// Convex, with corners that a rectangle can have in a photograph, and large enough.
bool isPlausible(const Corners& corners, const cv::Size& size) {
    if (areaOf(corners) < least_area * size.area()) return false;
    const double shorter = std::min(size.width, size.height);
    for (std::size_t i = 0; i < 4; ++i) {
        const cv::Point2d& corner = corners[i];
        if (corner.x < 1 || corner.y < 1 || corner.x > size.width - 2 || corner.y > size.height - 2)
            return false;
        const cv::Point2d before = corners[(i + 3) % 4] - corner;
        const cv::Point2d after = corners[(i + 1) % 4] - corner;
        const double lengths = lengthOf(before) * lengthOf(after);
        if (lengthOf(after) < least_side * shorter || lengths == 0) return false;
        constexpr double most_cosine = 0.64;  // 50 to 130 degrees
        if (std::abs(before.dot(after)) > most_cosine * lengths || after.cross(before) <= 0) return false;
    }
    return true;
}

// Nothing outside that could be text: strokes there are rare compared with the sheet's.
bool isAllOfThePage(const cv::Mat& grey, const cv::Mat& closed, const Corners& corners) {
    cv::Mat strokes = closed - grey;
    cv::threshold(strokes, strokes, 20, 1, cv::THRESH_BINARY);
    cv::Mat sheet = cv::Mat::zeros(grey.size(), CV_8U);
    std::vector<cv::Point> polygon;
    for (const cv::Point2d& corner : corners)
        polygon.emplace_back(corner);
    cv::fillConvexPoly(sheet, polygon, 255);
    const double inside = cv::mean(strokes, sheet)[0];
    cv::dilate(sheet, sheet, cv::getStructuringElement(cv::MORPH_RECT, {9, 9}));
    cv::bitwise_not(sheet, sheet);
    const double outside = cv::mean(strokes, sheet)[0];
    return outside <= most_detail * inside;
}

// The line through the strongest steps near a side, to a fraction of a pixel.
EdgeLine refined(const cv::Mat& closed, const cv::Point2d& from, const cv::Point2d& to) {
    const double length = lengthOf(to - from);
    const cv::Point2d along = (to - from) / length;
    const cv::Point2d inwards(-along.y, along.x);
    const cv::Rect area(0, 0, closed.cols, closed.rows);
    std::vector<cv::Point2f> steps;
    for (double at = 0.04 * length; at <= 0.96 * length; at += 2) {
        int strongest = static_cast<int>(least_step) / 2;
        cv::Point2d place;
        for (double off = -5; off <= 5; off += 0.5) {
            const cv::Point2d on = from + along * at + inwards * off;
            const cv::Point inside(on + inwards * 1.5);
            const cv::Point outside(on - inwards * 1.5);
            if (!area.contains(inside) || !area.contains(outside)) continue;
            const int step = closed.at<uchar>(inside) - closed.at<uchar>(outside);
            if (step > strongest) {
                strongest = step;
                place = cv::Point2d(inside + outside) / 2;
            }
        }
        if (strongest > least_step / 2) steps.emplace_back(place);
    }
    cv::Vec4f line(static_cast<float>(along.x), static_cast<float>(along.y), static_cast<float>(from.x),
                   static_cast<float>(from.y));
    if (steps.size() >= 10) cv::fitLine(steps, line, cv::DIST_HUBER, 0, 0.01, 0.01);
    const double cos = -line[1];
    const double sin = line[0];
    return {cos, sin, line[2] * cos + line[3] * sin};
}

Corners refined(const cv::Mat& closed, const Corners& corners) {
    std::array<EdgeLine, 4> sides;
    for (std::size_t i = 0; i < 4; ++i)
        sides[i] = refined(closed, corners[i], corners[(i + 1) % 4]);
    Corners better = corners;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto corner = crossing(sides[(i + 3) % 4], sides[i]);
        if (corner && lengthOf(*corner - corners[i]) < 6) better[i] = *corner;
        // Until here the middle of the first pixel was 0,0.
        better[i] += cv::Point2d(0.5, 0.5);
    }
    return better;
}

}  // namespace

std::optional<Corners> findSheet(const cv::Mat& grey) {
    if (std::min(grey.cols, grey.rows) < smallest_side) return {};
    const cv::Mat closed = withoutText(grey);
    cv::Mat edges;
    cv::Canny(closed, edges, 15, 40);
    const double shorter = std::min(grey.cols, grey.rows);
    std::vector<cv::Vec2f> hough;
    cv::HoughLines(edges, hough, 1, std::numbers::pi / 360, static_cast<int>(least_side * shorter));
    const std::vector<EdgeLine> upright = edgeLines(hough, true, 0.015 * shorter);
    const std::vector<EdgeLine> across = edgeLines(hough, false, 0.015 * shorter);
    std::optional<Corners> best;
    double best_score = 0;
    for (const EdgeLine& left : upright) {
        for (const EdgeLine& right : upright) {
            if (left.distance >= right.distance) continue;
            for (const EdgeLine& top : across) {
                for (const EdgeLine& bottom : across) {
                    if (top.distance >= bottom.distance) continue;
                    const auto a = crossing(left, top);
                    const auto b = crossing(right, top);
                    const auto c = crossing(right, bottom);
                    const auto d = crossing(left, bottom);
                    if (!a || !b || !c || !d) continue;
                    const Corners corners{*a, *b, *c, *d};
                    if (!isPlausible(corners, grey.size())) continue;
                    double least = 1;
                    double sum = 0;
                    for (std::size_t i = 0; i < 4 && least >= least_support; ++i) {
                        const double support = supportOf(closed, corners[i], corners[(i + 1) % 4]);
                        least = std::min(least, support);
                        sum += support;
                    }
                    if (least < least_support) continue;
                    const double score = sum * std::sqrt(areaOf(corners));
                    if (score > best_score) {
                        best_score = score;
                        best = corners;
                    }
                }
            }
        }
    }
    if (!best || !isAllOfThePage(grey, closed, *best)) return {};
    return refined(closed, *best);
}

double slantOf(const Corners& corners) {
    double most = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const cv::Point2d side = corners[(i + 1) % 4] - corners[i];
        const double angle = i % 2 == 0 ? std::atan2(side.y, side.x) : std::atan2(side.x, side.y);
        const double turn = i >= 2 ? std::numbers::pi : 0.0;
        most = std::max(most, std::abs(std::remainder(angle - turn, 2 * std::numbers::pi)));
    }
    return most * 180 / std::numbers::pi;
}

}  // namespace sightline
