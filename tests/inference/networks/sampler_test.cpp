// The sampler against filtered distributions of transformers 5, and its own promises: reproducible draws,
// masks, loops.
#include "inference/networks/sampler.h"

#include <QtTest>
#include <cmath>
#include <cstring>
#include <ctime>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <set>

#include "inference/files/safetensors.h"
#include "tests/inference/failure.h"
#include "tests/test_paths.h"

using namespace sightline;
using sightline::test::failureOf;

namespace {

constexpr float minus_infinity = -std::numeric_limits<float>::infinity();

GenerationOptions plainSampling() {
    GenerationOptions options;
    options.temperature = 1.0;
    options.top_p = 1.0;
    options.top_k = 0;
    return options;
}

std::vector<float> rowOf(const TensorView& tensor, std::int64_t row) {
    std::vector<float> values(static_cast<std::size_t>(tensor.shape.at(1)));
    std::memcpy(values.data(), tensor.bytes.data() + row * tensor.shape[1] * sizeof(float),
                values.size() * sizeof(float));
    return values;
}

// One case of sampling/index.json -> an explanation of the first difference, or an empty string.
std::string compareCase(const nlohmann::json& sample, const std::vector<float>& logits,
                        std::vector<float> expected) {
    const nlohmann::json& params = sample.at("params");
    GenerationOptions options = plainSampling();
    options.temperature = params.value("temperature", 1.0);
    options.top_p = params.value("top_p", 1.0);
    options.top_k = params.value("top_k", 0);
    options.min_p = params.value("min_p", 0.0);
    options.repetition_penalty = params.value("repetition_penalty", 1.0);
    options.presence_penalty = params.value("presence_penalty", 0.0);
    options.frequency_penalty = params.value("frequency_penalty", 0.0);
    const auto context = params.value("context_ids", std::vector<TokenId>());
    const auto reply = params.value("output_ids", std::vector<TokenId>());
    std::vector<float> actual =
        Sampler(options, static_cast<int>(logits.size())).distribution(logits, context, reply, {});

    const auto kept = std::count_if(actual.begin(), actual.end(), [](float p) { return p > 0; });
    const auto expected_kept = std::count_if(expected.begin(), expected.end(), [](float p) { return p > 0; });
    const double sum = std::accumulate(actual.begin(), actual.end(), 0.0);
    if (std::abs(sum - 1) > 1e-5)
        return "probabilities sum to " + std::to_string(sum) + " in " + sample.dump();
    if (kept != expected_kept) {
        return std::to_string(kept) + " tokens kept, expected " + std::to_string(expected_kept) + " in " +
               sample.dump();
    }
    const bool sorted_only = sample.value("tie_dependent", false);
    if (sorted_only) {
        std::sort(actual.begin(), actual.end());
        std::sort(expected.begin(), expected.end());
    }
    for (std::size_t i = 0; i < actual.size(); ++i) {
        const bool same_set = (actual[i] > 0) == (expected[i] > 0);
        if (!same_set || std::abs(actual[i] - expected[i]) > 2e-6f) {
            return "entry " + std::to_string(i) + " is " + std::to_string(actual[i]) + ", expected " +
                   std::to_string(expected[i]) + " in " + sample.dump();
        }
    }
    return {};
}

std::vector<float> randomLogits(int count, unsigned seed, float deviation) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0, deviation);
    std::vector<float> logits(static_cast<std::size_t>(count));
    for (float& logit : logits)
        logit = normal(generator);
    return logits;
}

}  // namespace

class SamplerTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void matchesTheReference_data() {
        QTest::addColumn<QString>("folder");
        QTest::newRow("excerpt") << test_paths::data("sampling");
        QTest::newRow("full") << qEnvironmentVariable("SIGHTLINE_GOLDEN",
                                                      test_paths::source("../shared/golden")) +
                                     "/sampling";
    }
    void matchesTheReference() {
        QFETCH(QString, folder);
        if (!QFile::exists(folder)) QSKIP("The full reference set is not here");
        std::ifstream stream((folder + "/index.json").toStdString());
        const nlohmann::json index = nlohmann::json::parse(stream);
        const SafetensorsFile file = SafetensorsFile::open((folder + "/cases.safetensors").toStdString());
        const TensorView& logits = file.tensors().at("logits");
        const TensorView& expected = file.tensors().at("probs");
        std::int64_t number = 0;
        for (const nlohmann::json& sample : index.at("cases")) {
            const std::string difference =
                compareCase(sample, rowOf(logits, sample.at("row")), rowOf(expected, number++));
            QVERIFY2(difference.empty(), difference.c_str());
        }
        QCOMPARE(number, expected.shape.at(0));
        QVERIFY(number > 80);
    }

    void greedyTakesTheLowestIdAmongEquals() {
        GenerationOptions options;
        options.temperature = 0;
        const Sampler sampler(options, 5);
        const std::vector<float> logits{1, 3, 0, 3, minus_infinity};
        QCOMPARE(sampler.choose(logits, {}, {}, {}).token, 1);
        QCOMPARE(sampler.distribution(logits, {}, {}, {}), (std::vector<float>{0, 1, 0, 0, 0}));
        options.presence_penalty = 1;
        QCOMPARE(Sampler(options, 5).choose(logits, {}, std::vector<TokenId>{1}, {}).token, 3);
    }

    void theMaskForbids() {
        const Sampler sampler(plainSampling(), 4);
        const std::vector<float> logits{5, 1, 1, 0};
        const std::vector<std::uint8_t> allowed{0, 1, 1, 0};
        const std::vector<float> probabilities = sampler.distribution(logits, {}, {}, allowed);
        QCOMPARE(probabilities, (std::vector<float>{0, 0.5f, 0.5f, 0}));
        for (int i = 0; i < 50; ++i) {
            const std::vector<TokenId> reply(static_cast<std::size_t>(i), 0);
            const TokenId token = sampler.choose(logits, {}, reply, allowed).token;
            QVERIFY(token == 1 || token == 2);
        }
        QVERIFY_EXCEPTION_THROWN(sampler.choose(logits, {}, {}, std::vector<std::uint8_t>(4, 0)), Error);
        QVERIFY_EXCEPTION_THROWN(sampler.choose(logits, {}, {}, std::vector<std::uint8_t>(3, 1)), Error);
    }

    void refusesWhatIsOutOfRange_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("value");
        const double nan = std::numeric_limits<double>::quiet_NaN();
        for (const char* name : {"temperature", "top_p", "min_p", "presence_penalty", "frequency_penalty",
                                 "repetition_penalty"}) {
            for (const double value : {nan, -3.0, 1e300})
                QTest::addRow("%s %g", name, value) << name << value;
        }
        for (const char* name : {"top_k", "max_tokens", "top_log_probabilities"}) {
            QTest::addRow("%s -1", name) << name << -1.0;
        }
        QTest::newRow("max_tokens 0") << "max_tokens" << 0.0;
        QTest::newRow("top_log_probabilities 21") << "top_log_probabilities" << 21.0;
    }
    void refusesWhatIsOutOfRange() {
        QFETCH(QString, name);
        QFETCH(double, value);
        GenerationOptions options;
        if (name == "temperature") options.temperature = value;
        if (name == "top_p") options.top_p = value;
        if (name == "min_p") options.min_p = value;
        if (name == "presence_penalty") options.presence_penalty = value;
        if (name == "frequency_penalty") options.frequency_penalty = value;
        if (name == "repetition_penalty") options.repetition_penalty = value;
        if (name == "top_k") options.top_k = static_cast<int>(value);
        if (name == "max_tokens") options.max_tokens = static_cast<int>(value);
        if (name == "top_log_probabilities") options.top_log_probabilities = static_cast<int>(value);
        try {
            Sampler(options, 10);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::invalid_input);
            QVERIFY2(QString::fromUtf8(error.what()).startsWith(name), error.what());
        }
    }

    void brokenScoresAreAnError() {
        const Sampler sampler(plainSampling(), 3);
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const std::vector<std::uint8_t> all(3, 1);
        for (const std::vector<float>& logits : {std::vector<float>{1, nan, 2},
                                                 {nan, nan, nan},
                                                 {1, std::numeric_limits<float>::infinity(), 2},
                                                 {minus_infinity, minus_infinity, minus_infinity}}) {
            for (const std::vector<std::uint8_t>& allowed : {std::vector<std::uint8_t>(), all})
                COMPARE_FAILURE(failureOf([&] { sampler.choose(logits, {}, {}, allowed); }),
                                ErrorKind::invalid_model, "weights");
        }
        COMPARE_FAILURE(failureOf([&] {
                            sampler.choose(std::vector<float>{1, 2}, {}, {}, {});
                        }),
                        ErrorKind::internal);
        // What is left may have no score, but that is the mask's doing.
        const std::vector<float> one{1, minus_infinity, minus_infinity};
        COMPARE_FAILURE(failureOf([&] {
                            sampler.choose(one, {}, {}, std::vector<std::uint8_t>{0, 1, 1});
                        }),
                        ErrorKind::invalid_input, "allowed");
        GenerationOptions tiny = plainSampling();
        tiny.temperature = 1e-30;
        QCOMPARE(Sampler(tiny, 3).choose(std::vector<float>{-9, 7, 3}, {}, {}, {}).token, 1);
    }

    void theSameSeedGivesTheSameReply() {
        const std::vector<float> logits = randomLogits(200, 5, 1);
        const auto replyWith = [&](std::uint64_t seed) {
            GenerationOptions options = plainSampling();
            options.seed = seed;
            const Sampler sampler(options, 200);
            std::vector<TokenId> reply;
            while (reply.size() < 64)
                reply.push_back(sampler.choose(logits, {}, reply, {}).token);
            return reply;
        };
        QCOMPARE(replyWith(7), replyWith(7));
        QVERIFY(replyWith(7) != replyWith(8));
        QVERIFY(replyWith(0) != replyWith(std::uint64_t{1} << 63));
    }

    // Fixed values: a reply must be the same on another machine and in the next version.
    void uniformNumbersArePinned() {
        QVERIFY(uniformAt(0, 0) == 0.23286544795475594);
        QVERIFY(uniformAt(42, 7) == 0.4245292213300086);
        QVERIFY(uniformAt(~std::uint64_t{0}, 1000000) == 0.26681982905688695);
        double sum = 0;
        double product = 0;
        std::array<int, 16> bins{};
        constexpr int count = 100000;
        for (int i = 0; i < count; ++i) {
            const double value = uniformAt(123, static_cast<std::uint64_t>(i));
            QVERIFY(value >= 0 && value < 1);
            sum += value;
            product += value * uniformAt(124, static_cast<std::uint64_t>(i));
            ++bins[static_cast<std::size_t>(value * 16)];
        }
        QVERIFY(std::abs(sum / count - 0.5) < 0.005);
        QVERIFY(std::abs(product / count - 0.25) < 0.005);  // neighbouring seeds are independent
        for (const int bin : bins)
            QVERIFY(std::abs(bin - count / 16) < 400);
    }

    void drawsFollowTheDistribution() {
        GenerationOptions options = plainSampling();
        options.temperature = 0.7;
        options.top_k = 5;
        const std::vector<float> logits{2, 1, 0.5f, 0, -1, -2, -3, -4};
        const Sampler sampler(options, 8);
        const std::vector<float> expected = sampler.distribution(logits, {}, {}, {});
        std::array<int, 8> seen{};
        constexpr int count = 20000;
        std::vector<TokenId> reply;
        for (int i = 0; i < count; ++i) {
            ++seen[static_cast<std::size_t>(sampler.choose(logits, {}, reply, {}).token)];
            reply.push_back(0);
        }
        for (std::size_t i = 0; i < 8; ++i) {
            QVERIFY(std::abs(static_cast<double>(seen[i]) / count - expected[i]) < 0.012);
        }
    }

    void logProbabilitiesAreOfTheUnfilteredDistribution() {
        const std::vector<float> logits = randomLogits(1000, 3, 4);
        double sum = 0;
        for (const float logit : logits)
            sum += std::exp(static_cast<double>(logit));
        GenerationOptions options;
        options.temperature = 0.2;
        options.top_k = 3;
        options.top_log_probabilities = 20;
        const Sampler::Choice choice = Sampler(options, 1000).choose(logits, {}, {}, {});
        const auto logProbability = [&](TokenId token) {
            return static_cast<float>(logits[static_cast<std::size_t>(token)] - std::log(sum));
        };
        QVERIFY(std::abs(choice.log_probability - logProbability(choice.token)) < 1e-5f);
        QCOMPARE(choice.top.size(), std::size_t{20});
        std::set<TokenId> distinct;
        for (std::size_t i = 0; i < choice.top.size(); ++i) {
            distinct.insert(choice.top[i].token);
            QVERIFY(std::abs(choice.top[i].log_probability - logProbability(choice.top[i].token)) < 1e-5f);
            if (i > 0) QVERIFY(choice.top[i].log_probability <= choice.top[i - 1].log_probability);
        }
        QCOMPARE(distinct.size(), std::size_t{20});
        QCOMPARE(logits[static_cast<std::size_t>(choice.top[0].token)],
                 *std::max_element(logits.begin(), logits.end()));
    }

    // The quick selection by buckets against the definition, written down plainly.
    void topPAgreesWithItsDefinition() {
        for (const float deviation : {0.001f, 0.5f, 3.0f, 30.0f}) {
            for (const double top_p : {0.1, 0.5, 0.9, 0.999}) {
                const std::vector<float> logits = randomLogits(3000, 11, deviation);
                GenerationOptions options = plainSampling();
                options.top_p = top_p;
                const std::vector<float> actual = Sampler(options, 3000).distribution(logits, {}, {}, {});
                std::vector<std::size_t> order(logits.size());
                std::iota(order.begin(), order.end(), 0);
                std::sort(order.begin(), order.end(), [&](auto a, auto b) { return logits[a] < logits[b]; });
                double total = 0;
                for (const float logit : logits)
                    total += std::exp(static_cast<double>(logit));
                double removed = 0;
                for (std::size_t i = 0; i < order.size(); ++i) {
                    removed += std::exp(static_cast<double>(logits[order[i]])) / total;
                    const bool keep = removed > 1 - top_p || i + 1 == order.size();
                    QCOMPARE(actual[order[i]] > 0, keep);
                    if (keep) break;
                }
            }
        }
    }

    // Processor time, so that other programs don't matter; against a full sort, so that the machine doesn't.
    void aRealVocabularyIsNotSorted() {
        constexpr int vocab_size = 151936;
        const std::vector<float> logits = randomLogits(vocab_size, 1, 3.0f);
        const auto secondsOf = [](const auto& work) {
            double best = 1e9;
            for (int i = 0; i < 15; ++i) {
                const std::clock_t start = std::clock();
                work();
                best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
            }
            return best;
        };
        const double sort_seconds = secondsOf([&] {
            std::vector<float> copy = logits;
            std::sort(copy.begin(), copy.end());
        });
        for (const int top_k : {20, 0}) {
            GenerationOptions options;
            options.top_k = top_k;
            const Sampler sampler(options, vocab_size);
            const double seconds = secondsOf([&] { sampler.distribution(logits, {}, {}, {}); });
            qInfo("top_k %d: %.2f ms, a sort takes %.2f ms", top_k, seconds * 1e3, sort_seconds * 1e3);
            QVERIFY(seconds < sort_seconds / (top_k > 0 ? 3 : 1));
        }
    }

    void loopsAreFound_data() {
        QTest::addColumn<int>("period");
        for (const int period : {1, 2, 7, 24, 63, 64})
            QTest::addRow("period %d", period) << period;
    }
    void loopsAreFound() {
        QFETCH(int, period);
        std::vector<TokenId> reply{900, 901, 902};
        const int needed = std::max(4 * period, 96);
        for (int i = 0; i < needed; ++i) {
            QVERIFY2(!repeatsItself(reply), qPrintable(QString("after %1 tokens").arg(reply.size())));
            reply.push_back(i % period);
        }
        QVERIFY(repeatsItself(reply));
        reply.push_back(5000);
        QVERIFY(!repeatsItself(reply));
    }

    // Tokens stand for words, digits and signs here; the numbers change from row to row as they do in real
    // replies.
    void ordinaryRepliesAreNoLoops_data() {
        QTest::addColumn<QVector<int>>("reply");
        const int bar = 1000;
        const int line = 1001;
        const int comma = 1002;
        const int digits = 2000;
        QVector<int> table;    // | 17 | 34 | 51 |
        QVector<int> numbers;  // 1, 2, 3, ...
        QVector<int> code;     // case 17: return name_17;
        QVector<int> json;     // [{"id": 17, "name": "a", "price": 5}, ...]
        QVector<int> matrix;   // rows of zeros with one 1 that wanders
        for (int row = 0; row < 120; ++row) {
            for (int column = 1; column <= 3; ++column) {
                table << bar << digits + (row * column) / 10 % 10 << digits + (row * column) % 10;
            }
            table << bar << line;
            for (const char digit : std::to_string(row + 1))
                numbers << digits + digit;
            numbers << comma;
            code << 10 << 11 << digits + row / 10 << digits + row % 10 << 12 << 13 << 14 << digits + row / 10
                 << digits + row % 10 << 15 << line;
            json << 20 << 21 << digits + row / 10 << digits + row % 10 << 22 << 23 << 24 << 25 << 26
                 << digits + row % 7 << 27 << comma;
            for (int column = 0; column < 12; ++column)
                matrix << digits + (row % 12 == column) << comma;
            matrix << line;
        }
        QVector<int> ruler{bar};  // a wide table's rule, |---|---|..., of 30 columns, then its rows
        for (int column = 0; column < 30; ++column)
            ruler << 30 << bar;
        QTest::newRow("table") << table;
        QTest::newRow("numbers") << numbers;
        QTest::newRow("code") << code;
        QTest::newRow("json") << json;
        QTest::newRow("matrix") << matrix;
        QTest::newRow("ruler") << ruler;
    }
    void ordinaryRepliesAreNoLoops() {
        QFETCH(QVector<int>, reply);
        const std::vector<TokenId> tokens(reply.begin(), reply.end());
        for (std::size_t length = 1; length <= tokens.size(); ++length) {
            QVERIFY2(!repeatsItself(std::span(tokens).first(length)), qPrintable(QString::number(length)));
        }
    }
};

QTEST_APPLESS_MAIN(SamplerTest)
#include "sampler_test.moc"
