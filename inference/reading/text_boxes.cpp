#include "inference/reading/text_boxes.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <numbers>
#include <thread>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "inference/reading/reading_order.h"

namespace sightline {
namespace {

constexpr int tile_side = 960;
constexpr int tile_overlap = 128;
constexpr double text_threshold = 0.3 * 255;
constexpr double least_probability = 0.5 * 255;
constexpr double growth = 1.6;
constexpr double level_angle = 0.7;  // degrees
// Text lower than this is looked for again at twice the size, if that is not too large.
constexpr double small_text_height = 16;
constexpr int longest_enlarged_side = 4000;
constexpr int contrast_of_text = 16;  // a tile with less holds no text that anyone could read

struct Span {
    int begin = 0;
    int end = 0;
    int kept_begin = 0;  // seams lie in the middle of the overlaps
    int kept_end = 0;
};

std::vector<Span> tilesOf(int length) {
    if (length <= tile_side * 5 / 4) return {{0, length, 0, length}};
    const int count = (length - tile_overlap + tile_side - tile_overlap - 1) / (tile_side - tile_overlap);
    const int size = (length + (count - 1) * tile_overlap + count - 1) / count;
    std::vector<Span> spans;
    for (int i = 0; i < count; ++i) {
        const int begin = std::min(i * (size - tile_overlap), std::max(0, length - size));
        const int end = std::min(length, begin + size);
        spans.push_back({begin, end, begin, end});
    }
    for (std::size_t i = 0; i + 1 < spans.size(); ++i)
        spans[i].kept_end = spans[i + 1].kept_begin = (spans[i].end + spans[i + 1].begin) / 2;
    return spans;
}

// What is left of a tile without its even margins, which hold no text; empty if all of it is even.
cv::Rect unevenPart(const cv::Mat& bgr) {
    constexpr int margin = 16;  // the network wants to see some ground around text
    const cv::Mat flat = bgr.reshape(1);
    const auto uneven = [](const cv::Mat& least, const cv::Mat& most) {
        cv::Mat difference;
        cv::subtract(most, least, difference);
        return cv::Mat(difference >= contrast_of_text);
    };
    cv::Mat least;
    cv::Mat most;
    // Over the rows for every column and channel, then over the columns for every row, channel by channel.
    cv::reduce(flat, least, 0, cv::REDUCE_MIN);
    cv::reduce(flat, most, 0, cv::REDUCE_MAX);
    const cv::Rect columns = cv::boundingRect(uneven(least, most).reshape(1, 1));
    cv::Mat rows = cv::Mat::zeros(bgr.rows, 1, CV_8UC1);
    for (int channel = 0; channel < 3; ++channel) {
        cv::Mat plane;
        cv::extractChannel(bgr, plane, channel);
        cv::reduce(plane, least, 1, cv::REDUCE_MIN);
        cv::reduce(plane, most, 1, cv::REDUCE_MAX);
        rows |= uneven(least, most);
    }
    const cv::Rect height = cv::boundingRect(rows);
    if (columns.empty() && height.empty()) return {};
    if (columns.empty() || height.empty()) return {0, 0, bgr.cols, bgr.rows};  // stripes
    const int left = columns.x / 3;
    const int right = (columns.br().x + 2) / 3;
    const cv::Rect part(left - margin, height.y - margin, right - left + 2 * margin,
                        height.height + 2 * margin);
    return part & cv::Rect(0, 0, bgr.cols, bgr.rows);
}

int roundedUp(int value) {
    return (value + 31) / 32 * 32;
}

// CV_8UC1 of the tile's size. What the network sees is continued by its edge to the sides that it takes.
cv::Mat tileProbability(const cv::Mat& tile, TextNetworks& networks) {
    cv::Mat out = cv::Mat::zeros(tile.size(), CV_8UC1);
    const cv::Rect part = unevenPart(tile);
    if (part.empty()) return out;
    cv::Mat seen;
    cv::copyMakeBorder(tile(part), seen, 0, roundedUp(part.height) - part.height, 0,
                       roundedUp(part.width) - part.width, cv::BORDER_REPLICATE);
    networks.detect(seen)(cv::Rect(0, 0, part.width, part.height)).convertTo(out(part), CV_8U, 255);
    return out;
}

// A rectangle in any direction; the angle is that of its long side, -90..90.
struct TurnedBox {
    double x = 0;  // middle
    double y = 0;
    double width = 0;
    double height = 0;
    double angle = 0;
};

// Of a piece of text: the smallest rectangle around it in any direction, and the upright one.
struct Outline {
    TurnedBox least;
    cv::Rect bounds;
    double filled = 1;  // 0..1, of the smallest rectangle
    std::vector<cv::Point> contour;

