#include "inference/reading/page_cleanup.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numbers>
#include <numeric>
#include <optional>

#include "inference/reading/page_corners.h"
#include "inference/reading/page_light.h"
#include "inference/reading/page_skew.h"

namespace sightline {
namespace {

constexpr int longest_warped_side = 32000;  // pixels: OpenCV's warps count in 16 bits
constexpr int small_side = 640;             // longest side of the copy that is looked at
constexpr double least_skew = 1.5;          // degrees: less is read as it is
constexpr double least_slant = 1.5;         // degrees of the most askew side of the sheet
constexpr double least_certainty = 0.9;

// Drawn by a program and not seen by a camera or a scanner: few colours, and neighbours mostly equal. Looks
// at some of the rows only.
bool isDrawn(const cv::Mat& bgr) {
    constexpr int rows_looked_at = 128;
    constexpr double least_equal = 0.6;
    constexpr double least_in_few_colours = 0.58;
    constexpr std::size_t few_colours = 8;
    const int step = std::max(1, bgr.rows / rows_looked_at);
    std::vector<std::uint32_t> colours;
    std::size_t equal = 0;
    std::size_t pairs = 0;
    // A large picture is looked at in part of its columns, too, but always at neighbours.
    const int stride = std::max(2, bgr.cols / 512);
    for (int y = step / 2; y < bgr.rows; y += step) {
        const uchar* row = bgr.ptr(y);
        const auto colour = [&](int x) {
            return static_cast<std::uint32_t>(row[3 * x] | row[3 * x + 1] << 8U | row[3 * x + 2] << 16U);
        };
        for (int x = 0; x + 1 < bgr.cols; x += stride) {
            colours.push_back(colour(x));
            equal += colour(x) == colour(x + 1) ? 1 : 0;
            ++pairs;
        }
    }
    if (pairs == 0 || static_cast<double>(equal) < least_equal * static_cast<double>(pairs)) return false;
    std::sort(colours.begin(), colours.end());
    std::vector<std::size_t> counts;
    for (std::size_t i = 0; i < colours.size();) {
        std::size_t end = i;
        while (end < colours.size() && colours[end] == colours[i])
            ++end;
        counts.push_back(end - i);
        i = end;
    }
    const std::size_t kept = std::min(few_colours, counts.size());
    std::partial_sort(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(kept), counts.end(),
                      std::greater<>());
    const auto common =
        std::accumulate(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(kept), std::size_t{0});
    return static_cast<double>(common) >= least_in_few_colours * static_cast<double>(pairs);
}

cv::Mat smallGrey(const cv::Mat& bgr) {
    const double scale = std::min(1.0, small_side / static_cast<double>(std::max(bgr.cols, bgr.rows)));
    const cv::Size size(std::max(1, cvRound(bgr.cols * scale)), std::max(1, cvRound(bgr.rows * scale)));
    cv::Mat small = bgr;
    if (size != bgr.size()) cv::resize(bgr, small, size, 0, 0, cv::INTER_AREA);
    cv::Mat grey;
    cv::cvtColor(small, grey, cv::COLOR_BGR2GRAY);
    return grey;
}

// Pixels of a picture of `size` -> pixels of the one that it is made of. As everywhere in a page, the corner
// of the first pixel is 0,0.
struct Warp {
    cv::Matx33d to_original = cv::Matx33d::eye();
    cv::Size size;
};

// From a rectangle as large as the sheet to the sheet.
Warp flattening(const Corners& corners) {
    const auto side = [&](std::size_t i) {
        const cv::Point2d way = corners[(i + 1) % 4] - corners[i];
        return std::hypot(way.x, way.y);
    };
    const double width = std::max(side(0), side(2));
    const double height = std::max(side(1), side(3));
    std::array<cv::Point2f, 4> from{};
    std::array<cv::Point2f, 4> to{};
    const std::array<cv::Point2d, 4> rectangle{cv::Point2d(0, 0), cv::Point2d(width, 0),
                                               cv::Point2d(width, height), cv::Point2d(0, height)};
    for (std::size_t i = 0; i < 4; ++i) {
        from[i] = rectangle[i];
        to[i] = corners[i];
    }
    const cv::Mat matrix = cv::getPerspectiveTransform(from.data(), to.data());
    return {cv::Matx33d(matrix), cv::Size(std::max(1, cvRound(width)), std::max(1, cvRound(height)))};
}

// Turns a picture of this size by `degrees` anticlockwise, all of it kept.
Warp levelling(const cv::Size& size, double degrees) {
    const double angle = degrees * std::numbers::pi / 180;
    const double cos = std::cos(angle);
    const double sin = std::sin(angle);
    const cv::Size turned(
        static_cast<int>(std::ceil(std::abs(size.width * cos) + std::abs(size.height * sin))),
        static_cast<int>(std::ceil(std::abs(size.width * sin) + std::abs(size.height * cos))));
    const double x = turned.width / 2.0;
    const double y = turned.height / 2.0;
    return {{cos, -sin, size.width / 2.0 - cos * x + sin * y, sin, cos, size.height / 2.0 - sin * x - cos * y,
             0, 0, 1},
            turned};
}

cv::Matx33d shifted(double by) {
    return {1, 0, by, 0, 1, by, 0, 0, 1};
}

cv::Mat warped(const cv::Mat& picture, const Warp& warp, int border = cv::BORDER_REPLICATE) {
    // For OpenCV the middle of the first pixel is 0,0.
    const cv::Matx33d matrix = shifted(-0.5) * warp.to_original * shifted(0.5);
    cv::Mat result;
    cv::warpPerspective(picture, result, matrix, warp.size, cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, border);
    return result;
}

cv::Mat filled(const Corners& corners, const cv::Size& size) {
    cv::Mat mask = cv::Mat::zeros(size, CV_8UC1);
    std::vector<cv::Point> polygon;
    for (const cv::Point2d& corner : corners)
        polygon.emplace_back(corner);
    cv::fillConvexPoly(mask, polygon, 255);
    return mask;
}

Corners enlarged(Corners corners, double x, double y) {
    for (cv::Point2d& corner : corners)
        corner = {corner.x * x, corner.y * y};
    return corners;
}

std::string degreesText(double degrees) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%.1f", std::abs(degrees));
    return text.data();
}

bool fits(const cv::Size& size) {
    return std::max(size.width, size.height) <= longest_warped_side;
}

}  // namespace

