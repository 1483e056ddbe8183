// Global keys and the overlay as they are in the tray, on a real X server with two monitors, driven by
// xdotool.
#pragma once

#include <QImage>
#include <QList>
#include <QObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <functional>
#include <memory>

#include "tests/ui/capture/x_session.h"
#include "ui/capture/region_capture.h"

class QQmlEngine;
class QQuickWindow;

namespace sightline {

class Hotkeys;
class RegionChooser;
class Settings;

namespace testing {

inline constexpr int enough_ms = 30'000;  // a limit for machines that do other work, never a wait

// Runs `tests`, which end with its result, with an application on an XSession whose monitors have the scales
// of $SIGHTLINE_TEST_SCALES ("1:1.5" without it). Where there can be none, each test of a CaptureFixture is
// skipped.
int onTwoMonitors(int& argc, char** argv, const std::function<int()>& tests);

// All of it is new for each test.
class CaptureFixture : public QObject {
    Q_OBJECT

  protected:
    static XSession* session;  // only while the tests run

    QList<QQuickWindow*> overlays() const;  // visible ones
    bool opened() const { return !overlays().isEmpty(); }
    // Starts a capture, and its overlays can be seen and have the keyboard.
    bool open(const RegionCapture::Mode& mode = {});
    RegionChooser* chooserOf(const char* screen) const;
    QImage taken() const { return captured_->isEmpty() ? QImage() : captured_->last().at(0).value<QImage>(); }
    bool ended() const { return captured_->count() + cancelled_->count() + failed_->count() > 0; }

    std::unique_ptr<QQmlEngine> engine_;
    std::unique_ptr<RegionCapture> capture_;
    std::unique_ptr<QSignalSpy> captured_, cancelled_, failed_;
    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<Hotkeys> hotkeys_;
    std::unique_ptr<QSignalSpy> activated_;

  public:
    CaptureFixture();
    ~CaptureFixture() override;

  private Q_SLOTS:
    void init();
    void cleanup();

  private:
    friend int onTwoMonitors(int& argc, char** argv, const std::function<int()>& tests);
    static QString why_not;
};

}  // namespace testing

}  // namespace sightline
