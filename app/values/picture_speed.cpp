#include "app/values/picture_speed.h"

#include <algorithm>
#include <cmath>

namespace sightline {

namespace {

// Where attention costs as much as everything else, in merged tokens. A first guess for one measured size:
// the vision encoder of Qwen3-VL (1024 wide) does 24 * 1024² operations a patch and layer and 4 * 1024 more
// for each patch that it looks at, at about half the rate; a merged token is four patches.
constexpr double usual_balance = 800;
constexpr double guess_weight = 0.004;     // against a measurement of the same size
constexpr double older_counts = 0.85;      // what was measured before counts that much less
constexpr double least_text_factor = 0.2;  // a tokenizer beyond these was not understood
constexpr double most_text_factor = 10;

bool isSound(const EncodeSample& sample) {
    return std::isfinite(sample.tokens) && std::isfinite(sample.squares) && std::isfinite(sample.seconds) &&
           sample.tokens > 0 && sample.squares > 0 &&
           sample.squares <= 1.001 * sample.tokens * sample.tokens && sample.seconds > 0 &&
           sample.seconds < 1e6;
}

}  // namespace

PictureSpeed::PictureSpeed(std::vector<EncodeSample> samples, double prefill_seconds_per_token)
    : samples_(std::move(samples)),
      prefill_(std::isfinite(prefill_seconds_per_token) && prefill_seconds_per_token > 0
                   ? prefill_seconds_per_token
                   : 0) {
    std::erase_if(samples_, [](const EncodeSample& sample) { return !isSound(sample); });
    if (samples_.size() > most_samples)
        samples_.erase(samples_.begin(), samples_.end() - static_cast<std::ptrdiff_t>(most_samples));
    fit();
}

void PictureSpeed::learnEncoding(const EncodeSample& sample) {
    if (!isSound(sample)) return;
    if (samples_.size() == most_samples) samples_.erase(samples_.begin());
    samples_.push_back(sample);
    fit();
}

void PictureSpeed::learnPrefill(double tokens, double seconds) {
    if (!(tokens > 0) || !(seconds > 0) || !std::isfinite(seconds / tokens)) return;
    const double measured = seconds / tokens;
    prefill_ = prefill_ > 0 ? (prefill_ + measured) / 2 : measured;
}

void PictureSpeed::learnText(double estimated, double tokens) {
    const double factor = tokens / estimated;
    if (std::isfinite(factor) && factor > least_text_factor && factor < most_text_factor)
        text_factor_ = factor;
}

// Least squares of the relative error, with both factors >= 0. Samples of one size alone cannot tell the two
// apart; a little of the usual balance between them decides then.
void PictureSpeed::fit() {
    linear_ = quadratic_ = 0;
    if (samples_.empty()) return;
    double aa = 0;
    double ab = 0;
    double bb = 0;
    double ay = 0;
    double by = 0;
    double weight = 1;
    for (auto sample = samples_.rbegin(); sample != samples_.rend(); ++sample, weight *= older_counts) {
        const double a = sample->tokens / sample->seconds;
        const double b = sample->squares / sample->seconds;
        aa += weight * a * a;
        ab += weight * a * b;
        bb += weight * b * b;
        ay += weight * a;
        by += weight * b;
    }
    // The guess as an equation: linear - usual_balance * quadratic = 0.
    const double scale = guess_weight * aa;
    aa += scale;
    ab -= scale * usual_balance;
    bb += scale * usual_balance * usual_balance;
    const double determinant = aa * bb - ab * ab;
    linear_ = (ay * bb - by * ab) / determinant;
    quadratic_ = (by * aa - ay * ab) / determinant;
    if (!(linear_ >= 0)) {
        linear_ = 0;
        quadratic_ = by / bb;
    } else if (!(quadratic_ >= 0)) {
        quadratic_ = 0;
        linear_ = ay / aa;
    }
}

double PictureSpeed::encodeSeconds(double tokens) const {
    return linear_ * tokens + quadratic_ * tokens * tokens;
}

double PictureSpeed::prefillSeconds(double tokens) const {
    return prefill_ * tokens;
}

double PictureSpeed::tokensWithin(double seconds) const {
    const double linear = linear_ + prefill_;
    if (seconds <= 0) return 0;
    if (quadratic_ <= 0) return linear > 0 ? seconds / linear : 0;
    // The stable form of the positive root.
    return 2 * seconds / (linear + std::sqrt(linear * linear + 4 * quadratic_ * seconds));
}

}  // namespace sightline
