// Fused attention in int8 against plain softmax in double precision.
#include "inference/kernels/flash_int8.h"

#include <QTest>
#include <memory>
#include <new>

#include "tests/inference/kernels/plain_attention.h"

using namespace sightline::kernels;
using namespace plain_attention;

namespace {

constexpr std::size_t d = flash_int8_head_dim;

struct Free {
    void operator()(std::uint8_t* p) const { ::operator delete[](p, std::align_val_t{64}); }
};

// [queries][head_dim]
std::vector<float> flash(const std::vector<float>& q, const std::vector<float>& k,
                         const std::vector<float>& v, float scale) {
    const FlashInt8Kernels& kernels = flashInt8Kernels();
    const std::size_t keys = k.size() / d;
    const std::size_t queries = q.size() / d;
    const std::size_t bytes = flashInt8Bytes(keys);
    const std::unique_ptr<std::uint8_t[], Free> packed(new (std::align_val_t{64}) std::uint8_t[bytes]);
    std::fill_n(packed.get(), bytes, std::uint8_t{0xA5});  // whatever was there before
    for (std::size_t chunk = 0; chunk < flashInt8Chunks(keys); ++chunk)
        kernels.pack(k.data(), v.data(), keys, chunk, packed.get());
    std::vector<float> out(q.size(), -1.0F);
    for (std::size_t first = 0; first < queries; first += flash_int8_block)
        kernels.attend(packed.get(), keys, q.data() + first * d, std::min(flash_int8_block, queries - first),
                       scale, out.data() + first * d);
    return out;
}

}  // namespace

class FlashInt8Test : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        if (!canFlashInt8(d)) QSKIP("this processor has no AVX-512 VNNI");
        QVERIFY(!canFlashInt8(128));
    }

    void isSoftmaxAttention_data() {
        QTest::addColumn<int>("queries");
        QTest::addColumn<int>("keys");
        QTest::addColumn<double>("spread");  // of the scores
        for (const auto& [queries, keys] :
             {std::pair{1, 1}, {5, 63}, {6, 64}, {7, 65}, {96, 128}, {97, 129}, {50, 300}, {200, 1000}})
            for (const double spread : {0.1, 1.0, 4.0})
                QTest::addRow("%d x %d, %g", queries, keys, spread) << queries << keys << spread;
    }
    void isSoftmaxAttention() {
        QFETCH(int, queries);
        QFETCH(int, keys);
        QFETCH(double, spread);
        const auto q = randomFloats(static_cast<std::size_t>(queries) * d, static_cast<float>(spread), 1);
        const auto k = randomFloats(static_cast<std::size_t>(keys) * d, 1, 2);
        const auto v = randomFloats(static_cast<std::size_t>(keys) * d, 1, 3);
        const float scale = 1 / std::sqrt(static_cast<float>(d));
        const double error = relativeError(flash(q, k, v, scale), plain(q, k, v, d, nullptr, scale));
        // Values lose 0.7 % of their size, and a score of size s moves by about 0.8 %.
        QVERIFY2(error < 0.012 + 0.012 * spread, qPrintable(QString::number(error)));
    }

    // A channel that is large in every value, and rows that are small, keep what they have.
    void scalesAreForChannelsAndRows() {
        constexpr std::size_t keys = 256;
        auto k = randomFloats(keys * d, 1, 4);
        auto v = randomFloats(keys * d, 1, 5);
        auto q = randomFloats(20 * d, 1, 6);
        for (std::size_t row = 0; row < keys; ++row) {
            v[row * d + 7] *= 1000;
            for (std::size_t i = 0; i < d && row % 2 == 0; ++i)
                k[row * d + i] *= 0.001F;
        }
        for (std::size_t i = 0; i < d; ++i)
            q[i] *= 0.01F;
        const auto got = flash(q, k, v, 0.125F);
        const auto wanted = plain(q, k, v, d, nullptr, 0.125F);
        for (const std::size_t channel : {std::size_t{6}, std::size_t{7}}) {
            std::vector<float> mine;
            std::vector<double> its;
            for (std::size_t row = 0; row < 20; ++row) {
                mine.push_back(got[row * d + channel]);
                its.push_back(wanted[row * d + channel]);
            }
            QVERIFY(relativeError(mine, its) < 0.05);
        }
    }

    // What is subtracted moves with every chunk, and what was summed before shrinks with it.
    void scoresMayGrow() {
        constexpr std::size_t keys = 640;
        const std::vector<float> q(d, 1.0F);
        for (const float step : {0.02F, 0.3F, 1.5F}) {  // of scores a chunk: 1.3, 19, 96
            std::vector<float> k(keys * d);
            for (std::size_t key = 0; key < keys; ++key)
                std::fill_n(k.begin() + static_cast<std::ptrdiff_t>(key * d), d,
                            step * static_cast<float>(key / 128));
            const auto v = randomFloats(keys * d, 1, 7);
            const double error = relativeError(flash(q, k, v, 1.0F), plain(q, k, v, d, nullptr, 1.0F));
            QVERIFY2(error < 0.02, qPrintable(QString::number(error)));
        }
    }

    void nothingIsDividedByZero() {
        const std::vector<float> zeros(130 * d);
        for (const float value : flash(std::vector<float>(d), zeros, zeros, 1.0F))
            QCOMPARE(value, 0.0F);
    }
};

QTEST_GUILESS_MAIN(FlashInt8Test)
#include "flash_int8_test.moc"
