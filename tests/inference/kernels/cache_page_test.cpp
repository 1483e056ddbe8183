// Rows in and out of a page of a KV cache.
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "inference/kernels/cache_page.h"

using namespace sightline::kernels;

namespace {

constexpr std::size_t dim = 24;
constexpr std::size_t stride = 30;  // of rows, that lie among others

std::vector<float> someRows(std::size_t count) {
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    std::vector<float> rows(count * stride);
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i] = normal(random) * static_cast<float>(1 + i / stride);  // later positions are larger
    return rows;
}

using Store = void (*)(const CachePage&, void*, std::size_t, std::size_t, const float*, std::size_t);
using Load = void (*)(const CachePage&, const void*, std::size_t, float*, std::size_t);

}  // namespace

class CachePageTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void rowsComeBack_data() {
        QTest::addColumn<int>("type");
        QTest::newRow("float32") << static_cast<int>(CacheType::float32);
        QTest::newRow("bfloat16") << static_cast<int>(CacheType::bfloat16);
        QTest::newRow("int8") << static_cast<int>(CacheType::int8);
    }
    // As near as their type allows, and nothing around them is touched.
    void rowsComeBack() {
        QFETCH(int, type);
        const CachePage page{static_cast<CacheType>(type), 64, dim};
        const std::vector<float> rows = someRows(64);
        for (const auto& [store, load] :
             {std::pair<Store, Load>{storeKeys, loadKeys}, {storeValues, loadValues}}) {
            std::vector<std::byte> memory(page.bytes() + 64, std::byte{0x5A});
            // In three parts, the middle one last.
            for (const auto& [first, count] : {std::pair<std::size_t, std::size_t>{0, 5}, {40, 24}, {5, 35}})
                store(page, memory.data(), first, count, rows.data() + first * stride, stride);
            QVERIFY(std::all_of(memory.end() - 64, memory.end(),
                                [](std::byte b) { return b == std::byte{0x5A}; }));
            std::vector<float> back(rows.size(), -1);
            load(page, memory.data(), 50, back.data(), stride);
            for (std::size_t i = 0; i < 64; ++i) {
                float largest = 0;
                for (std::size_t d = 0; d < dim; ++d)
                    largest = std::max(largest, std::fabs(rows[i * stride + d]));
                for (std::size_t d = 0; d < stride; ++d) {
                    const float wanted = rows[i * stride + d];
                    const float got = back[i * stride + d];
                    if (i >= 50 || d >= dim) {
                        QCOMPARE(got, -1.0F);
                    } else if (page.type == CacheType::float32) {
                        QCOMPARE(got, wanted);
                    } else {
                        const float most =
                            page.type == CacheType::int8 ? largest / 254 : std::fabs(wanted) / 256;
                        QVERIFY2(std::fabs(got - wanted) <= most * 1.0001F,
                                 qPrintable(QStringLiteral("%1 for %2").arg(got).arg(wanted)));
                    }
                }
            }
        }
    }

    void zerosStayZeros() {
        const CachePage page{CacheType::int8, 64, dim};
        std::vector<std::byte> memory(page.bytes(), std::byte{0x5A});
        const std::vector<float> zeros(dim, 0.0F);
        storeKeys(page, memory.data(), 7, 1, zeros.data(), dim);
        QCOMPARE(cacheScales(page, memory.data())[7], 0.0F);
        std::vector<float> back(8 * dim, 1.0F);
        loadKeys(page, memory.data(), 8, back.data(), dim);
        QVERIFY(std::equal(zeros.begin(), zeros.end(), back.begin() + 7 * dim));
        // And what is too small for a scale.
        const std::vector<float> tiny(dim, std::numeric_limits<float>::denorm_min() * 1000);
        storeKeys(page, memory.data(), 7, 1, tiny.data(), dim);
        loadKeys(page, memory.data(), 8, back.data(), dim);
        QVERIFY(std::equal(zeros.begin(), zeros.end(), back.begin() + 7 * dim));
    }

    // What is not finite must not look like a number afterwards.
    void aBrokenRowStaysBroken() {
        const CachePage page{CacheType::int8, 64, dim};
        for (const float broken :
             {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
            std::vector<std::byte> memory(page.bytes());
            std::vector<float> row(dim, 1.0F);
            row[3] = broken;
            storeValues(page, memory.data(), 0, 1, row.data(), dim);
            std::vector<float> back(dim);
            loadValues(page, memory.data(), 1, back.data(), dim);
            for (const float value : back)
                QVERIFY(std::isnan(value));
        }
    }
};

QTEST_APPLESS_MAIN(CachePageTest)
#include "cache_page_test.moc"
