// Values for the tests of kernels, and how they are compared.
#pragma once

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

namespace sightline::test {

inline std::vector<float> randomValues(std::size_t count, float outliers, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& v : values)
        v = normal(random) * (random() % 256 == 0 ? outliers : 1.0F);
    return values;
}

inline bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

inline double relativeError(const std::vector<float>& got, const std::vector<float>& wanted) {
    double error = 0;
    double size = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        error += std::pow(static_cast<double>(got[i]) - wanted[i], 2);
        size += std::pow(static_cast<double>(wanted[i]), 2);
    }
    return std::sqrt(error / size);
}

}  // namespace sightline::test