    double rise() const { return std::abs(std::sin(least.angle * std::numbers::pi / 180)) * least.width; }
};

Outline outlineOf(const std::vector<cv::Point>& contour) {
    const cv::RotatedRect least = cv::minAreaRect(contour);
    TurnedBox box{least.center.x, least.center.y, least.size.width, least.size.height, least.angle};
    if (box.width < box.height) {
        std::swap(box.width, box.height);
        box.angle -= 90;
    }
    box.angle = std::fmod(box.angle + 270, 180) - 90;
    return {box, cv::boundingRect(contour), cv::contourArea(contour) / std::max(1.0, box.width * box.height),
            contour};
}

// Most long pieces are level: what is a little askew then is no line that lies so, but one whose ends differ
// in height, such as a title with dots up to a page number.
bool isLevelPage(const std::vector<Outline>& outlines) {
    double level = 0;
    double askew = 0;
    for (const Outline& outline : outlines) {
        if (outline.least.width < 5 * outline.least.height || std::abs(outline.least.angle) > 20) continue;
        (std::abs(outline.least.angle) < level_angle ? level : askew) += outline.least.width;
    }
    return level > askew;
}

TurnedBox boxOf(const Outline& outline, bool level_page) {
    const TurnedBox& box = outline.least;
    const cv::Rect& bounds = outline.bounds;
    // A line that lies askew fills its rectangle; one whose ends differ in height does not.
    const bool uneven = level_page && outline.filled < 0.75 && std::abs(box.angle) < 15;
    // A lone "1" or "}" is taller than wide and stands upright all the same.
    const bool upright =
        (bounds.height > bounds.width && bounds.height < 2.5 * bounds.width) ||
        outline.rise() < 0.25 * box.height + 1 || (uneven && outline.rise() < 0.6 * box.height) ||
        (bounds.width < 2 * bounds.height && std::abs(box.angle) < 15) || box.width < 1.5 * box.height;
    const TurnedBox level{bounds.x + (bounds.width - 1) / 2.0, bounds.y + (bounds.height - 1) / 2.0,
                          bounds.width - 1.0, bounds.height - 1.0, 0};
    if (upright) return level;
    if (std::abs(std::abs(box.angle) - 90) < 1)
        return {level.x, level.y, level.height, level.width, box.angle};
    return box;
}

Quad quadOf(const TurnedBox& box) {
    const double angle = box.angle * std::numbers::pi / 180;
    const Point along{std::cos(angle) * box.width / 2, std::sin(angle) * box.width / 2};
    const Point across{-std::sin(angle) * box.height / 2, std::cos(angle) * box.height / 2};
    return {{{box.x - along.x - across.x, box.y - along.y - across.y},
             {box.x + along.x - across.x, box.y + along.y - across.y},
             {box.x + along.x + across.x, box.y + along.y + across.y},
             {box.x - along.x + across.x, box.y - along.y + across.y}}};
}

double meanInside(const cv::Mat& probability, const std::vector<cv::Point>& polygon, const cv::Rect& bounds) {
    cv::Mat mask = cv::Mat::zeros(bounds.size(), CV_8UC1);
    cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{polygon}, cv::Scalar(1), cv::LINE_8, 0,
                 -bounds.tl());
    return cv::mean(probability(bounds), mask)[0];
}

double meanInside(const cv::Mat& probability, const TurnedBox& box, const cv::Rect& bounds) {
    if (box.angle == 0) return cv::mean(probability(bounds))[0];
    std::vector<cv::Point> corners;
    for (const Point& corner : quadOf(box))
        corners.emplace_back(static_cast<int>(corner.x), static_cast<int>(corner.y));
    return meanInside(probability, corners, bounds);
}

bool isProbablyText(const cv::Mat& probability, const TurnedBox& box, const Outline& outline) {
    if (meanInside(probability, box, outline.bounds) >= least_probability ||
        meanInside(probability, outline.least, outline.bounds) >= least_probability)
        return true;
    // A title with a line of faint dots behind it fills little of its rectangle.
    const bool long_line = outline.least.width > 5 * outline.least.height;
    return long_line && meanInside(probability, outline.contour, outline.bounds) >= least_probability;
}

double usualHeight(const std::vector<TextBox>& boxes) {
    std::vector<double> heights;
    for (const TextBox& box : boxes) {
        if (box.upright()) heights.push_back(boundingBox(box.quad).height());
    }
    return medianOf(std::move(heights));
}

}  // namespace

