// From an order to take a region (hotkey, tray, another process) to the ask panel or the clipboard.
#pragma once

#include <QObject>
#include <QRect>
#include <QString>
#include <functional>
#include <optional>

#include "app/ask/read_now.h"
#include "app/cli/capture_options.h"
#include "app/instance/single_instance.h"
#include "ui/desktop/clipboard_time.h"

class QImage;
class QScreen;

namespace sightline {

class AskController;
class AskWindow;
class RegionCapture;

class CaptureDesk : public QObject {
    Q_OBJECT

  public:
    // All outlive the object. `tell` shows the user a title and a sentence while no window is looked at.
    CaptureDesk(RegionCapture& regions, AskController& ask, AskWindow& panel, ReadNow& reader,
                std::function<void(const QString& title, const QString& text)> tell,
                QObject* parent = nullptr);

    // `call` is answered when it is done; null = nobody asks. While another region is being taken the order
    // is refused.
    void take(const CaptureOrder& order, const InstanceCallRef& call = nullptr);

  Q_SIGNALS:
    void regionWanted();  // something is about to be chosen: windows that are in the way may go
    void panelShown();
    void textCopied(const QString& text);

  private:
    void onCaptured(const QImage& pixels, const QRect& selection, QScreen* screen);
    void onRead(const QString& text, int words);
    void end(int code, const QString& text = {});

    RegionCapture& regions_;
    AskController& ask_;
    AskWindow& panel_;
    ReadNow& reader_;
    const std::function<void(const QString&, const QString&)> tell_;
    std::optional<CaptureOrder> order_;  // that is being carried out
    InstanceCallRef call_;
    ClipboardTime clipboard_time_;
};

}  // namespace sightline
