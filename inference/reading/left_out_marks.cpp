#include "inference/reading/left_out_marks.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <opencv2/imgproc.hpp>

#include "inference/reading/ink.h"
#include "inference/reading/reading_order.h"

namespace sightline {
namespace {

constexpr int sample_step = 4;
constexpr int even_difference = 12;   // 0..255
constexpr int clear_difference = 50;  // 0..255
constexpr std::size_t most_marks = 60;

// The colour of the page if most of it has one.
std::optional<std::array<int, 3>> evenGround(const cv::Mat& bgr) {
    cv::Mat sample(bgr.rows / sample_step + 1, bgr.cols / sample_step + 1, CV_8UC3);
    for (int y = 0; y < sample.rows; ++y) {
        for (int x = 0; x < sample.cols; ++x) {
            sample.at<cv::Vec3b>(y, x) = bgr.at<cv::Vec3b>(std::min(y * sample_step, bgr.rows - 1),
                                                           std::min(x * sample_step, bgr.cols - 1));
        }
    }
    const Ground ground = groundOf(sample);
    const cv::Mat distance = distanceFrom(sample, ground.color);
    const int even = cv::countNonZero(distance <= even_difference);
    if (2 * even < sample.rows * sample.cols) return std::nullopt;
    return ground.color;
}

void eraseBoxes(cv::Mat& ink, const std::vector<Box>& boxes, int margin) {
    const cv::Rect all(0, 0, ink.cols, ink.rows);
    for (const Box& box : boxes) {
        const int left = static_cast<int>(box.left) - margin;
        const int top = static_cast<int>(box.top);
        const int right = static_cast<int>(box.right) + margin + 1;
        const int bottom = static_cast<int>(box.bottom) + 1;
        ink(cv::Rect(left, top, right - left, bottom - top) & all) = 0;
    }
}

class Search {
  public:
    Search(const cv::Mat& free, const std::vector<Box>& boxes, double height)
        : free_(free), boxes_(boxes), height_(height), all_(0, 0, free.cols, free.rows) {}

    std::optional<Box> frameOf(const cv::Rect& place) const {
        if (place.width > 4 * height_ || place.height > 0.95 * height_ || place.height < 2 || place.x <= 1 ||
            place.y <= 1 || place.br().x >= free_.cols - 1 || place.br().y >= free_.rows - 1)
            return std::nullopt;
        const int beside = static_cast<int>(0.6 * height_);
        const int above = static_cast<int>(0.5 * height_);
        const cv::Rect around =
            cv::Rect(place.x - beside, place.y - above, place.width + 2 * beside, place.height + 2 * above) &
            all_;
        const int ink = cv::countNonZero(free_(place));
        // More ink around it: a part of an icon or of a frame.
        if (ink < 4 || cv::countNonZero(free_(around)) != ink) return std::nullopt;
        return inRow(inked(place));
    }

  private:
    // The place was widened so that neighbours melt together; its ink is narrower.
    cv::Rect inked(const cv::Rect& place) const {
        cv::Mat columns;
        cv::reduce(free_(place), columns, 0, cv::REDUCE_MAX);
        const cv::Rect extent = cv::boundingRect(columns);
        return {place.x + extent.x, place.y, extent.width, place.height};
    }

    std::optional<Box> inRow(const cv::Rect& mark) const {
        const double middle = mark.y + mark.height / 2.0;
        const Box* nearest = nullptr;
        double least = 0;
        for (const Box& box : boxes_) {
            if (box.top >= middle || box.bottom <= middle) continue;
            const double gap = std::max(box.left - mark.br().x, mark.x - box.right);
            if (std::abs(gap) < 0.25 * height_) return std::nullopt;  // the rest of a letter that a box cut
            if (box.height() < 1.5 * height_ && (!nearest || gap < least)) {
                nearest = &box;
                least = gap;
            }
        }
        if (!nearest && mark.height < 0.4 * height_) return std::nullopt;
        const double top = nearest ? nearest->top : middle - height_ / 2;
        const double bottom = nearest ? nearest->bottom : middle + height_ / 2;
        if (top > mark.y + 1 || bottom < mark.br().y - 1) return std::nullopt;
        return Box{std::max(0.0, mark.x - 0.25 * height_), std::max(0.0, top),
                   std::min<double>(free_.cols, mark.br().x + 0.25 * height_),
                   std::min<double>(free_.rows, bottom)};
    }

    const cv::Mat& free_;
    const std::vector<Box>& boxes_;
    double height_;
    cv::Rect all_;
};

}  // namespace

std::vector<Box> leftOutMarks(const cv::Mat& bgr, const std::vector<Box>& boxes) {
    if (boxes.size() < 3) return {};
    const auto ground = evenGround(bgr);
    if (!ground) return {};
    std::vector<double> heights;
    for (const Box& box : boxes)
        heights.push_back(box.height());
    const double height = medianOf(std::move(heights));
    cv::Mat free;
    cv::threshold(distanceFrom(bgr, *ground), free, clear_difference, 255, cv::THRESH_BINARY);
    eraseBoxes(free, boxes, static_cast<int>(0.2 * height));
    cv::Mat melted;
    cv::dilate(free, melted, cv::Mat::ones(1, std::max(1, static_cast<int>(0.6 * height)), CV_8UC1));
    cv::Mat labels;
    cv::Mat stats;
    cv::Mat centers;
    const int count = cv::connectedComponentsWithStats(melted, labels, stats, centers, 8, CV_32S);
    const Search search(free, boxes, height);
    std::vector<Box> marks;
    for (int i = 1; i < count && marks.size() < most_marks; ++i) {
        const int* const s = stats.ptr<int>(i);
        const cv::Rect place(s[cv::CC_STAT_LEFT], s[cv::CC_STAT_TOP], s[cv::CC_STAT_WIDTH],
                             s[cv::CC_STAT_HEIGHT]);
        if (const auto frame = search.frameOf(place)) marks.push_back(*frame);
    }
    return marks;
}

}  // namespace sightline
