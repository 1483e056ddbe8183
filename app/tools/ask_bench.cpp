// ask_bench [--model DIR] [--size WxH] [--rounds N] [--only ask|read] [--json]
//
// What a person waits for who takes a region of the screen: from Enter to the first word in the ask panel,
// with the picture looked at while the question was typed and without, beside a question without a picture,
// and while a long reply is being made in the main window; and from the release of the mouse to the text on
// the clipboard. Everything is in a temporary folder; no window is opened.
#include <QClipboard>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QFile>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

#include "app/ask/ask_controller.h"
#include "app/ask/read_now.h"
#include "app/chat/chat_controller.h"
#include "app/chat/running_replies.h"
#include "app/history/history.h"
#include "app/models/model_worker.h"
#include "app/settings/settings.h"

using namespace sightline;

namespace {

constexpr int patience_ms = 600'000;
const QString question = QStringLiteral("What does this picture say?");

// Sleeps between events: a loop that looks without rest takes one of the cores that compute.
bool waitFor(const std::function<bool()>& there) {
    QElapsedTimer clock;
    clock.start();
    QTimer patience;
    patience.start(100);
    while (!there()) {
        if (clock.elapsed() > patience_ms) return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

// Lines of text of a usual size, different each time: nothing of one round helps the next.
QImage screenOf(const QSize& size, int number) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setPen(Qt::black);
    QFont font(QStringLiteral("Noto Sans"));
    font.setPixelSize(16);
    painter.setFont(font);
    for (int line = 0; 20 + 24 * line < size.height(); ++line) {
        painter.drawText(12, 20 + 24 * line,
                         QStringLiteral("Line %1 of picture %2: the museum counted %3 visitors")
                             .arg(line)
                             .arg(number)
                             .arg(48210 + 37 * line + number));
    }
    return image;
}

struct Spread {
    double median = 0;
    double most = 0;
};

Spread spreadOf(std::vector<double> seconds) {
    if (seconds.empty()) return {};
    std::sort(seconds.begin(), seconds.end());
    return {seconds[seconds.size() / 2], seconds.back()};
}

class Bench {
  public:
    Bench(const QString& model, const QSize& size, int rounds)
        : size_(size),
          rounds_(rounds),
          settings_(folder_.filePath(QStringLiteral("sightline.ini"))),
          worker_(
              {.library = {}, .text_reader = {}, .cache_folder = folder_.filePath(QStringLiteral("cache"))}),
          history_(folder_.filePath(QStringLiteral("history"))) {
        if (!model.isEmpty()) settings_.setStartModel(model);
        chat_ = std::make_unique<ChatController>(worker_, settings_, &history_);
        ask_ = std::make_unique<AskController>(chat_->sharedParts(), settings_);
        worker_.start();
    }

    bool becomesReady() {
        return waitFor(
            [this] { return chat_->modelState() == QLatin1String("ready") && worker_.pending() == 0; });
    }

    // Seconds from Enter to the first text of the panel.
    double firstText() {
        QElapsedTimer clock;
        clock.start();
        ask_->ask(question);
        waitFor([this] { return !lastText().isEmpty() || (answers() && !ask_->busy()); });
        return static_cast<double>(clock.nsecsElapsed()) / 1e9;
    }

    std::vector<double> cold() {
        return each([this](int number) {
            ask_->begin(screenOf(size_, number), QStringLiteral("bench"));
            return firstText();
        });
    }
    std::vector<double> warm() {
        return each([this](int number) {
            ask_->begin(screenOf(size_, number), QStringLiteral("bench"));
            lookedAt();
            return firstText();
        });
    }
    // The second question of a conversation: its picture is in every cache.
    std::vector<double> text() {
        return each([this](int number) {
            ask_->begin(screenOf(size_, number), QStringLiteral("bench"));
            lookedAt();
            firstText();
            ends();
            const int before = rows();
            QElapsedTimer clock;
            clock.start();
            ask_->ask(question);
            waitFor([&] { return rows() > before && (!lastText().isEmpty() || !ask_->busy()); });
            return static_cast<double>(clock.nsecsElapsed()) / 1e9;
        });
    }
    std::vector<double> besideALongReply() {
        return each([this](int number) {
            RunningReplies& replies = chat_->sharedParts().replies;
            RunningReply running;
            running.conversation = QStringLiteral("long");
            running.message = startMessage(Role::assistant);
            ChatMessage endless = startMessage(Role::user);
            endless.parts.push_back({QStringLiteral("Write without end."), nullptr});
            Conversation said;
            said.messages.push_back(std::move(endless));
            GenerationOptions options;
            options.max_tokens = 1'000'000;
            options.ignore_end_of_turn = true;
            options.stop_on_repetition = false;
            replies.show(running.conversation);
            replies.start(running, {said, {}, {}, options});
            waitFor([&] {
                const RunningReply* now = replies.in(running.conversation);
                return !now || now->message.text().size() > 20;
            });
            ask_->begin(screenOf(size_, number), QStringLiteral("bench"));
            lookedAt(1);
            const double seconds = firstText();
            if (!replies.in(running.conversation)) std::fputs("ask_bench: the long reply ended\n", stderr);
            replies.stopAll();
            ends();
            return seconds;
        });
    }

    std::vector<double> reading() {
        ReadNow reader(worker_);
        reader.warmUp();
        waitFor([this] { return worker_.pending() == 0; });
        return each([&](int number) {
            const QImage picture = screenOf({600, 300}, number);
            bool done = false;
            const auto finished =
                QObject::connect(&reader, &ReadNow::done, &reader, [&](const QString& text) {
                    QGuiApplication::clipboard()->setText(text);
                    done = true;
                });
            QElapsedTimer clock;
            clock.start();
            reader.read(picture);
            waitFor([&done] { return done; });
            const double seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
            QObject::disconnect(finished);
            if (!QGuiApplication::clipboard()->text().contains(QStringLiteral("museum")))
                std::fputs("ask_bench: the text was not read\n", stderr);
            return seconds;
        });
    }

  private:
    std::vector<double> each(const std::function<double(int)>& measure) {
        std::vector<double> seconds;
        for (int round = 0; round < rounds_; ++round) {
            seconds.push_back(measure(++pictures_));
            ends();
        }
        return seconds;
    }
    // The picture was looked at; `others` requests may still run.
    void lookedAt(std::size_t others = 0) {
        waitFor([this] { return !ask_->priceText().isEmpty(); });
        waitFor([&] { return worker_.pending() <= others; });
    }
    void ends() {
        ask_->stop();
        waitFor([this] { return worker_.pending() == 0; });
    }
    int rows() const { return ask_->messages()->rowCount(); }
    bool answers() const { return rows() >= 2; }
    QString lastText() const {
        const QAbstractItemModel& model = *ask_->messages();
        if (model.rowCount() < 2) return {};
        return model.index(model.rowCount() - 1, 0).data(model.roleNames().key("text")).toString();
    }

    const QSize size_;
    const int rounds_;
    int pictures_ = 0;
    QTemporaryDir folder_;
    Settings settings_;
    ModelWorker worker_;
    History history_;
    std::unique_ptr<ChatController> chat_;
    std::unique_ptr<AskController> ask_;
};

}  // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QGuiApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({{QStringLiteral("model"), QStringLiteral("A model folder (default: the demo model)"),
                        QStringLiteral("DIR")},
                       {QStringLiteral("size"), QStringLiteral("Of the region"), QStringLiteral("WxH"),
                        QStringLiteral("800x500")},
                       {QStringLiteral("rounds"), QStringLiteral("Of each measurement"), QStringLiteral("N"),
                        QStringLiteral("9")},
                       {QStringLiteral("only"), QStringLiteral("ask or read"), QStringLiteral("WHAT")},
                       {QStringLiteral("json"), QStringLiteral("One JSON object")}});
    parser.process(application);
    const QStringList sides = parser.value(QStringLiteral("size")).split(QLatin1Char('x'));
    const QSize size(sides.value(0).toInt(), sides.value(1).toInt());
    if (size.isEmpty()) {
        std::fputs("ask_bench: --size is WIDTHxHEIGHT\n", stderr);
        return 2;
    }
    Bench bench(parser.value(QStringLiteral("model")), size,
                std::max(1, parser.value(QStringLiteral("rounds")).toInt()));
    if (!bench.becomesReady()) {
        std::fputs("ask_bench: the model does not become ready\n", stderr);
        return 1;
    }
    QJsonObject report;
    const auto tell = [&](const char* key, const char* words, const std::vector<double>& seconds) {
        const Spread spread = spreadOf(seconds);
        report.insert(QLatin1String(key), QJsonObject{{QStringLiteral("median_s"), spread.median},
                                                      {QStringLiteral("most_s"), spread.most}});
        if (!parser.isSet(QStringLiteral("json")))
            std::printf("%-58s %8.3f s  (most %.3f s)\n", words, spread.median, spread.most);
        std::fflush(stdout);
        return spread.median;
    };
    const QString only = parser.value(QStringLiteral("only"));
    if (only != QLatin1String("read")) {
        tell("cold", "Enter to first word, picture not looked at before", bench.cold());
        const double warm = tell("warm", "Enter to first word, looked at while one types", bench.warm());
        tell("text", "Enter to first word, second question", bench.text());
        const double busy =
            tell("busy", "Enter to first word, beside a long reply", bench.besideALongReply());
        const double limit = 1.3 * warm + 0.2;
        report.insert(QStringLiteral("busy_limit_s"), limit);
        if (!parser.isSet(QStringLiteral("json")))
            std::printf("%-58s %8.3f s  (%s)\n", "  the limit for that: 1.3 x the second + 0.2 s", limit,
                        busy <= limit ? "kept" : "MISSED");
    }
    if (only != QLatin1String("ask"))
        tell("read", "Release to text on the clipboard, 600 x 300 pixels", bench.reading());
    if (parser.isSet(QStringLiteral("json"))) std::puts(QJsonDocument(report).toJson().constData());
    return 0;
}
