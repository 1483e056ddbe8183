// Pictures at the limits: strips, the budget of pixels, many in one question, and memory that runs out while
// one is encoded.
#include <sys/resource.h>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

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

// The process may have no more memory than it has and 24 MiB: what is too much is refused or given up with a
// sentence, and the next question is answered.
void PictureLimitsTest::memoryThatRunsOutIsSaid() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("a sanitizer takes address space as it likes");
#endif
    QProcess bench;
    bench.start(test_paths::engineTool("model_bench"),
                {"--model", test_paths::source("resources/demo-model"), "--precision", "int8", "--threads",
                 "1", "--context", "16384"});
    const auto answer = [&bench]() -> QJsonObject {
        while (!bench.canReadLine())
            if (!bench.waitForReadyRead(120'000)) return {};
        return QJsonDocument::fromJson(bench.readLine()).object();
    };
    const auto order = [&](const QByteArray& line) {
        bench.write(line + '\n');
        return answer();
    };
    QVERIFY(answer().contains("open_seconds"));
    const QByteArray small = R"({"do": "encode", "width": 128, "height": 96, "seed": %1})";
    QVERIFY(order(QByteArray(small).replace("%1", "1")).contains("seconds"));

    QFile statm(QString("/proc/%1/statm").arg(bench.processId()));
    QVERIFY(statm.open(QFile::ReadOnly));
    const rlim_t used = statm.readAll().split(' ').at(0).toULongLong() * static_cast<rlim_t>(getpagesize());
    const rlimit limit{used + (24U << 20), used + (24U << 20)};
    QCOMPARE(prlimit(static_cast<pid_t>(bench.processId()), RLIMIT_AS, &limit, nullptr), 0);
    const QString said =
        order(R"({"do": "encode", "width": 2000, "height": 1500, "seed": 2})")["error"].toString();
    QVERIFY2(said.contains("there was not enough memory"), qPrintable(said));
    QVERIFY(order(QByteArray(small).replace("%1", "3")).contains("seconds"));
    bench.closeWriteChannel();
    QVERIFY(bench.waitForFinished(60'000));
    QCOMPARE(bench.exitCode(), 0);
}

QTEST_GUILESS_MAIN(PictureLimitsTest)
#include "picture_limits_test.moc"
