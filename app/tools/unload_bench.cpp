// unload_bench --model FOLDER [--precision P] [--times N] [--json]
//
// What of a model's memory comes back when it is unloaded, as it is when nobody uses it: the resident memory
// of this process before the model is loaded, behind an answer about a picture, and when it is unloaded
// again. Twice by default: the first time the inference library comes into memory too, and stays.
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QRandomGenerator>
#include <cstdio>
#include <optional>

#include "app/common/installation.h"
#include "app/common/process_memory.h"
#include "app/models/model_worker.h"

using namespace sightline;

namespace {

class Bench {
  public:
    Bench() {
        QObject::connect(&worker_, &ModelWorker::modelLoaded, &context_,
                         [this](const LoadedModel&) { loaded_ = true; });
        QObject::connect(&worker_, &ModelWorker::modelUnloaded, &context_, [this] { loaded_ = false; });
        QObject::connect(&worker_, &ModelWorker::loadFailed, &context_,
                         [this](const QString&, const Problem& problem) { problem_ = problem.sentence; });
        QObject::connect(&worker_, &ModelWorker::finished, &context_,
                         [this](quint64, const ReplyEnd& end) { end_ = end; });
        worker_.start();
    }

    void load(const QString& model, const EngineOptions& options) {
        worker_.openModel(model, options);
        until([this] { return loaded_ || !problem_.isEmpty(); });
        if (!problem_.isEmpty()) throw Error(ErrorKind::invalid_model, problem_.toStdString());
    }

    void answer() {
        auto picture = std::make_shared<Picture>(Picture{1024, 768, {}});
        picture->rgb.resize(std::size_t{3} * 1024 * 768);
        for (std::uint8_t& value : picture->rgb)
            value = static_cast<std::uint8_t>(random_.generate() >> 24);
        Prompt prompt;
        prompt.messages.push_back({Role::user, {ImagePart{picture, {}}, TextPart{"What is it?"}}, {}});
        GenerationOptions options;
        options.temperature = 0;
        options.max_tokens = 32;
        options.ignore_end_of_turn = true;
        end_.reset();
        if (!worker_.submit(prompt, options)) throw Error(ErrorKind::internal, "the question was not taken");
        until([this] { return end_.has_value(); });
        if (end_->reason == StopReason::error)
            throw Error(ErrorKind::internal, end_->problem.detail.toStdString());
    }

    void unload() {
        worker_.unloadModel();
        until([this] { return !loaded_; });
    }

  private:
    static void until(const std::function<bool()>& condition) {
        while (!condition())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }

    QObject context_;
    ModelWorker worker_;
    QRandomGenerator random_{1};
    bool loaded_ = false;
    QString problem_;
    std::optional<ReplyEnd> end_;
};

double mebibytes() {
    return static_cast<double>(residentMemory().value_or(0)) / (1 << 20);
}

int run(const QString& model, const EngineOptions& options, int times, bool json) {
    Bench bench;
    for (int i = 0; i < times; ++i) {
        const double before = mebibytes();
        bench.load(model, options);
        bench.answer();
        const double used = mebibytes();
        bench.unload();
        const double after = mebibytes();
        std::printf(
            json ? "{\"before_mib\":%.0f,\"used_mib\":%.0f,\"after_mib\":%.0f,\"left_mib\":%.0f}\n"
                 : "before %5.0f MiB, behind an answer %5.0f MiB, unloaded %5.0f MiB: %.0f MiB are left\n",
            before, used, after, after - before);
        std::fflush(stdout);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("How much of a model's memory comes back when it is unloaded."));
    parser.addHelpOption();
    parser.addOptions(
        {{QStringLiteral("model"), QStringLiteral("Its folder; default: the demo model."),
          QStringLiteral("FOLDER"), demoModelFolder()},
         {QStringLiteral("precision"), QStringLiteral("As of sightline ask."), QStringLiteral("P"),
          QStringLiteral("auto")},
         {QStringLiteral("times"), QStringLiteral("How often."), QStringLiteral("N"), QStringLiteral("2")},
         {QStringLiteral("json"), QStringLiteral("A line of JSON each time.")}});
    parser.process(application);
    try {
        EngineOptions options;
        const auto precision = precisionFromWord(parser.value(QStringLiteral("precision")).toStdString());
        if (!precision)
            throw Error(ErrorKind::invalid_input, "--precision is one of " + precisionWords(", "));
        options.precision = *precision;
        return run(parser.value(QStringLiteral("model")), options,
                   parser.value(QStringLiteral("times")).toInt(), parser.isSet(QStringLiteral("json")));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "unload_bench: %s\n", error.what());
        return 2;
    }
}
