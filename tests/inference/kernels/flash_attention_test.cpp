// Fused attention against plain softmax in double precision.
#include "inference/kernels/flash_attention.h"

#include <QTest>
#include <memory>
#include <new>

#include "tests/inference/kernels/plain_attention.h"

using namespace sightline::kernels;
using namespace plain_attention;

namespace {

struct Free {
    void operator()(std::uint16_t* p) const { ::operator delete[](p, std::align_val_t{64}); }
};

// [queries][head_dim]
std::vector<float> flash(const std::vector<float>& q, const std::vector<float>& k,
                         const std::vector<float>& v, std::size_t head_dim, const std::int32_t* visible,
                         float scale) {
    const std::size_t keys = k.size() / head_dim;
    const std::size_t queries = q.size() / head_dim;
    const std::unique_ptr<std::uint16_t[], Free> packed(new (std::align_val_t{64})
                                                            std::uint16_t[flashElements(keys, head_dim)]);
    for (std::size_t tile = 0; tile * flash_tile_keys < keys; ++tile)
        flashPack(k.data(), v.data(), keys, head_dim, tile, packed.get());
    std::vector<float> out(q.size(), -1.0F);
    for (std::size_t first = 0; first < queries; first += flash_block_queries)
        flashAttend(packed.get(), keys, head_dim, q.data() + first * head_dim,
                    std::min(flash_block_queries, queries - first), visible ? visible + first : nullptr,
                    scale, out.data() + first * head_dim);
    return out;
}

}  // namespace

class FlashAttentionTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        if (!canFlash(64)) QSKIP("this processor has no AVX-512 BF16");
        QVERIFY(!canFlash(72));
    }

    void isSoftmaxAttention_data() {
        QTest::addColumn<int>("head_dim");
        QTest::addColumn<int>("queries");
        QTest::addColumn<int>("keys");
        QTest::addColumn<double>("spread");  // of the scores
        for (const int head_dim : {64, 128})
            for (const auto& [queries, keys] :
                 {std::pair{1, 1}, {5, 63}, {6, 64}, {7, 65}, {96, 300}, {97, 128}, {200, 1000}})
                for (const double spread : {0.1, 1.0, 6.0})
                    QTest::addRow("%d: %d x %d, %g", head_dim, queries, keys, spread)
                        << head_dim << queries << keys << spread;
    }
    void isSoftmaxAttention() {
        QFETCH(int, head_dim);
        QFETCH(int, queries);
        QFETCH(int, keys);
        QFETCH(double, spread);
        const auto d = static_cast<std::size_t>(head_dim);
        const auto q = randomFloats(static_cast<std::size_t>(queries) * d, static_cast<float>(spread), 1);
        const auto k = randomFloats(static_cast<std::size_t>(keys) * d, 1, 2);
        const auto v = randomFloats(static_cast<std::size_t>(keys) * d, 1, 3);
        const float scale = 1 / std::sqrt(static_cast<float>(d));
        const double error =
            relativeError(flash(q, k, v, d, nullptr, scale), plain(q, k, v, d, nullptr, scale));
        // Rounding a score of size s to bfloat16 operands changes its weight by about s / 256.
        QVERIFY2(error < 0.004 + 0.004 * spread, qPrintable(QString::number(error)));
    }

    void seesOnlyWhatIsVisible() {
        constexpr std::size_t d = 128;
        constexpr std::size_t keys = 150;
        constexpr std::size_t queries = 110;
        const auto q = randomFloats(queries * d, 1, 4);
        auto k = randomFloats(keys * d, 1, 5);
        auto v = randomFloats(keys * d, 1, 6);
        std::vector<std::int32_t> visible;
        for (std::size_t i = 0; i < queries; ++i)
            visible.push_back(static_cast<std::int32_t>(i % 3 == 0 ? 1 + i : keys - i));
        const auto got = flash(q, k, v, d, visible.data(), 0.1F);
        QVERIFY(relativeError(got, plain(q, k, v, d, visible.data(), 0.1F)) < 0.006);
        // What the first query does not see may be anything at all.
        for (std::size_t i = d; i < k.size(); ++i)
            k[i] = v[i] = 1e30F;
        const std::vector<float> first(q.begin(), q.begin() + d);
        const auto alone = flash(first, k, v, d, visible.data(), 0.1F);
        for (std::size_t i = 0; i < d; ++i)
            QVERIFY(std::fabs(alone[i] - v[i]) < 0.01 * std::fabs(v[i]) + 1e-6);
    }

    // The value that is subtracted moves with every tile.
    void scoresMayGrow() {
        constexpr std::size_t d = 64;
        constexpr std::size_t keys = 640;
        const std::vector<float> q(d, 1.0F);
        std::vector<float> k(keys * d);
        for (std::size_t key = 0; key < keys; ++key)
            std::fill_n(k.begin() + static_cast<std::ptrdiff_t>(key * d), d, static_cast<float>(key / 64));
        const auto v = randomFloats(keys * d, 1, 7);
        QVERIFY(relativeError(flash(q, k, v, d, nullptr, 1.0F), plain(q, k, v, d, nullptr, 1.0F)) < 0.006);
    }
};

QTEST_GUILESS_MAIN(FlashAttentionTest)
#include "flash_attention_test.moc"
