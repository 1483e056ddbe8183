// The vector kernels against plain loops in double precision: every instruction set that this processor has.
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "inference/kernels/kernels.h"
#include "inference/kernels/paged_attention.h"

using namespace sightline::kernels;

namespace {

std::uint16_t narrow(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return static_cast<std::uint16_t>(bits >> 16);
}

float widen(std::uint16_t half) {
    const std::uint32_t bits = std::uint32_t{half} << 16;
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

std::vector<float> randomFloats(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values)
        value = normal(random);
    return values;
}

std::vector<const Kernels*> available() {
    std::vector<const Kernels*> all = {&portable_kernels};
    if (&bestKernels() != &portable_kernels) all.push_back(&bestKernels());
#if defined(__x86_64__)
    if (&bestKernels() == &avx512_kernels) all.push_back(&avx2_kernels);
#endif
    return all;
}

}  // namespace

class KernelsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void gemvMatchesPlainLoop();
    void gemvDoesNotDependOnRowsOrSplit();
    void attentionMatchesPlainSoftmax_data();
    void attentionMatchesPlainSoftmax();
    void normsMatchPlainLoop();
    void layerNormsMatchPlainLoop();
    void rotationMatchesPlainLoop();
    void geluMatchesPlainLoop();
    void siluMatchesPlainLoop();
    void softmaxMatchesPlainLoop();
    void sumsOfExponentialsMatchPlainLoop();
    void findsTheLargest();
};

void KernelsTest::sumsOfExponentialsMatchPlainLoop() {
    for (const Kernels* kernels : available())
        for (const std::size_t count : {1U, 3U, 17U, 4096U, 5000U, 151936U}) {
            auto x = randomFloats(count, 9);
            for (float& value : x)
                value *= 3;
            if (count > 2) x[1] = -std::numeric_limits<float>::infinity();
            const float top = *std::max_element(x.begin(), x.end());
            double expected = 0;
            for (const float value : x)
                expected += std::exp(static_cast<double>(value) - top);
            const double got = kernels->sum_exp(x.data(), count, top);
            QVERIFY2(std::abs(got - expected) <= 1e-6 * expected, kernels->name);
        }
}

void KernelsTest::findsTheLargest() {
    for (const Kernels* kernels : available())
        for (const std::size_t count : {1U, 3U, 16U, 37U, 1000U}) {
            auto x = randomFloats(count, 10);
            for (float& value : x)
                value -= 100;
            QCOMPARE(kernels->largest(x.data(), count), *std::max_element(x.begin(), x.end()));
            for (const std::size_t at : {std::size_t{0}, count / 2, count - 1}) {
                auto damaged = x;
                damaged[at] = std::numeric_limits<float>::quiet_NaN();
                QVERIFY2(std::isnan(kernels->largest(damaged.data(), count)), kernels->name);
                damaged[at] = std::numeric_limits<float>::infinity();
                QCOMPARE(kernels->largest(damaged.data(), count), std::numeric_limits<float>::infinity());
            }
        }
}

void KernelsTest::normsMatchPlainLoop() {
    for (const Kernels* kernels : available())
        for (const std::size_t count : {1U, 5U, 16U, 33U, 128U, 2048U}) {
            const auto x = randomFloats(count, 5);
            const auto weight = randomFloats(count, 6);
            double squares = 0;
            for (const float value : x)
                squares += double{value} * value;
            const double scale = 1 / std::sqrt(squares / static_cast<double>(count) + 1e-6);
            std::vector<float> out = x;
            kernels->rms_norm(out.data(), weight.data(), count, 1e-6F, out.data());
            for (std::size_t i = 0; i < count; ++i) {
                const double expected = x[i] * scale * weight[i];
                QVERIFY2(std::abs(out[i] - expected) <= 1e-6 * std::abs(expected), kernels->name);
            }
        }
}

void KernelsTest::layerNormsMatchPlainLoop() {
    for (const Kernels* kernels : available())
        for (const std::size_t count : {1U, 5U, 16U, 33U, 128U, 1024U}) {
            auto x = randomFloats(count, 5);
            for (float& value : x)
                value += 30;  // the mean is far from what varies
            const auto weight = randomFloats(count, 6);
            const auto bias = randomFloats(count, 7);
            const auto size = static_cast<double>(count);
            const double mean = std::accumulate(x.begin(), x.end(), 0.0) / size;
            double squares = 0;
            for (const float value : x)
                squares += (value - mean) * (value - mean);
            const double scale = 1 / std::sqrt(squares / size + 1e-6);
            std::vector<float> out = x;
            kernels->layer_norm(out.data(), weight.data(), bias.data(), count, 1e-6F, out.data());
            for (std::size_t i = 0; i < count; ++i) {
                const double expected = (x[i] - mean) * scale * weight[i] + bias[i];
                QVERIFY2(std::abs(out[i] - expected) <= 2e-5 * (1 + std::abs(expected)), kernels->name);
            }
        }
}

