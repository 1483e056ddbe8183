// How long from the hotkey to the overlay: the key event is sent to an X server of its own, and the screen is
// read until a pixel is no longer what it was. Not a test; `./dev bench capture` runs it.
//
//   capture_bench [--rounds N] [--size 1920x1080] [--scale 1] [--threads N] [--json]
//
// Everything is inside that time: the server, the key grab, reading the screen, drawing and showing the
// overlay. What else runs on the machine counts against it. --threads: as many threads of this program
// compute meanwhile.
#include <xcb/xcb.h>
#include <xcb/xtest.h>

#include <QCommandLineParser>
#include <QGuiApplication>
#include <QQmlEngine>
#include <QScreen>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <thread>
#include <vector>

#include "app/capture/hotkey.h"
#include "app/settings/settings.h"
#include "tests/ui/capture/x_session.h"
#include "ui/capture/region_capture.h"
#include "ui/window.h"

extern void qml_register_types_Sightline();

using namespace sightline;
using testing::XSession;

namespace {

using Clock = std::chrono::steady_clock;

// A keyboard and an eye of its own, for another thread.
class Probe {
  public:
    Probe() : connection_(xcb_connect(nullptr, nullptr)) {
        root_ = xcb_setup_roots_iterator(xcb_get_setup(connection_)).data->root;
        const xcb_setup_t* setup = xcb_get_setup(connection_);
        auto* mapping = xcb_get_keyboard_mapping_reply(
            connection_,
            xcb_get_keyboard_mapping(connection_, setup->min_keycode,
                                     static_cast<uint8_t>(setup->max_keycode - setup->min_keycode + 1)),
            nullptr);
        const xcb_keysym_t* symbols = xcb_get_keyboard_mapping_keysyms(mapping);
        for (int i = xcb_get_keyboard_mapping_keysyms_length(mapping) - 1; i >= 0; --i) {
            const auto code = static_cast<uint8_t>(setup->min_keycode + i / mapping->keysyms_per_keycode);
            if (symbols[i] == 0xffe3) control_ = code;
            if (symbols[i] == 0xffe9) alt_ = code;
            if (symbols[i] == 0x20) space_ = code;
            if (symbols[i] == 0xff1b) escape_ = code;
        }
        std::free(mapping);
    }
    ~Probe() { xcb_disconnect(connection_); }

    uint32_t pixel(int x, int y) {
        auto* reply =
            xcb_get_image_reply(connection_,
                                xcb_get_image(connection_, XCB_IMAGE_FORMAT_Z_PIXMAP, root_,
                                              static_cast<int16_t>(x), static_cast<int16_t>(y), 1, 1, ~0U),
                                nullptr);
        if (reply == nullptr) return 0;
        const uint32_t value = *reinterpret_cast<const uint32_t*>(xcb_get_image_data(reply)) & 0xffffff;
        std::free(reply);
        return value;
    }

    void key(uint8_t code, bool down) {
        xcb_test_fake_input(connection_, down ? XCB_KEY_PRESS : XCB_KEY_RELEASE, code, XCB_CURRENT_TIME,
                            root_, 0, 0, 0);
        xcb_flush(connection_);
    }

    // Milliseconds from the press of the space bar, with Ctrl and Alt held, to the first change at x, y.
    double hotkeyToPixel(int x, int y) {
        const uint32_t before = pixel(x, y);
        key(control_, true);
        key(alt_, true);
        pixel(x, y);  // both have arrived
        const Clock::time_point start = Clock::now();
        key(space_, true);
        // Once a millisecond: whoever asks all the time takes the server's time from what is measured.
        while (pixel(x, y) == before)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        const double time = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
        key(space_, false);
        key(alt_, false);
        key(control_, false);
        return time;
    }

    void escape() {
        key(escape_, true);
        key(escape_, false);
    }

