// The packed decode step against a plain decoder in double precision over the same rounded weights.
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <random>

#include "inference/networks/decode_step.h"

using namespace sightline;
using kernels::PackedMatrix;
using kernels::WeightFormat;

namespace {

struct Free {
    void operator()(std::uint8_t* p) const { ::operator delete[](p, std::align_val_t{64}); }
};

// A small decoder whose sizes are no multiples of 32.
struct Model {
    DecodeShape shape = {.hidden = 80,
                         .intermediate = 144,
                         .heads = 10,
                         .kv_heads = 5,
                         .head_dim = 24,
                         .vocab = 100,
                         .page_positions = 64};
    std::size_t layer_count = 3;
    std::vector<std::unique_ptr<std::uint8_t[], Free>> bytes;
    std::vector<std::unique_ptr<std::vector<float>>> norms;
    std::vector<DecodeLayer> layers;
    const float* final_norm = nullptr;
    PackedMatrix head;
    std::mt19937 random{11};

    explicit Model(WeightFormat format, kernels::CacheType cache_type = kernels::CacheType::bfloat16) {
        shape.cache_type = cache_type;
        const std::size_t q = shape.heads * shape.head_dim;
        const std::size_t kv = shape.kv_heads * shape.head_dim;
        for (std::size_t i = 0; i < layer_count; ++i)
            layers.push_back({matrix(format, q, shape.hidden), matrix(format, kv, shape.hidden),
                              matrix(format, kv, shape.hidden), matrix(format, shape.hidden, q),
                              matrix(format, shape.intermediate, shape.hidden),
                              matrix(format, shape.intermediate, shape.hidden),
                              matrix(format, shape.hidden, shape.intermediate), norm(shape.hidden),
                              norm(shape.hidden), norm(shape.head_dim), norm(shape.head_dim)});
        final_norm = norm(shape.hidden);
        head = matrix(format, shape.vocab, shape.hidden);
    }

    std::vector<float> values(std::size_t count, float size, float mean = 0) {
        std::normal_distribution<float> normal(mean, size);
        std::vector<float> result(count);
        for (float& v : result)
            v = normal(random);
        return result;
    }

    PackedMatrix matrix(WeightFormat format, std::size_t rows, std::size_t columns) {
        PackedMatrix packed{format, rows, columns, nullptr};
        bytes.emplace_back(new (std::align_val_t{64}) std::uint8_t[packed.bytes()]);
        packed.data = bytes.back().get();
        const std::vector<float> w = values(rows * columns, 1 / std::sqrt(static_cast<float>(columns)));
        for (std::size_t strip = 0; strip < packed.rowTiles(); ++strip)
            kernels::packStrip(format, w.data() + strip * 32 * columns,
                               std::min<std::size_t>(32, rows - strip * 32), columns,
                               bytes.back().get() + strip * packed.stripBytes());
        return packed;
    }

    const float* norm(std::size_t size) {
        norms.push_back(std::make_unique<std::vector<float>>(values(size, 0.1F, 1)));
        return norms.back()->data();
    }

