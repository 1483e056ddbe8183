#include "inference/tools/distribution_comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace sightline {
namespace {

double logSumOfExponentials(std::span<const float> logits) {
    const double most = *std::ranges::max_element(logits);
    double sum = 0;
    for (const float logit : logits)
        sum += std::exp(logit - most);
    return most + std::log(sum);
}

}  // namespace

void DistributionComparison::add(std::span<const float> reference, std::span<const float> logits) {
    const double reference_norm = logSumOfExponentials(reference);
    const double norm = logSumOfExponentials(logits);
    double divergence = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        const double wanted = reference[i] - reference_norm;
        const double probability = std::exp(wanted);
        if (probability > 0) divergence += probability * (wanted - (logits[i] - norm));
    }
    if (std::ranges::any_of(logits, [](float logit) { return std::isnan(logit); }))
        divergence = std::numeric_limits<double>::infinity();
    divergences_.push_back(divergence);
    same_top_ += std::ranges::max_element(reference) - reference.begin() ==
                 std::ranges::max_element(logits) - logits.begin();
}

double DistributionComparison::meanDivergence() const {
    if (divergences_.empty()) return 0;
    return std::accumulate(divergences_.begin(), divergences_.end(), 0.0) /
           static_cast<double>(divergences_.size());
}

double DistributionComparison::divergenceQuantile(double share) const {
    if (divergences_.empty()) return 0;
    std::vector<double> sorted = divergences_;
    std::ranges::sort(sorted);
    const auto wanted = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::clamp<std::size_t>(wanted, 1, sorted.size()) - 1];
}

}  // namespace sightline
