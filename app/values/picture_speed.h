// How long this machine needs for a picture: fitted to what was measured.
#pragma once

#include <vector>

namespace sightline {

// What one measured encoding says. Of several pictures: sums over them.
struct EncodeSample {
    double tokens = 0;
    double squares = 0;  // of the tokens of each picture: attention looks from every patch to every other
    double seconds = 0;
    bool operator==(const EncodeSample&) const = default;
};

// Of one model on one device. Encoding takes linear * tokens + quadratic * tokens², and every token of a
// prompt the same time of prefill. Values; any thread.
class PictureSpeed {
  public:
    static constexpr std::size_t most_samples = 12;

    PictureSpeed() = default;
    // Samples that make no sense are left out; of more than most_samples the last ones count.
    PictureSpeed(std::vector<EncodeSample> samples, double prefill_seconds_per_token);

    void learnEncoding(const EncodeSample& sample);
    void learnPrefill(double tokens, double seconds);
    // Tokens of a text that were estimated, see assist_text.h, and that there were.
    void learnText(double estimated, double tokens);

    bool known() const { return !samples_.empty() && prefill_ > 0; }
    double encodeSeconds(double tokens) const;   // 0 if nothing was measured
    double prefillSeconds(double tokens) const;  // likewise
    double pictureSeconds(double tokens) const { return encodeSeconds(tokens) + prefillSeconds(tokens); }
    // The most tokens of one picture whose encoding and prefill take at most `seconds`; needs known().
    double tokensWithin(double seconds) const;

    const std::vector<EncodeSample>& samples() const { return samples_; }
    double prefillPerToken() const { return prefill_; }
    // Tokens for each that is estimated: 1 for the tokenizer that the estimate is made for.
    double textFactor() const { return text_factor_; }
    bool operator==(const PictureSpeed&) const = default;

  private:
    void fit();

    std::vector<EncodeSample> samples_;  // the newest last
    double prefill_ = 0;                 // seconds a token; 0 = not measured
    double text_factor_ = 1;
    double linear_ = 0;
    double quadratic_ = 0;
};

}  // namespace sightline