  private:
    xcb_connection_t* connection_;
    xcb_window_t root_ = 0;
    uint8_t control_ = 0, alt_ = 0, space_ = 0, escape_ = 0;
};

double percentile(std::vector<double> values, double part) {
    std::sort(values.begin(), values.end());
    const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size()) + 0.5);
    return values.at(std::clamp<std::size_t>(at, 1, values.size()) - 1);
}

}  // namespace

int main(int argc, char** argv) {
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({"rounds", "How often the key is pressed.", "N", "20"});
    parser.addOption({"size", "Of the screen, in pixels.", "WxH", "1920x1080"});
    parser.addOption({"scale", "Pixels a unit.", "S", "1"});
    parser.addOption({"threads", "Threads that compute meanwhile.", "N", "0"});
    parser.addOption({"json", "One line of JSON."});
    QStringList words;
    for (int i = 0; i < argc; ++i)
        words << QString::fromLocal8Bit(argv[i]);
    parser.process(words);
    const int rounds = std::max(1, parser.value("rounds").toInt());
    const QSize size(parser.value("size").section('x', 0, 0).toInt(),
                     parser.value("size").section('x', 1).toInt());

    XSession session;
    const QString why_not = session.startWithOneMonitor(size, parser.value("scale").toLatin1());
    if (!why_not.isEmpty()) {
        std::fprintf(stderr, "capture_bench: %s\n", qPrintable(why_not));
        return 1;
    }
    prepareWindowing();
    QGuiApplication application(argc, argv);
    dressApplication(application);
    QGuiApplication::setQuitOnLastWindowClosed(false);
    session.paintDesktop(XSession::coded(QRect(QPoint(), size)));

    qml_register_types_Sightline();
    QQmlEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    QTemporaryDir folder;
    Settings settings(folder.filePath("settings.ini"));
    Hotkeys hotkeys(makeHotkeyBackend(), settings);
    RegionCapture capture(makeScreenGrabber(), engine);
    capture.prepare();
    QObject::connect(&hotkeys, &Hotkeys::activated, &capture, [&capture] { capture.start({}); });
    hotkeys.start();
    if (hotkeys.ask()->state() != HotkeyState::Bound) {
        std::fprintf(stderr, "capture_bench: %s\n", qPrintable(hotkeys.ask()->why()));
        return 1;
    }

    std::atomic<bool> stop = false;
    std::vector<std::thread> busy;
    for (int i = 0; i < parser.value("threads").toInt(); ++i)
        busy.emplace_back([&stop] {
            volatile double value = 1;
            while (!stop)
                value = value * 1.0000001 + 1e-9;
        });
    Probe probe;
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round) {
        std::future<double> time = std::async(
            std::launch::async, [&] { return probe.hotkeyToPixel(size.width() / 3, size.height() / 3); });
        while (time.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 2);
        times.push_back(time.get());
        while (capture.active()) {  // Esc may come before the overlay has the keyboard
            probe.escape();
            (void)QTest::qWaitFor([&] { return !capture.active(); }, 200);
        }
        const bool gone = QTest::qWaitFor([&] {
            return session.shown(QRect(size.width() / 3, size.height() / 3, 1, 1)) ==
                   XSession::coded(QRect(size.width() / 3, size.height() / 3, 1, 1));
        });
        if (!gone) {
            std::fprintf(stderr, "capture_bench: the overlay left a trace\n");
            return 1;
        }
    }
    stop = true;
    for (std::thread& thread : busy)
        thread.join();

    const double first = times.front(), p50 = percentile(times, 0.5), p95 = percentile(times, 0.95);
    if (parser.isSet("json"))
        std::printf(
            "{\"size\": \"%dx%d\", \"rounds\": %d, \"first_ms\": %.1f, \"p50_ms\": %.1f, \"p95_ms\": %.1f}\n",
            size.width(), size.height(), rounds, first, p50, p95);
    else
        std::printf(
            "hotkey to overlay, %d x %d, %d rounds: first %.0f ms, p50 %.0f ms, p95 %.0f ms (limit 150 ms)\n",
            size.width(), size.height(), rounds, first, p50, p95);
    return p95 < 150 ? 0 : 3;
}