void KernelsTest::rotationMatchesPlainLoop() {
    for (const Kernels* kernels : available())
        for (const std::size_t head_dim : {2U, 32U, 64U, 72U, 128U}) {
            const auto before = randomFloats(head_dim, 5);
            const auto cos = randomFloats(head_dim, 6);
            const auto sin = randomFloats(head_dim, 7);
            std::vector<float> x = before;
            kernels->rotate(x.data(), cos.data(), sin.data(), head_dim);
            const std::size_t half = head_dim / 2;
            for (std::size_t i = 0; i < head_dim; ++i) {
                const double other = i < half ? -double{before[i + half]} : double{before[i - half]};
                const double expected = double{before[i]} * cos[i] + other * sin[i];
                QVERIFY2(std::abs(x[i] - expected) <= 1e-6, kernels->name);
            }
        }
}

void KernelsTest::geluMatchesPlainLoop() {
    for (const Kernels* kernels : available()) {
        std::vector<float> x;
        for (float value = -40; value < 40; value += 0.037F)
            x.push_back(value);
        std::vector<float> out = x;
        kernels->gelu_tanh(out.data(), out.size(), out.data());
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double v = x[i];
            const double expected = v / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (v + 0.044715 * v * v * v)));
            QVERIFY2(std::abs(out[i] - expected) <= 2e-6 * std::abs(v) + 1e-7, kernels->name);
        }
    }
}

void KernelsTest::siluMatchesPlainLoop() {
    for (const Kernels* kernels : available()) {
        std::vector<float> gate;
        for (float value = -120; value < 120; value += 0.37F)
            gate.push_back(value);
        const auto up = randomFloats(gate.size(), 7);
        std::vector<float> out(gate.size());
        kernels->silu_multiply(gate.data(), up.data(), gate.size(), out.data());
        for (std::size_t i = 0; i < gate.size(); ++i) {
            const double expected = gate[i] / (1 + std::exp(-double{gate[i]})) * up[i];
            QVERIFY2(std::abs(out[i] - expected) <= 1e-6 * std::abs(expected) + 1e-34, kernels->name);
        }
    }
}

void KernelsTest::softmaxMatchesPlainLoop() {
    for (const Kernels* kernels : available())
        for (const std::size_t count : {1U, 3U, 16U, 37U, 1000U}) {
            auto scores = randomFloats(count, 8);
            for (float& score : scores)
                score *= 10;
            const double highest = *std::max_element(scores.begin(), scores.end());
            double total = 0;
            for (const float score : scores)
                total += std::exp(score - highest);
            std::vector<float> out = scores;
            kernels->softmax(out.data(), count);
            for (std::size_t i = 0; i < count; ++i) {
                const double expected = std::exp(scores[i] - highest) / total;
                QVERIFY2(std::abs(out[i] - expected) <= 1e-5 * expected + 1e-37, kernels->name);
            }
        }
}

void KernelsTest::gemvMatchesPlainLoop() {
    for (const Kernels* kernels : available()) {
        for (const std::size_t k : {1U, 7U, 16U, 40U, 64U, 193U, 2048U}) {
            const std::size_t n = 37;
            const std::size_t rows = gemv_max_rows;
            const auto x = randomFloats(rows * k, 1);
            const auto bias = randomFloats(n, 2);
            std::vector<std::uint16_t> w;
            for (const float value : randomFloats(n * k, 3))
                w.push_back(narrow(value));
            for (std::size_t used = 1; used <= rows; ++used) {
                std::vector<float> y(rows * n, -1.0F);
                kernels->gemv_bf16(x.data(), used, k, w.data(), bias.data(), y.data(), n, 0, n);
                for (std::size_t r = 0; r < used; ++r)
                    for (std::size_t i = 0; i < n; ++i) {
                        double expected = bias[i];
                        double size = 1;
                        for (std::size_t j = 0; j < k; ++j) {
                            expected += double{x[r * k + j]} * widen(w[i * k + j]);
                            size += std::abs(double{x[r * k + j]} * widen(w[i * k + j]));
                        }
                        QVERIFY2(std::abs(expected - y[r * n + i]) < 1e-6 * size, kernels->name);
                    }
                for (std::size_t i = used * n; i < y.size(); ++i)
                    QCOMPARE(y[i], -1.0F);
            }
        }
    }
}

