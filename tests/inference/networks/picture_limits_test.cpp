// Pictures at the limits: strips, the budget of pixels, many in one question, and memory that runs out while
// one is encoded.
#include <sys/resource.h>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "inference/networks/kept_memory.h"
#include "inference/networks/qwen_engine.h"
#include "tests/inference/networks/questions.h"
#include "tests/test_paths.h"
#include "tests/tiny_model/tiny_model.h"

using namespace questions;

namespace {

constexpr int around = 2;  // tokens before and behind a picture, which its cost has

}  // namespace

class PictureLimitsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase();
    void stripsOfTwoHundredToOne_data();
    void stripsOfTwoHundredToOne();
    void hugePicturesKeepTheBudget();
    void fortyPicturesInOneQuestion();
    void memoryThatRunsOutIsSaid();
    void whatIsKeptMakesRoom();
    void aClosedEngineLeavesNothing();

  private:
    std::unique_ptr<QwenEngine> open(int context);

    QTemporaryDir folder_;
};

void PictureLimitsTest::initTestCase() {
    QVERIFY(folder_.isValid());
    test::TinyModelOptions options;
    options.max_position_embeddings = 16384;
    test::writeTinyModel(folder_.path().toStdString(), options);
}

std::unique_ptr<QwenEngine> PictureLimitsTest::open(int context) {
    EngineOptions options;
    options.precision = Precision::int8;
    options.context_length = context;
    options.threads = 2;
    return std::make_unique<QwenEngine>(folder_.path().toStdString(), options, nullptr, std::stop_token());
}

void PictureLimitsTest::stripsOfTwoHundredToOne_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<bool>("taken");
    QTest::newRow("200:1") << 6400 << 32 << true;
    QTest::newRow("1:200") << 4 << 800 << true;
    QTest::newRow("201:1") << 6432 << 32 << false;
    QTest::newRow("1:201") << 1 << 201 << false;
}

void PictureLimitsTest::stripsOfTwoHundredToOne() {
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(bool, taken);
    const auto engine = open(4096);
    std::string sentence;
    const auto asked = [&] {
        return engine->open(askAbout(picture(width, height, 1), "What is it?"), sampling(3));
    };
    if (!taken) {
        QCOMPARE(kindOf([&] { asked(); }, &sentence), ErrorKind::invalid_input);
        QVERIFY2(sentence.find("200:1") != std::string::npos, sentence.c_str());
        return;
    }
    const Finished finished = finish(*engine, asked());
    QCOMPARE(finished.tokens.size(), std::size_t{3});
}

void PictureLimitsTest::hugePicturesKeepTheBudget() {
    const auto engine = open(4096);
    const PictureCost cost = engine->pictureCost(12000, 9000, {});
    const SequenceId id = engine->open(askAbout(picture(12000, 9000, 1), "What is it?"), sampling(1));
    QCOMPARE(finish(*engine, id).tokens.size(), std::size_t{1});
    QCOMPARE(engine->statistics(id).picture_tokens, cost.tokens - around);
}

void PictureLimitsTest::fortyPicturesInOneQuestion() {
    const auto engine = open(8192);
    std::vector<Part> parts;
    int tokens = 0;
    for (int i = 0; i < 40; ++i) {
        const int width = 64 + 16 * (i % 5);
        const int height = 48 + 32 * (i % 3);
        tokens += engine->pictureCost(width, height, {}).tokens - around;
        parts.emplace_back(ImagePart{picture(width, height, i), {}});
    }
    parts.emplace_back(TextPart{"Compare them."});
    Prompt prompt;
    prompt.messages = {user(parts)};
    const SequenceId id = engine->open(prompt, sampling(4));
    const Finished first = finish(*engine, id);
    QCOMPARE(first.tokens.size(), std::size_t{4});
    QCOMPARE(engine->statistics(id).picture_tokens, tokens);
    // In another context they do not fit, and that is said before anything is computed.
    const auto small = open(256);
    std::string sentence;
    QCOMPARE(kindOf([&] { small->open(prompt, sampling(4)); }, &sentence), ErrorKind::context_full);
    QVERIFY2(sentence.find("256") != std::string::npos, sentence.c_str());
}

