// The two networks of the reader as the pipeline sees them: pixels in, numbers out, no type of torch. The
// implementation on libtorch is text_detector.h and text_recognizer.h.
#pragma once

#include <opencv2/core.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace sightline {

constexpr int strip_height = 48;
constexpr int strip_width_step = 64;  // every new width costs ten milliseconds of kernels made for it
constexpr int strip_pixels_per_column = 8;

// One column of a strip (8 pixels of its 48-pixel-high form), after the softmax over the alphabet.
struct StripColumn {
    std::int32_t best = 0;             // class of the whole alphabet; 0 = blank
    float best_probability = 0;        // 0..1
    std::int32_t best_latin = 0;       // best of blank, space and the Latin set (see TextNetworks::isLatin)
    float best_latin_probability = 0;  // under the same softmax over all classes
};

class TextNetworks {
  public:
    virtual ~TextNetworks() = default;

    // Probability 0..1 that a pixel belongs to text, CV_32FC1 of the same size as `bgr` (CV_8UC3, both sides
    // multiples of 32).
    virtual cv::Mat detect(const cv::Mat& bgr) = 0;

    // Strips CV_8UC3 (BGR) of height 48 and any width; result[i] has ceil(width_i / 8) columns. All strips of
    // one call are one batch: they are padded on the right with mid grey to the longest, rounded up to
    // strip_width_step.
    virtual std::vector<std::vector<StripColumn>> recognize(const std::vector<cv::Mat>& strips) = 0;

    // work(0) .. work(count - 1), each of which may call detect or recognize, in any order and several at a
    // time on threads of their own: networks this small share their work better by the picture than inside
    // every layer. Returns when all are done; the first exception comes out, and what had not begun is left.
    virtual void forEach(std::size_t count, const std::function<void(std::size_t)>& work) {
        for (std::size_t i = 0; i < count; ++i)
            work(i);
    }

    // Class -> character; class 0 (blank) is 0, the last class is U+0020.
    virtual const std::u32string& alphabet() const = 0;

    // ASCII, Latin-1, Latin Extended-A, dashes, quotes, bullet, ellipsis, euro, trade mark, arrows.
    virtual bool isLatin(std::int32_t character_class) const = 0;
};

}  // namespace sightline