// Greedy decoding must not depend on how many sequences share a step or how many threads there are.
void KernelsTest::gemvDoesNotDependOnRowsOrSplit() {
    const std::size_t k = 200;
    const std::size_t n = 50;
    const auto x = randomFloats(gemv_max_rows * k, 4);
    std::vector<std::uint16_t> w;
    for (const float value : randomFloats(n * k, 5))
        w.push_back(narrow(value));
    for (const Kernels* kernels : available()) {
        std::vector<float> together(gemv_max_rows * n);
        kernels->gemv_bf16(x.data(), gemv_max_rows, k, w.data(), nullptr, together.data(), n, 0, n);
        std::vector<float> apart(gemv_max_rows * n);
        for (std::size_t r = 0; r < gemv_max_rows; ++r)
            for (std::size_t begin = 0; begin < n; begin += 13)
                kernels->gemv_bf16(x.data() + r * k, 1, k, w.data(), nullptr, apart.data() + r * n, n, begin,
                                   std::min(n, begin + 13));
        QVERIFY2(together == apart, kernels->name);
    }
}

void KernelsTest::attentionMatchesPlainSoftmax_data() {
    QTest::addColumn<int>("length");
    QTest::addColumn<int>("head_dim");
    QTest::addColumn<int>("kv_heads");
    QTest::addColumn<int>("group");
    QTest::newRow("one position") << 1 << 64 << 1 << 2;
    QTest::newRow("a page less one") << 63 << 32 << 3 << 1;
    QTest::newRow("a whole page") << 64 << 32 << 1 << 2;
    QTest::newRow("three pages and a bit") << 197 << 128 << 2 << 3;
    QTest::newRow("odd head size") << 83 << 20 << 2 << 4;
}

void KernelsTest::attentionMatchesPlainSoftmax() {
    QFETCH(int, length);
    QFETCH(int, head_dim);
    QFETCH(int, kv_heads);
    QFETCH(int, group);
    const std::size_t page_size = 64;
    const auto positions = static_cast<std::size_t>(length);
    const auto dim = static_cast<std::size_t>(head_dim);
    const AttendedHeads heads{static_cast<std::size_t>(kv_heads), static_cast<std::size_t>(group)};
    const std::size_t pages = (positions + page_size - 1) / page_size;
    const auto query = randomFloats(heads.queries() * dim, 6);
    const float scale = 1 / std::sqrt(static_cast<float>(dim));
    for (const CacheType type : {CacheType::float32, CacheType::bfloat16, CacheType::int8}) {
        const CachePage page{type, page_size, dim};
        // [heads][positions][dim]
        auto k = randomFloats(heads.heads * positions * dim, 7);
        auto v = randomFloats(heads.heads * positions * dim, 8);
        // Memory that nothing was written to is NaN of every type but int8.
        const auto stored = [&](auto store, auto load, std::vector<float>& rows) {
            std::vector<std::vector<std::byte>> all(
                pages, std::vector<std::byte>(heads.heads * page.bytes(), std::byte{0xFF}));
            for (std::size_t p = 0; p < pages; ++p)
                for (std::size_t head = 0; head < heads.heads; ++head) {
                    const std::size_t count = std::min(page_size, positions - p * page_size);
                    float* first = rows.data() + (head * positions + p * page_size) * dim;
                    std::byte* place = all[p].data() + head * page.bytes();
                    store(page, place, 0, count, first, dim);
                    load(page, place, count, first, dim);
                }
            return all;
        };
        const auto k_pages = stored(storeKeys, loadKeys, k);
        const auto v_pages = stored(storeValues, loadValues, v);
        std::vector<const void*> keys;
        std::vector<const void*> values;
        for (std::size_t p = 0; p < pages; ++p) {
            keys.push_back(k_pages[p].data());
            values.push_back(v_pages[p].data());
        }
        for (const Kernels* kernels : available()) {
            std::vector<float> scratch(attentionScratch(heads.queries(), page_size, positions));
            std::vector<float> out(heads.queries() * dim);
            pagedAttention(*kernels, page, heads, query.data(), scale, keys, values, positions,
                           scratch.data(), out.data());
            for (std::size_t q = 0; q < heads.queries(); ++q) {
                const std::size_t first = q / heads.group * positions * dim;
                std::vector<double> weights;
                double total = 0;
                for (std::size_t i = 0; i < positions; ++i) {
                    double dot = 0;
                    for (std::size_t d = 0; d < dim; ++d)
                        dot += double{query[q * dim + d]} * k[first + i * dim + d];
                    weights.push_back(std::exp(dot * scale));
                    total += weights.back();
                }
                for (std::size_t d = 0; d < dim; ++d) {
                    double expected = 0;
                    for (std::size_t i = 0; i < positions; ++i)
                        expected += weights[i] / total * v[first + i * dim + d];
                    QVERIFY2(std::abs(expected - out[q * dim + d]) < 1e-5, kernels->name);
                }
            }
        }
    }
}

QTEST_APPLESS_MAIN(KernelsTest)
#include "kernels_test.moc"
