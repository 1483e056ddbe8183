// Keys and values in one run of memory, as on a GPU, against those in pages: whatever is forked, cut, written
// and given up half-way, each sequence reads what was written to it.
#include <QTest>

#include <c10/core/InferenceMode.h>

#include <random>

#include "inference/networks/kv_cache.h"

using namespace sightline;

namespace {

constexpr std::int64_t layers = 2;
constexpr std::int64_t heads = 2;
constexpr std::int64_t head_dim = 4;

KvLayout layout(bool in_one_run) {
    ComputeContext context;
    context.cache_dtype = at::kFloat;
    return {layers, heads, head_dim, context, in_one_run};
}

// The same sequence both ways.
struct Pair {
    KvCache pages{layout(false)};
    KvCache run{layout(true)};

    void write(std::int64_t count, bool commit) {
        const std::int64_t begin = pages.length();
        for (KvCache* cache : {&pages, &run})
            cache->reserve(begin + count);
        for (std::int64_t layer = 0; layer < layers; ++layer) {
            const at::Tensor k = at::rand({count, heads, head_dim});
            const at::Tensor v = at::rand({count, heads, head_dim});
            for (KvCache* cache : {&pages, &run})
                cache->write(layer, begin, k, v);
        }
        if (!commit) return;
        for (KvCache* cache : {&pages, &run})
            cache->commit(begin + count);
    }
    void truncate(std::int64_t length) {
        for (KvCache* cache : {&pages, &run})
            cache->truncate(length);
    }
    bool agree() const {
        if (pages.length() != run.length()) return false;
        if (pages.length() == 0) return true;
        for (std::int64_t layer = 0; layer < layers; ++layer) {
            const auto [k, v] = pages.gather(layer, pages.length());
            const auto [run_k, run_v] = run.gather(layer, run.length());
            if (!at::equal(k, run_k) || !at::equal(v, run_v)) return false;
        }
        return true;
    }
};

}  // namespace

class KvCacheTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void aRunHoldsWhatPagesHold();
    void aForkCostsNothingUntilItIsWritten();
    void growingKeepsRoomForMore();
    void pagesHoldEightBits();
};

void KvCacheTest::aRunHoldsWhatPagesHold() {
    const c10::InferenceMode guard;
    at::manual_seed(1);
    std::mt19937 random(1);
    const auto below = [&](std::int64_t limit) {
        return std::uniform_int_distribution<std::int64_t>(0, limit - 1)(random);
    };
    std::vector<Pair> sequences(1);
    for (int i = 0; i < 400; ++i) {
        Pair& one = sequences[static_cast<std::size_t>(below(std::ssize(sequences)))];
        switch (below(6)) {
            case 0:
                if (sequences.size() < 8) sequences.push_back(one);
                break;
            case 1:
                one.truncate(below(one.pages.length() + 1));
                break;
            case 2:
                one.write(1 + below(70), false);  // stopped before its end
                break;
            default:
                one.write(1 + below(one.pages.length() < 3000 ? 200 : 2), true);
        }
        for (const Pair& each : sequences)
            QVERIFY2(each.agree(), qPrintable(QString("after %1 changes").arg(i + 1)));
    }
}

void KvCacheTest::aForkCostsNothingUntilItIsWritten() {
    const c10::InferenceMode guard;
    Pair one;
    one.write(100, true);
    KvCache fork = one.run.fork();
    const auto place = [](const KvCache& cache) { return cache.gather(0, 100).first.const_data_ptr(); };
    QCOMPARE(place(fork), place(one.run));
    fork.reserve(101);
    QVERIFY(place(fork) != place(one.run));
    const void* own = place(fork);
    fork.reserve(102);  // nobody else's any more
    QCOMPARE(place(fork), own);
}

// One copy for many tokens: a copy each would make a long reply quadratic.
void KvCacheTest::growingKeepsRoomForMore() {
    const c10::InferenceMode guard;
    Pair one;
    constexpr int positions = 20000;
    int copies = 0;
    const void* before = nullptr;
    for (int i = 0; i < positions; ++i) {
        one.run.reserve(i + 1);
        one.run.commit(i + 1);
        const void* now = one.run.gather(0, 1).first.const_data_ptr();
        copies += now != before;
        before = now;
    }
    QVERIFY2(copies <= 10, qPrintable(QString::number(copies)));
    const std::size_t needed = positions * one.run.layout().positionBytes();
    QVERIFY(one.run.bytes() >= needed);
    QVERIFY(one.run.bytes() <= needed * 3 / 2 + 1024 * one.run.layout().positionBytes());
}

// Little more than half of what 16 bits take; each position is as near as 127 steps up to its largest value
// allow, whatever the positions beside it hold, and a fork keeps it.
void KvCacheTest::pagesHoldEightBits() {
    const c10::InferenceMode guard;
    at::manual_seed(2);
    ComputeContext context;
    const KvLayout half{layers, heads, 128, context, false};
    context.cache_dtype = at::kChar;
    const KvLayout eight{layers, heads, 128, context, false};
    QVERIFY(eight.positionBytes() * 100 < half.positionBytes() * 52);
    constexpr std::int64_t count = 150;
    KvCache cache(eight);
    std::vector<std::pair<at::Tensor, at::Tensor>> wanted;
    const at::Tensor sizes = at::arange(1, count + 1, at::kFloat).view({count, 1, 1});
    cache.reserve(count);
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        // Of which the cache gets views, as those of a product.
        const at::Tensor k = (at::randn({count, 128, heads}) * sizes).transpose(1, 2);
        const at::Tensor v = at::randn({count, heads, 128}) * sizes;
        cache.write(layer, 0, k.narrow(0, 0, 70), v.narrow(0, 0, 70));
        cache.write(layer, 70, k.narrow(0, 70, count - 70), v.narrow(0, 70, count - 70));
        wanted.emplace_back(k.transpose(0, 1), v.transpose(0, 1));
    }
    cache.commit(count);
    QCOMPARE(cache.bytes(), 3 * eight.pageBytes());
    const KvCache fork = cache.fork();
    cache.truncate(10);
    cache.reserve(11);
    cache.write(0, 10, at::zeros({1, heads, 128}), at::zeros({1, heads, 128}));
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        const auto [k, v] = fork.gather(layer, count);
        for (const auto& [got, exact] : {std::pair{k, wanted[static_cast<std::size_t>(layer)].first},
                                         {v, wanted[static_cast<std::size_t>(layer)].second}}) {
            const at::Tensor most = exact.abs().amax(-1, true) / 254 * 1.0001;
            QVERIFY(((got - exact).abs() <= most).all().item<bool>());
        }
    }
}

QTEST_GUILESS_MAIN(KvCacheTest)
#include "kv_cache_test.moc"
