#include "inference/reading/page_light.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace sightline {
namespace {

constexpr int smallest_side = 100;  // pixels of the picture
constexpr double white = 235;       // brightness that the paper comes to
constexpr double most_gain = 4;
constexpr double even_enough = 0.7;    // darkest to brightest paper
constexpr double strong_enough = 0.2;  // distance of the ink from the paper, relative to the paper
constexpr double wanted_contrast = 0.7;
constexpr double most_contrast = 6;
constexpr double least_brightness = 60;
constexpr double abrupt = 0.12;      // change from one pixel to the next, relative to the brightest paper
constexpr double least_ink = 0.005;  // of the page
constexpr double most_ink = 0.5;
constexpr double least_contrast = 0.04;  // relative: below there is nothing but noise

// The value below which `share` of the pixels under the mask lie.
double quantile(const cv::Mat& values, const cv::Mat& mask, double share) {
    cv::Mat counts;
    const int channel = 0;
    const int bins = 256;
    const float range[] = {0, 256};
    const float* ranges = range;
    cv::calcHist(&values, 1, &channel, mask, counts, 1, &bins, &ranges);
    const double wanted = share * cv::sum(counts)[0];
    double sum = 0;
    for (int i = 0; i < bins; ++i) {
        sum += counts.at<float>(i);
        if (sum >= wanted) return i;
    }
    return bins - 1;
}

}  // namespace

std::optional<LightPlan> planLight(const cv::Mat& grey, const cv::Mat& paper) {
    if (std::min(grey.cols, grey.rows) < smallest_side) return {};
    const int side = std::max(grey.cols, grey.rows) / 24 | 1;
    const cv::Mat window = cv::getStructuringElement(cv::MORPH_RECT, {side, side});
    cv::Mat ground;
    cv::morphologyEx(grey, ground, cv::MORPH_CLOSE, window, {-1, -1}, 1, cv::BORDER_REPLICATE);
    // The edge of the paper itself is abrupt.
    cv::Mat inner;
    cv::erode(paper, inner, window, {-1, -1}, 1, cv::BORDER_CONSTANT, cv::Scalar(255));
    const double area = cv::countNonZero(inner);
    const double darkest = quantile(ground, inner, 0.05);
    const double brightest = quantile(ground, inner, 0.95);
    if (area == 0 || brightest < least_brightness) return {};
    cv::Mat change;
    cv::morphologyEx(ground, change, cv::MORPH_GRADIENT, cv::Mat::ones(3, 3, CV_8U));
    if (quantile(change, inner, 0.995) > abrupt * brightest) return {};
    const cv::Mat dark = ground - grey;
    cv::Mat ink = dark > std::max(6.0, least_contrast * brightest);
    ink &= inner;
    const double covered = cv::countNonZero(ink) / area;
    if (covered < least_ink || covered > most_ink) return {};
    cv::Mat relative;
    cv::divide(dark, ground, relative, 255);
    const double contrast = quantile(relative, ink, 0.8) / 255;
    const bool strong = contrast >= strong_enough;
    if (darkest >= even_enough * brightest && strong) return {};
    cv::Mat smooth;
    cv::GaussianBlur(ground, smooth, {2 * side + 1, 2 * side + 1}, 0);
    smooth.setTo(white, paper == 0);
    LightPlan plan;
    smooth.convertTo(plan.gain, CV_32F);
    for (float& value : cv::Mat_<float>(plan.gain))
        value = static_cast<float>(std::clamp(white / std::max(1.0F, value), 1.0, most_gain));
    if (!strong) plan.contrast = std::clamp(wanted_contrast / contrast, 1.0, most_contrast);
    return plan;
}

void evenLight(const cv::Mat& from, const LightPlan& plan, cv::Mat& to) {
    to.create(from.size(), CV_8UC3);
    const cv::Mat& gain = plan.gain;
    const auto contrast = static_cast<float>(plan.contrast);
    const auto lift = static_cast<float>(white * (1 - plan.contrast));
    cv::Mat mixed;
    cv::Mat wide;
    for (int y = 0; y < from.rows; ++y) {
        const double place = std::clamp((y + 0.5) * gain.rows / from.rows - 0.5, 0.0, gain.rows - 1.0);
        const int above = static_cast<int>(place);
        const int below = std::min(above + 1, gain.rows - 1);
        cv::addWeighted(gain.row(above), 1 - (place - above), gain.row(below), place - above, 0, mixed);
        cv::resize(mixed, wide, {from.cols, 1}, 0, 0, cv::INTER_LINEAR);
        const float* factors = wide.ptr<float>();
        const uchar* source = from.ptr(y);
        uchar* target = to.ptr(y);
        for (int x = 0; x < from.cols; ++x) {
            const float factor = factors[x] * contrast;
            for (int channel = 0; channel < 3; ++channel)
                target[3 * x + channel] =
                    cv::saturate_cast<uchar>(static_cast<float>(source[3 * x + channel]) * factor + lift);
        }
    }
}

}  // namespace sightline
