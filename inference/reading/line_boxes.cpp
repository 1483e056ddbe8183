#include "inference/reading/line_boxes.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "inference/reading/ink.h"
#include "inference/reading/left_out_marks.h"
#include "inference/reading/reading_order.h"

namespace sightline {
namespace {

// All in heights of the box.
constexpr double widest_join = 1.0;
constexpr double reach = 1.1;
constexpr double searched = 6.0;

double shared(double begin_a, double end_a, double begin_b, double end_b) {
    return std::min(end_a, end_b) - std::max(begin_a, begin_b);
}

// Where columns of text stand close beside each other: boxes of several rows begin at this left edge, and
// nothing crosses the gap before it.
class Gutters {
  public:
    explicit Gutters(std::vector<Box> boxes) : boxes_(std::move(boxes)) {}

    bool between(const Box& line, const Box& box) const {
        constexpr double searched_rows = 5;
        constexpr int fewest_rows = 3;
        const double height = std::min(line.height(), box.height());
        const double gap = (line.right + box.left) / 2;
        const double middle = middleOf(box);
        // Only as far as the next line above and below that crosses the gap, such as a headline.
        double top = middle - searched_rows * height;
        double bottom = middle + searched_rows * height;
        for (const Box& other : boxes_) {
            if (other.left >= gap - 0.1 * height || other.right <= gap + 0.1 * height) continue;
            (middleOf(other) < middle ? top : bottom) =
                middleOf(other) < middle ? std::max(top, middleOf(other)) : std::min(bottom, middleOf(other));
        }
        int beginning = 0;
        int ending = 0;
        for (const Box& other : boxes_) {
            if (middleOf(other) <= top || middleOf(other) >= bottom) continue;
            beginning += std::abs(other.left - box.left) < 0.5 * height;
            ending += other.right <= gap && other.right > gap - 12 * height;
        }
        return beginning > fewest_rows && ending > fewest_rows;  // the two boxes themselves are among them
    }

  private:
    static double middleOf(const Box& box) { return (box.top + box.bottom) / 2; }