cv::Mat textProbability(const cv::Mat& bgr, double scale, TextNetworks& networks, const std::stop_token& stop,
                        const ReadProgress& progress) {
    cv::Mat picture = bgr;
    if (scale != 1.0)
        cv::resize(bgr, picture, {}, scale, scale, scale > 1 ? cv::INTER_LINEAR : cv::INTER_AREA);
    cv::Mat out(picture.size(), CV_8UC1);
    const std::vector<Span> rows = tilesOf(picture.rows);
    const std::vector<Span> columns = tilesOf(picture.cols);
    std::atomic<std::size_t> done{0};
    const std::size_t count = rows.size() * columns.size();
    networks.forEach(count, [&, reading = std::this_thread::get_id()](std::size_t number) {
        const Span& row = rows[number / columns.size()];
        const Span& column = columns[number % columns.size()];
        if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "reading was cancelled");
        const cv::Mat tile = tileProbability(
            picture(cv::Range(row.begin, row.end), cv::Range(column.begin, column.end)), networks);
        const cv::Range kept_rows(row.kept_begin, row.kept_end);
        const cv::Range kept_columns(column.kept_begin, column.kept_end);
        tile(cv::Range(row.kept_begin - row.begin, row.kept_end - row.begin),
             cv::Range(column.kept_begin - column.begin, column.kept_end - column.begin))
            .copyTo(out(kept_rows, kept_columns));
        ++done;
        if (progress && std::this_thread::get_id() == reading)
            progress(static_cast<double>(done) / static_cast<double>(count));
    });
    return out;
}

std::vector<TextBox> boxesOf(const cv::Mat& probability, double scale) {
    cv::Mat mask;
    cv::threshold(probability, mask, text_threshold, 255, cv::THRESH_BINARY);
    cv::dilate(mask, mask, cv::Mat::ones(2, 2, CV_8UC1));
    std::vector<std::vector<cv::Point>> contours;
    cv::findContours(mask, contours, cv::RETR_LIST, cv::CHAIN_APPROX_SIMPLE);
    std::vector<Outline> outlines;
    for (const auto& contour : contours) {
        const cv::Rect bounds = cv::boundingRect(contour);
        if (std::min(bounds.width, bounds.height) >= 3) outlines.push_back(outlineOf(contour));
    }
    const bool level_page = isLevelPage(outlines);
    std::vector<TextBox> boxes;
    for (const Outline& outline : outlines) {
        TurnedBox box = boxOf(outline, level_page);
        if (std::min(box.width, box.height) < 3 || !isProbablyText(probability, box, outline)) continue;
        const double margin = box.width * box.height * growth / (2 * (box.width + box.height));
        box.width += 2 * margin;
        box.height += 2 * margin;
        if (std::min(box.width, box.height) < 5) continue;
        TextBox out{quadOf(box), box.angle, false};
        for (Point& corner : out.quad)
            corner = {corner.x / scale, corner.y / scale};
        boxes.push_back(out);
    }
    return boxes;
}

std::vector<TextBox> detectText(const cv::Mat& bgr, TextNetworks& networks, const std::stop_token& stop,
                                const ReadProgress& progress) {
    std::vector<TextBox> boxes = boxesOf(textProbability(bgr, 1, networks, stop, progress), 1);
    const double height = usualHeight(boxes);
    if (height > 0 && height < small_text_height && 2 * std::max(bgr.rows, bgr.cols) <= longest_enlarged_side)
        boxes = boxesOf(textProbability(bgr, 2, networks, stop, progress), 2);
    return boxes;
}

}  // namespace sightline
