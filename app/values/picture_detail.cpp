#include "app/values/picture_detail.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

namespace sightline {

namespace {

constexpr std::int64_t low_pixels = 512 * 512;
constexpr std::int64_t unmeasured_pixels = 2048 * 1024;  // a screen of 1920 x 1080 as it is
constexpr std::int64_t fewest_pixels = 256 * 256;
constexpr std::int64_t fewest_parameters_for_assist = 100'000'000;

constexpr std::array<std::pair<Detail, const char*>, 5> names{{{Detail::low, "low"},
                                                               {Detail::automatic, "auto"},
                                                               {Detail::high, "high"},
                                                               {Detail::exact, "exact"},
                                                               {Detail::assist, "assist"}}};

std::int64_t sideOf(const ModelFacts& facts) {
    return std::max(1, facts.patch_size * facts.merge_size);
}

PixelBudget atMost(std::int64_t pixels, const ModelFacts& facts) {
    const std::int64_t own = facts.pixel_budget.max_pixels;
    return {0, own > 0 ? std::min(own, pixels) : pixels};
}

std::int64_t pixelsWithin(double seconds, const PictureSpeed& speed, const ModelFacts& facts) {
    const double side = static_cast<double>(sideOf(facts));
    const double pixels = std::min(speed.tokensWithin(seconds) * side * side, 1e12);
    return std::max(fewest_pixels, static_cast<std::int64_t>(pixels));
}

// How many pixels it takes for the smallest text to keep its `smallest_text` pixels. Text that is smaller in
// the original needs them all.
double pixelsForText(const DetailQuestion& question) {
    const double all = static_cast<double>(question.width) * question.height;
    if (!question.text || question.text->line_height <= 0) return 0;
    const double scale = std::min(1.0, smallest_text / question.text->line_height);
    return all * scale * scale;
}

DetailAnswer assisted(const DetailQuestion& question, const ModelFacts& facts) {
    DetailAnswer answer;
    answer.chosen = Detail::assist;
    answer.with_text = true;
    std::int64_t pixels = low_pixels;
    if (question.speed.known()) {
        const int tokens = question.text ? question.text->tokens : 0;
        const double left = automatic_seconds - question.speed.prefillSeconds(tokens);
        pixels = std::min(pixels, pixelsWithin(left, question.speed, facts));
    }
    answer.budget = atMost(pixels, facts);
    return answer;
}

DetailAnswer automatic(const DetailQuestion& question, const ModelFacts& facts) {
    DetailAnswer answer;
    const std::int64_t pixels =
        question.speed.known() ? pixelsWithin(automatic_seconds, question.speed, facts) : unmeasured_pixels;
    answer.budget = atMost(pixels, facts);
    const double all = static_cast<double>(question.width) * question.height;
    const auto seen = static_cast<double>(answer.budget.max_pixels);
    if (seen >= all) return answer;
    // A model as small as the demo was never shown a text beside its picture.
    if (facts.parameters > 0 && facts.parameters < fewest_parameters_for_assist) return answer;
    // Something is lost: whether that matters depends on the text in it.
    answer.wants_text = !question.text;
    if (!question.text || seen >= pixelsForText(question)) return answer;
    if (question.text->tokens > question.most_text_tokens) return answer;
    return assisted(question, facts);
}

}  // namespace

QString detailId(Detail detail) {
    for (const auto& [value, name] : names) {
        if (value == detail) return QString::fromLatin1(name);
    }
    return {};
}

std::optional<Detail> detailFrom(const QString& id) {
    for (const auto& [value, name] : names) {
        if (id == QLatin1String(name)) return value;
    }
    return std::nullopt;
}

DetailAnswer chooseDetail(const DetailQuestion& question, const ModelFacts& facts) {
    DetailAnswer answer;
    answer.chosen = question.wanted;
    switch (question.wanted) {
        case Detail::low:
            answer.budget = atMost(low_pixels, facts);
            return answer;
        case Detail::automatic:
            return automatic(question, facts);
        case Detail::high:
            return answer;
        case Detail::assist:
            answer = assisted(question, facts);
            answer.wants_text = !question.text;
            return answer;
        case Detail::exact:
            break;
    }
    const std::int64_t side = sideOf(facts);
    const auto roundedUp = [side](int length) { return (length + side - 1) / side * side; };
    answer.budget = {side * side, roundedUp(question.width) * roundedUp(question.height)};
    return answer;
}

double estimatedTokens(const PixelBudget& budget, const ModelFacts& facts, int width, int height) {
    const auto side = static_cast<double>(sideOf(facts));
    const std::int64_t most = budget.max_pixels > 0 ? budget.max_pixels : facts.pixel_budget.max_pixels;
    const std::int64_t least = budget.min_pixels > 0 ? budget.min_pixels : facts.pixel_budget.min_pixels;
    double pixels = static_cast<double>(width) * height;
    if (most > 0) pixels = std::min(pixels, static_cast<double>(most));
    pixels = std::max(pixels, static_cast<double>(least));
    return std::max(1.0, pixels / (side * side));
}

}  // namespace sightline
