// Attention in double precision, one query after the other: what the fused kernels are compared with.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace plain_attention {

inline std::vector<float> randomFloats(std::size_t count, float size, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, size);
    std::vector<float> values(count);
    for (float& value : values)
        value = normal(random);
    return values;
}

// [queries][head_dim]. visible: query i sees the first visible[i] keys; null: all.
inline std::vector<double> plain(const std::vector<float>& q, const std::vector<float>& k,
                                 const std::vector<float>& v, std::size_t head_dim,
                                 const std::int32_t* visible, float scale) {
    const std::size_t keys = k.size() / head_dim;
    std::vector<double> out(q.size());
    for (std::size_t row = 0; row < q.size() / head_dim; ++row) {
        const std::size_t seen = visible ? static_cast<std::size_t>(visible[row]) : keys;
        std::vector<double> weights(seen);
        for (std::size_t key = 0; key < seen; ++key) {
            for (std::size_t d = 0; d < head_dim; ++d)
                weights[key] += static_cast<double>(q[row * head_dim + d]) * k[key * head_dim + d];
            weights[key] *= scale;
        }
        const double highest = *std::max_element(weights.begin(), weights.end());
        double total = 0;
        for (double& weight : weights)
            total += weight = std::exp(weight - highest);
        for (std::size_t key = 0; key < seen; ++key)
            for (std::size_t d = 0; d < head_dim; ++d)
                out[row * head_dim + d] += weights[key] / total * v[key * head_dim + d];
    }
    return out;
}

// RMS of the difference / RMS of what is wanted.
inline double relativeError(const std::vector<float>& got, const std::vector<double>& wanted) {
    double error = 0;
    double size = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        error += std::pow(got[i] - wanted[i], 2);
        size += wanted[i] * wanted[i];
    }
    return std::sqrt(error / size);
}

}  // namespace plain_attention