    std::size_t pageBytes() const { return layer_count * 2 * shape.kv_heads * shape.page().bytes(); }
};

using Vector = std::vector<double>;

Vector product(const PackedMatrix& matrix, const Vector& x) {
    Vector y(matrix.rows);
    for (std::size_t row = 0; row < matrix.rows; ++row)
        for (std::size_t column = 0; column < matrix.columns; ++column)
            y[row] += static_cast<double>(kernels::weightAt(matrix, row, column)) * x[column];
    return y;
}

Vector normed(const Vector& x, const float* weight) {
    double squares = 0;
    for (const double v : x)
        squares += v * v;
    const double scale = 1 / std::sqrt(squares / static_cast<double>(x.size()) + 1e-6);
    Vector y = x;
    for (std::size_t i = 0; i < y.size(); ++i)
        y[i] *= scale * weight[i];
    return y;
}

Vector part(const Vector& x, std::size_t first, std::size_t count) {
    const auto begin = x.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

Vector rotated(const Vector& x, const std::vector<float>& cos, const std::vector<float>& sin) {
    Vector y(x.size());
    const std::size_t half = x.size() / 2;
    for (std::size_t i = 0; i < half; ++i) {
        y[i] = x[i] * cos[i] - x[i + half] * sin[i];
        y[i + half] = x[i + half] * cos[i + half] + x[i] * sin[i + half];
    }
    return y;
}

// One sequence with its cache, fed token by token to both decoders.
struct Sequence {
    std::vector<std::vector<std::byte>> pages;
    std::vector<std::byte*> pointers;
    std::vector<float> embedding, cos, sin;
    std::size_t length = 0;
    // Of the plain decoder: [layer][kv head] -> one vector a position.
    std::vector<std::vector<std::vector<Vector>>> keys, values;

    explicit Sequence(const Model& model)
        : keys(model.layer_count, std::vector<std::vector<Vector>>(model.shape.kv_heads)), values(keys) {}

    void feed(Model& model) {
        if (length % model.shape.page_positions == 0) pages.emplace_back(model.pageBytes());
        pointers.clear();
        for (auto& page : pages)
            pointers.push_back(page.data());
        embedding = model.values(model.shape.hidden, 1);
        cos = model.values(model.shape.head_dim, 0);
        sin = cos;
        for (std::size_t i = 0; i < cos.size(); ++i) {
            const double angle =
                static_cast<double>(length) / (1 + static_cast<double>(i % (cos.size() / 2)));
            cos[i] = static_cast<float>(std::cos(angle));
            sin[i] = static_cast<float>(std::sin(angle));
        }
    }
    DecodeToken token() const { return {embedding.data(), cos.data(), sin.data(), length, pointers}; }

    Vector plainLogits(const Model& model) {
        const DecodeShape& s = model.shape;
        Vector x(embedding.begin(), embedding.end());
        for (std::size_t index = 0; index < model.layer_count; ++index) {
            const DecodeLayer& layer = model.layers[index];
            const Vector h = normed(x, layer.input_norm);
            const Vector q = product(layer.q, h);
            const Vector k = product(layer.k, h);
            const Vector v = product(layer.v, h);
            Vector attended;
            for (std::size_t head = 0; head < s.heads; ++head) {
                const std::size_t kv = head / (s.heads / s.kv_heads);
                if (head % (s.heads / s.kv_heads) == 0) {
                    keys[index][kv].push_back(
                        rotated(normed(part(k, kv * s.head_dim, s.head_dim), layer.k_norm), cos, sin));
                    values[index][kv].push_back(part(v, kv * s.head_dim, s.head_dim));
                }
                const Vector query =
                    rotated(normed(part(q, head * s.head_dim, s.head_dim), layer.q_norm), cos, sin);
                Vector weights;
                double total = 0;
                for (const Vector& key : keys[index][kv]) {
                    double score = 0;
                    for (std::size_t i = 0; i < s.head_dim; ++i)
                        score += query[i] * key[i];
                    weights.push_back(std::exp(score / std::sqrt(static_cast<double>(s.head_dim))));
                    total += weights.back();
                }
                Vector out(s.head_dim);
                for (std::size_t p = 0; p < weights.size(); ++p)
                    for (std::size_t i = 0; i < s.head_dim; ++i)
                        out[i] += weights[p] / total * values[index][kv][p][i];
                attended.insert(attended.end(), out.begin(), out.end());
            }
            const Vector change = product(layer.o, attended);
            for (std::size_t i = 0; i < x.size(); ++i)
                x[i] += change[i];
            const Vector h2 = normed(x, layer.post_attention_norm);
            Vector gate = product(layer.gate, h2);
            const Vector up = product(layer.up, h2);
            for (std::size_t i = 0; i < gate.size(); ++i)
                gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
            const Vector down = product(layer.down, gate);
            for (std::size_t i = 0; i < x.size(); ++i)
                x[i] += down[i];
        }
        return product(model.head, normed(x, model.final_norm));
    }
};

}  // namespace

class DecodeStepTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void computesTheDecoder_data() {
        using kernels::CacheType;
        QTest::addColumn<int>("format");
        QTest::addColumn<int>("cache");
        const auto row = [](const char* name, WeightFormat format, CacheType cache) {
            QTest::newRow(name) << static_cast<int>(format) << static_cast<int>(cache);
        };
        row("int4", WeightFormat::int4, CacheType::bfloat16);
        row("int4, int8 cache", WeightFormat::int4, CacheType::int8);
        row("int8", WeightFormat::int8, CacheType::bfloat16);
        row("int8, float32 cache", WeightFormat::int8, CacheType::float32);
    }
    // Over more than one page of the cache.
    void computesTheDecoder() {
        QFETCH(int, format);
        QFETCH(int, cache);
        Model model(static_cast<WeightFormat>(format), static_cast<kernels::CacheType>(cache));
        DecodeStep step(model.shape, model.layers, model.final_norm, model.head, 2);
        Sequence sequence(model);
        double error = 0;
        double size = 0;
        for (; sequence.length < 70; ++sequence.length) {
            sequence.feed(model);
            std::vector<float> logits(model.shape.vocab);
            QVERIFY(step(std::vector{sequence.token()}, logits.data(), {}));
            const Vector wanted = sequence.plainLogits(model);
            for (std::size_t i = 0; i < logits.size(); ++i) {
                error += std::pow(logits[i] - wanted[i], 2);
                size += wanted[i] * wanted[i];
            }
        }
        const double relative = std::sqrt(error / size);
        QVERIFY2(relative < 0.02, qPrintable(QString::number(relative)));
    }

