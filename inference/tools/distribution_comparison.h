// How far next-token distributions are from those of a reference, over many positions.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sightline {

class DistributionComparison {
  public:
    // One position: two rows of logits of equal, positive length, not normalised. A row with a NaN counts as
    // infinitely far.
    void add(std::span<const float> reference, std::span<const float> logits);

    std::size_t positions() const { return divergences_.size(); }
    // Kullback-Leibler divergence of the reference from the other, sum p_ref (log p_ref - log p), in nats; >=
    // 0 but for rounding. 0 where nothing was added.
    double meanDivergence() const;
    // The smallest one that at least `share` (0..1) of the positions do not exceed.
    double divergenceQuantile(double share) const;
    // At how many positions both have the same most probable token (of equals the first).
    std::size_t sameTop() const { return same_top_; }

  private:
    std::vector<double> divergences_;
    std::size_t same_top_ = 0;
};

}  // namespace sightline