namespace {

// A model_bench with the demo model, which answers one order after the other.
class Bench {
  public:
    Bench() {
        process_.start(test_paths::engineTool("model_bench"),
                       {"--model", test_paths::source("resources/demo-model"), "--precision", "int8",
                        "--threads", "1", "--context", "16384"});
    }
    QJsonObject answer() {
        while (!process_.canReadLine())
            if (!process_.waitForReadyRead(120'000)) return {};
        return QJsonDocument::fromJson(process_.readLine()).object();
    }
    QJsonObject encode(int width, int height) {
        process_.write(QStringLiteral("{\"do\": \"encode\", \"width\": %1, \"height\": %2, \"seed\": %3}\n")
                           .arg(width)
                           .arg(height)
                           .arg(++seed_)
                           .toUtf8());
        return answer();
    }
    // Address space that it has now, in bytes.
    rlim_t used() const {
        QFile statm(QString("/proc/%1/statm").arg(process_.processId()));
        if (!statm.open(QFile::ReadOnly)) return 0;
        return statm.readAll().split(' ').at(0).toULongLong() * static_cast<rlim_t>(getpagesize());
    }
    bool limit(rlim_t bytes) {
        const rlimit limit{bytes, RLIM_INFINITY};
        return prlimit(static_cast<pid_t>(process_.processId()), RLIMIT_AS, &limit, nullptr) == 0;
    }
    bool end() {
        process_.closeWriteChannel();
        return process_.waitForFinished(60'000) && process_.exitCode() == 0;
    }

  private:
    QProcess process_;
    int seed_ = 0;
};

}  // namespace

// The process may have no more memory than it has and 24 MiB: what is too much is refused or given up with a
// sentence, and the next question is answered.
void PictureLimitsTest::memoryThatRunsOutIsSaid() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("a sanitizer takes address space as it likes");
#endif
    Bench bench;
    QVERIFY(bench.answer().contains("open_seconds"));
    QVERIFY(bench.encode(128, 96).contains("seconds"));
    QVERIFY(bench.limit(bench.used() + (24U << 20)));
    const QString said = bench.encode(2000, 1500)["error"].toString();
    QVERIFY2(said.contains("there was not enough memory"), qPrintable(said));
    QVERIFY(bench.encode(128, 96).contains("seconds"));
    QVERIFY(bench.end());
}

// A large picture needs less beyond what the process has if that is kept for later questions: it goes first.
void PictureLimitsTest::whatIsKeptMakesRoom() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("a sanitizer takes address space as it likes");
#endif
    constexpr rlim_t step = 8U << 20;
    const auto neededBeyond = [](int pictures_before) -> rlim_t {
        Bench bench;
        if (!bench.answer().contains("open_seconds")) return 0;
        for (int i = 0; i < pictures_before; ++i)
            if (!bench.encode(1024, 1024).contains("seconds")) return 0;
        const rlim_t used = bench.used();
        for (rlim_t more = step; more < (rlim_t{1} << 30); more += step) {
            if (!bench.limit(used + more)) return 0;
            if (bench.encode(2000, 1500).contains("seconds")) return bench.end() ? more : 0;
        }
        return 0;
    };
    const rlim_t with_one = neededBeyond(1);
    const rlim_t with_many = neededBeyond(12);
    QVERIFY(with_one > 0 && with_many > 0);
    QVERIFY2(with_many + (16U << 20) <= with_one,
             qPrintable(QString("%1 MiB, %2 MiB").arg(with_one >> 20).arg(with_many >> 20)));
}

// Features and pages that outlive their question are returned when the engine goes, and then nobody asks for
// memory again.
void PictureLimitsTest::aClosedEngineLeavesNothing() {
    const QTemporaryDir folder;
    test::TinyModelOptions model;
    model.max_pixels = 1024 * 1024;  // features of 256 KiB
    test::writeTinyModel(folder.path().toStdString(), model);
    EngineOptions options;
    options.precision = Precision::int8;
    options.context_length = 4096;
    auto engine =
        std::make_unique<QwenEngine>(folder.path().toStdString(), options, nullptr, std::stop_token());
    const SequenceId id = engine->open(askAbout(picture(1024, 1024, 1), "What is it?"), sampling(1));
    QCOMPARE(finish(*engine, id).tokens.size(), std::size_t{1});
    engine->close(id);
    engine.reset();
    QCOMPARE(KeptMemory::keptBytes(), std::size_t{0});
}

QTEST_GUILESS_MAIN(PictureLimitsTest)
#include "picture_limits_test.moc"
