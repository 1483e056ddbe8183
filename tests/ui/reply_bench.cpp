// Streams a long reply into the real window while every core is busy, and says how long frames take. Not a
// test; `./dev bench replies` runs it.
//
// What else runs on the machine counts against it: look at the load before you believe a bad number.
//
//   reply_bench [--characters N] [--threads N] [--json]
//
// A frame's time is from one frame on the screen to the next while the window draws all the time; the delay
// is from the arrival of a piece to the first frame on the screen that was begun after it. Both are measured
// when the frame has been rendered and shown (QQuickWindow::frameSwapped).
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QSGRendererInterface>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

#include "shown_reply.h"

using namespace sightline;

namespace {

constexpr int piece_every_ms = 33;  // as ModelWorker gathers them
constexpr int piece_characters = 60;

QString longReply(int characters) {
    QString text;
    for (int part = 1; text.size() < characters; ++part) {
        text += QStringLiteral("## Part %1\n\n").arg(part);
        text += QStringLiteral(
                    "The invoice names **EUR 1,204.50** as its total, *due* on 12 May, with `VAT 19 %`; see "
                    "[the terms](https://example.org/terms). ")
                    .repeated(3) +
                QStringLiteral("\n\n");
        for (int item = 1; item <= 5; ++item)
            text +=
                QStringLiteral("%1. an item with a few words and a **strong** one\n   - and one below it\n")
                    .arg(item);
        text += QStringLiteral("\n| Item | Quantity | Unit price | Amount |\n|:--|--:|--:|--:|\n");
        for (int row = 1; row <= 6; ++row)
            text += QStringLiteral("| Exhibition catalogue %1 | %1 | 12.40 | 744.00 |\n").arg(row);
        text += QStringLiteral("\n```python\n");
        for (int line = 1; line <= 12; ++line)
            text +=
                QStringLiteral(
                    "def total_%1(rows):  # sums them up\n    return sum(row[\"amount\"] for row in rows)\n")
                    .arg(line);
        text += QStringLiteral("```\n\n> What was quoted stands beside a bar.\n\n");
    }
    return text.left(characters);
}

class BusyThreads {
  public:
    explicit BusyThreads(int count) {
        for (int i = 0; i < count; ++i) {
            threads_.emplace_back([this] {
                volatile double value = 1;
                while (!stop_)
                    value = value * 1.0000001 + 1e-9;
            });
        }
    }
    ~BusyThreads() {
        stop_ = true;
        for (std::thread& thread : threads_)
            thread.join();
    }
    BusyThreads(const BusyThreads&) = delete;
    BusyThreads& operator=(const BusyThreads&) = delete;

  private:
    std::atomic<bool> stop_ = false;
    std::vector<std::thread> threads_;
};

double percentile(std::vector<double> values, double part) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}

// Is told on the thread that renders.
class FrameTimes {
  public:
    FrameTimes() { clock_.start(); }
    double now() const { return static_cast<double>(clock_.nsecsElapsed()) / 1e6; }

    void arrived() {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(now());
    }
    // The window takes over what the scene looks like now.
    void begun() {
        const std::lock_guard lock(mutex_);
        drawn_.insert(drawn_.end(), waiting_.begin(), waiting_.end());
        waiting_.clear();
    }
    void shown() {
        const std::lock_guard lock(mutex_);
        const double time = now();
        if (last_ > 0) frames.push_back(time - last_);
        last_ = time;
        for (const double start : drawn_)
            delays.push_back(time - start);
        drawn_.clear();
    }

    std::vector<double> frames;  // ms
    std::vector<double> delays;

  private:
    QElapsedTimer clock_;
    std::mutex mutex_;
    std::vector<double> waiting_;
    std::vector<double> drawn_;
    double last_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    prepareWindowing();
    QGuiApplication application(argc, argv);
    QCommandLineParser options;
    options.addOption(
        {QStringLiteral("characters"), QString(), QStringLiteral("N"), QStringLiteral("20000")});
    options.addOption({QStringLiteral("threads"), QString(), QStringLiteral("N"),
                       QString::number(std::max(1U, std::thread::hardware_concurrency()))});
    options.addOption(QCommandLineOption(QStringLiteral("json")));
    options.process(application);
    dressApplication(application, QStringLiteral("en"));

    const QString text = longReply(options.value(QStringLiteral("characters")).toInt());
    ShownReply reply(QString(), true);
    reply.w.view().resize(1200, 800);
    reply.draw();
    FrameTimes times;
    QQuickWindow& view = reply.w.view();
    QObject::connect(
        &view, &QQuickWindow::beforeSynchronizing, &view, [&times] { times.begun(); }, Qt::DirectConnection);
    QObject::connect(
        &view, &QQuickWindow::frameSwapped, &view, [&times] { times.shown(); }, Qt::DirectConnection);
    QObject::connect(&view, &QQuickWindow::frameSwapped, &view, &QQuickWindow::update, Qt::QueuedConnection);
    std::vector<double> work;
    {
        const BusyThreads busy(options.value(QStringLiteral("threads")).toInt());
        view.update();
        for (qsizetype at = 0; at < text.size(); at += piece_characters) {
            const double start = times.now();
            times.arrived();
            reply.messages().appendText(1, text.mid(at, piece_characters));
            work.push_back(times.now() - start);
            QTest::qWait(piece_every_ms);
        }
        reply.end();
        reply.draw();
    }
    const bool software = view.rendererInterface()->graphicsApi() == QSGRendererInterface::Software;
    const double p50 = percentile(times.frames, 0.5);
    const double p99 = percentile(times.frames, 0.99);
    if (options.isSet(QStringLiteral("json"))) {
        std::printf(
            "{\"characters\": %lld, \"frames\": %zu, \"frame_ms\": {\"p50\": %.1f, \"p99\": %.1f}, "
            "\"delay_ms\": {\"p50\": %.1f, \"p99\": %.1f}, \"append_ms\": {\"p50\": %.2f, \"p99\": %.2f}}\n",
            static_cast<long long>(text.size()), times.frames.size(), p50, p99, percentile(times.delays, 0.5),
            percentile(times.delays, 0.99), percentile(work, 0.5), percentile(work, 0.99));
    } else {
        std::printf("%lld characters in %zu pieces, %zu frames, %s rendering, platform %s\n",
                    static_cast<long long>(text.size()), work.size(), times.frames.size(),
                    software ? "software" : "OpenGL", qPrintable(QGuiApplication::platformName()));
        std::printf("frame to frame      p50 %6.1f ms   p99 %6.1f ms   (at most 33 ms: %s)\n", p50, p99,
                    p99 <= 33 ? "met" : "MISSED");
        std::printf("piece to screen     p50 %6.1f ms   p99 %6.1f ms\n", percentile(times.delays, 0.5),
                    percentile(times.delays, 0.99));
        std::printf("work for a piece    p50 %6.2f ms   p99 %6.2f ms\n", percentile(work, 0.5),
                    percentile(work, 0.99));
    }
    return p99 <= 33 ? 0 : 1;
}