CleanedPicture cleanPicture(const cv::Mat& bgr, const CleanupOptions& options) {
    CleanedPicture result;
    result.bgr = bgr;
    const bool drawn = isDrawn(bgr);
    const bool warpable = fits(bgr.size());
    const bool dewarp = options.dewarp && !drawn && warpable;
    const bool deskew = options.deskew && warpable;
    const bool even_light = options.even_light && !drawn;
    if (bgr.empty() || !(dewarp || deskew || even_light)) return result;

    // Everything is decided on a small copy, which goes through the same steps.
    cv::Mat grey = smallGrey(bgr);
    cv::Mat paper(grey.size(), CV_8UC1, cv::Scalar(255));
    Warp warp{cv::Matx33d::eye(), bgr.size()};
    if (const auto sheet = dewarp || even_light ? findSheet(grey) : std::nullopt) {
        const Warp flat = flattening(enlarged(*sheet, bgr.cols / static_cast<double>(grey.cols),
                                              bgr.rows / static_cast<double>(grey.rows)));
        if (dewarp && slantOf(*sheet) >= least_slant && fits(flat.size)) {
            warp = flat;
            grey = warped(grey, flattening(*sheet));
            paper = cv::Mat(grey.size(), CV_8UC1, cv::Scalar(255));
            result.notes.emplace_back("flattened from four corners");
        } else {
            paper = filled(*sheet, grey.size());
        }
    }
    if (const Skew skew = deskew ? skewOf(grey) : Skew{};
        skew.certainty >= least_certainty && std::abs(skew.degrees) >= least_skew) {
        const Warp level = levelling(warp.size, skew.degrees);
        if (fits(level.size)) {
            warp = {warp.to_original * level.to_original, level.size};
            const Warp small = levelling(grey.size(), skew.degrees);
            grey = warped(grey, small);
            paper = warped(paper, small, cv::BORDER_CONSTANT);
            result.rotation = skew.degrees;
            result.notes.push_back("straightened by " + degreesText(skew.degrees) + " degrees");
        }
    }
    if (!result.notes.empty()) {
        result.bgr = warped(bgr, warp);
        result.to_original = warp.to_original;
    }
    if (const auto plan = even_light ? planLight(grey, paper) : std::nullopt) {
        // The caller's pixels stay as they are; those of a warp are ours.
        cv::Mat even = result.notes.empty() ? cv::Mat() : result.bgr;
        evenLight(result.bgr, *plan, even);
        result.bgr = even;
        result.notes.emplace_back("light evened");
    }
    return result;
}

CleanedPicture turned(const CleanedPicture& picture, int quarters) {
    CleanedPicture result = picture;
    result.bgr = cv::Mat();  // not the pixels that `picture` shows
    const double width = picture.bgr.cols;
    const double height = picture.bgr.rows;
    cv::Matx33d back;
    switch (quarters) {
        case 1:
            cv::rotate(picture.bgr, result.bgr, cv::ROTATE_90_CLOCKWISE);
            back = {0, 1, 0, -1, 0, height, 0, 0, 1};
            break;
        case 2:
            cv::rotate(picture.bgr, result.bgr, cv::ROTATE_180);
            back = {-1, 0, width, 0, -1, height, 0, 0, 1};
            break;
        case 3:
            cv::rotate(picture.bgr, result.bgr, cv::ROTATE_90_COUNTERCLOCKWISE);
            back = {0, -1, width, 1, 0, 0, 0, 0, 1};
            break;
        default:
            return picture;
    }
    result.to_original = picture.to_original * back;
    result.rotation = std::remainder(picture.rotation - 90 * quarters, 360);
    if (result.rotation == -180) result.rotation = 180;
    result.notes.push_back("turned by " + std::to_string(90 * quarters) + " degrees");
    return result;
}

Quad toOriginal(const CleanedPicture& picture, const Quad& quad) {
    Quad result{};
    for (std::size_t i = 0; i < quad.size(); ++i) {
        const cv::Vec3d place = picture.to_original * cv::Vec3d(quad[i].x, quad[i].y, 1);
        result[i] = {place[0] / place[2], place[1] / place[2]};
    }
    return result;
}

}  // namespace sightline