    std::vector<Box> boxes_;
};

// Boxes of one row with small gaps become one: the detector cuts widely spaced text into words.
std::vector<Box> joined(std::vector<Box> boxes) {
    std::sort(boxes.begin(), boxes.end(),
              [](const Box& a, const Box& b) { return std::pair(a.left, a.top) < std::pair(b.left, b.top); });
    const Gutters gutters(boxes);
    std::vector<Box> lines;
    for (const Box& box : boxes) {
        Box* best = nullptr;
        for (Box& line : lines) {
            const double low = std::min(line.height(), box.height());
            const double gap = box.left - line.right;
            if (shared(line.top, line.bottom, box.top, box.bottom) > 0.7 * low &&
                std::max(line.height(), box.height()) < 1.6 * low && gap > -low && gap < widest_join * low &&
                (!best || line.right > best->right) && !(gap > 0 && gutters.between(line, box)))
                best = &line;
        }
        if (!best) {
            lines.push_back(box);
        } else {
            *best = {std::min(best->left, box.left), std::min(best->top, box.top),
                     std::max(best->right, box.right), std::max(best->bottom, box.bottom)};
        }
    }
    return lines;
}

struct InkPart {
    double left = 0;
    double right = 0;
    int top = 0;  // in the band
    int height = 0;
    int area = 0;
};

// The ink of a band, from left to right.
std::vector<InkPart> inkParts(const cv::Mat& band, double left) {
    cv::Mat labels;
    cv::Mat stats;
    cv::Mat centers;
    const int count = cv::connectedComponentsWithStats(inkOf(band), labels, stats, centers, 8, CV_32S);
    std::vector<InkPart> parts;
    for (int i = 1; i < count; ++i) {
        const int* const s = stats.ptr<int>(i);
        parts.push_back({left + s[cv::CC_STAT_LEFT], left + s[cv::CC_STAT_LEFT] + s[cv::CC_STAT_WIDTH],
                         s[cv::CC_STAT_TOP], s[cv::CC_STAT_HEIGHT], s[cv::CC_STAT_AREA]});
    }
    std::sort(parts.begin(), parts.end(), [](const InkPart& a, const InkPart& b) {
        return std::tie(a.left, a.right, a.top) < std::tie(b.left, b.right, b.top);
    });
    return parts;
}

// Letter-sized, inside of the band, and not the frame of a check box.
bool canBeLetter(const InkPart& part, int band_height, double height) {
    const double width = part.right - part.left;
    const bool whole = (part.top > 0 && part.top + part.height < band_height) || part.height < 0.75 * height;
    const double ratio = width / part.height;
    const bool hollow = part.height > 0.45 * height && ratio > 0.75 && ratio < 1.34 &&
                        part.area < 0.45 * part.height * width && part.height * width > 60;
    return whole && width <= 1.6 * height && !hollow;
}

// Where the line ends if nearby ink beyond its edge belongs to it: - | ; quotes, single characters.
// `direction` is 1 for the right edge and -1 for the left one.
double reachedEdge(std::vector<InkPart> parts, double edge, int direction, int band_height, double height) {
    if (direction < 0) std::reverse(parts.begin(), parts.end());
    double reached = edge;
    for (const InkPart& part : parts) {
        const double near = direction > 0 ? part.left : part.right;
        const double far = direction > 0 ? part.right : part.left;
        if (direction * (far - reached) <= 1) continue;
        if (direction * (near - reached) > reach * height || !canBeLetter(part, band_height, height)) break;
        if (part.area < 3) continue;
        reached = direction > 0 ? std::max(reached, far) : std::min(reached, far);
    }
    return reached;
}

// Lines grow sideways over nearby ink, never into a neighbour.
void reachOut(const cv::Mat& bgr, std::vector<Box>& boxes) {
    constexpr int padding = 2;
    for (std::size_t k = 0; k < boxes.size(); ++k) {
        Box& box = boxes[k];
        const double height = box.height();
        if (box.width() < height) continue;
        double low = 0;
        double high = bgr.cols;
        for (std::size_t j = 0; j < boxes.size(); ++j) {
            const Box& other = boxes[j];
            if (j == k || shared(box.top, box.bottom, other.top, other.bottom) <=
                              0.3 * std::min(height, other.height()))
                continue;
            if (other.left >= box.right - 0.3 * height) high = std::min(high, other.left);
            if (other.right <= box.left + 0.3 * height) low = std::max(low, other.right);
        }
        const int left = static_cast<int>(std::max(low, box.left - searched * height));
        const int right = static_cast<int>(std::min(high, box.right + searched * height));
        const int top = std::max(0, static_cast<int>(box.top) - padding);
        const int bottom = std::min(bgr.rows, static_cast<int>(box.bottom) + padding);
        if (right - left < 4 || bottom - top < 1) continue;
        const std::vector<InkPart> parts =
            inkParts(bgr(cv::Range(top, bottom), cv::Range(left, right)), left);
        const double right_edge = reachedEdge(parts, box.right, 1, bottom - top, height);
        if (right_edge != box.right) box.right = std::min(high, right_edge + 0.15 * height);
        const double left_edge = reachedEdge(parts, box.left, -1, bottom - top, height);
        if (left_edge != box.left) box.left = std::max(low, left_edge - 0.15 * height);
    }
}

// The recogniser reads a lone character only in the frame of a line.
void frameLoneCharacters(const cv::Mat& bgr, std::vector<Box>& boxes) {
    std::vector<double> heights;
    for (const Box& box : boxes)
        heights.push_back(box.height());
    const double usual = medianOf(std::move(heights));
    for (Box& box : boxes) {
        if (box.width() >= 1.2 * usual || box.height() >= 0.95 * usual) continue;
        const double middle = (box.top + box.bottom) / 2;
        box = {std::max(0.0, box.left - 0.2 * usual), std::max(0.0, middle - usual / 2),
               std::min<double>(bgr.cols, box.right + 0.2 * usual),
               std::min<double>(bgr.rows, middle + usual / 2)};
    }
}

}  // namespace

std::vector<TextBox> lineBoxes(const cv::Mat& bgr, const std::vector<TextBox>& boxes) {
    std::vector<Box> upright;
    std::vector<TextBox> out;
    for (const TextBox& box : boxes) {
        if (box.upright()) {
            upright.push_back(boundingBox(box.quad));
        } else {
            out.push_back(box);
        }
    }
    upright = joined(std::move(upright));
    reachOut(bgr, upright);
    upright = joined(std::move(upright));
    frameLoneCharacters(bgr, upright);
    for (const Box& box : upright)
        out.push_back({quadOf(box), 0, false});
    for (const Box& box : leftOutMarks(bgr, upright))
        out.push_back({quadOf(box), 0, true});
    return out;
}

}  // namespace sightline