    // Whatever the batch and the number of threads: the same bits.
    void givesTheSameBitsInEveryBatch_data() {
        QTest::addColumn<int>("cache");
        QTest::newRow("bfloat16") << static_cast<int>(kernels::CacheType::bfloat16);
        QTest::newRow("int8") << static_cast<int>(kernels::CacheType::int8);
    }
    void givesTheSameBitsInEveryBatch() {
        QFETCH(int, cache);
        Model model(WeightFormat::int4, static_cast<kernels::CacheType>(cache));
        constexpr std::size_t count = 11;
        std::vector<Sequence> alone(count, Sequence(model));
        // Of different lengths.
        for (std::size_t i = 0; i < count; ++i)
            for (; alone[i].length < 3 * i; ++alone[i].length) {
                alone[i].feed(model);
                std::vector<float> logits(model.shape.vocab);
                DecodeStep step(model.shape, model.layers, model.final_norm, model.head, 1);
                QVERIFY(step(std::vector{alone[i].token()}, logits.data(), {}));
            }
        for (Sequence& sequence : alone)
            sequence.feed(model);
        std::vector<Sequence> together = alone;
        std::vector<float> one_by_one(count * model.shape.vocab);
        DecodeStep single(model.shape, model.layers, model.final_norm, model.head, 1);
        for (std::size_t i = 0; i < count; ++i)
            QVERIFY(single(std::vector{alone[i].token()}, one_by_one.data() + i * model.shape.vocab, {}));
        for (const int threads : {1, 2, 3}) {
            std::vector<DecodeToken> tokens;
            for (Sequence& sequence : together) {
                sequence.pointers.clear();
                for (auto& page : sequence.pages)
                    sequence.pointers.push_back(page.data());
                tokens.push_back(sequence.token());
            }
            std::vector<float> logits(one_by_one.size());
            DecodeStep batch(model.shape, model.layers, model.final_norm, model.head, threads);
            QVERIFY(batch(tokens, logits.data(), {}));
            QVERIFY(std::memcmp(logits.data(), one_by_one.data(), logits.size() * sizeof(float)) == 0);
            for (std::size_t i = 0; i < count; ++i)
                QCOMPARE(together[i].pages, alone[i].pages);
        }
    }

    void stopsBetweenLayers() {
        Model model(WeightFormat::int8);
        Sequence sequence(model);
        sequence.feed(model);
        std::stop_source stop;
        stop.request_stop();
        std::vector<float> logits(model.shape.vocab, -1.0F);
        DecodeStep step(model.shape, model.layers, model.final_norm, model.head, 2);
        QVERIFY(!step(std::vector{sequence.token()}, logits.data(), stop.get_token()));
        QCOMPARE(logits.front(), -1.0F);
        QVERIFY(step(std::vector{sequence.token()}, logits.data(), {}));  // and goes on afterwards
        QVERIFY(logits.front() != -1.0F);
    }
};

QTEST_GUILESS_MAIN(DecodeStepTest)
#include "decode_step_test.moc"
