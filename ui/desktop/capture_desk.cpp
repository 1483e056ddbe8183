#include "ui/desktop/capture_desk.h"

#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QImage>
#include <QLocale>
#include <QScreen>
#include <utility>

#include "app/ask/ask_controller.h"
#include "inference/console.h"
#include "ui/capture/region_capture.h"
#include "ui/desktop/ask_window.h"

namespace sightline {

namespace {

constexpr int told_characters = 120;  // of a text that was read

}  // namespace

CaptureDesk::CaptureDesk(RegionCapture& regions, AskController& ask, AskWindow& panel, ReadNow& reader,
                         std::function<void(const QString&, const QString&)> tell, QObject* parent)
    : QObject(parent), regions_(regions), ask_(ask), panel_(panel), reader_(reader), tell_(std::move(tell)) {
    connect(&regions_, &RegionCapture::captured, this, &CaptureDesk::onCaptured);
    connect(&regions_, &RegionCapture::cancelled, this, [this] { end(exit_nothing_chosen); });
    connect(&regions_, &RegionCapture::failed, this, [this](const QString& sentence) {
        tell_(tr("The screen could not be taken"), sentence);
        end(exit_failure, sentence);
    });
    connect(&reader_, &ReadNow::done, this, &CaptureDesk::onRead);
    connect(&reader_, &ReadNow::failed, this, [this](const QString& sentence) {
        tell_(tr("The text could not be read"), sentence);
        end(exit_failure, sentence);
    });
}

void CaptureDesk::take(const CaptureOrder& order, const InstanceCallRef& call) {
    if (order_) {
        if (call) call->refuse(tr("A region is being taken already"));
        return;
    }
    order_ = order;
    call_ = call;
    if (call) {
        call->take();
        connect(call.get(), &InstanceCall::left, this, [this, asked = call.get()] {
            if (call_.get() == asked && regions_.active()) regions_.cancel();
        });
    }
    // Whatever takes its time to load does so while the region is being chosen.
    if (order.read) {
        clipboard_time_.freshen();
    } else {
        ask_.prepare();
    }
    Q_EMIT regionWanted();
    const bool begun = order.region ? regions_.take(*order.region) : regions_.start({});
    if (!begun && order_) end(exit_failure, tr("A region is being taken already"));
}

void CaptureDesk::onCaptured(const QImage& pixels, const QRect& selection, QScreen* screen) {
    if (!order_) return;
    if (order_->read) return reader_.read(pixels);
    const QString time = QLocale().toString(QDateTime::currentDateTime(), QLocale::ShortFormat);
    ask_.begin(pixels, tr("Screen, %1").arg(time));
    panel_.showBeside(selection, screen);
    end(exit_ok);
    Q_EMIT panelShown();
}

void CaptureDesk::onRead(const QString& text, int words) {
    if (!order_) return;
    if (text.isEmpty()) {
        tell_(tr("No text"), tr("There is no text in this region."));
        return end(exit_no_text, tr("There is no text in this region"));
    }
    QGuiApplication::clipboard()->setText(text);
    QString beginning = text.left(told_characters).simplified();
    if (text.size() > told_characters) beginning += QStringLiteral("…");
    tell_(tr("%Ln word(s) copied", nullptr, words), beginning);
    end(exit_ok, text);
    Q_EMIT textCopied(text);
}

void CaptureDesk::end(int code, const QString& text) {
    order_.reset();
    if (const InstanceCallRef call = std::exchange(call_, nullptr)) call->finish(code, text);
}

}  // namespace sightline
