// A picture and the text that the reader found in it: what the reading view binds to. Lives on the GUI
// thread.
#pragma once

#include <QObject>
#include <QString>
#include <QVariantList>
#include <memory>

#include "app/conversation.h"

namespace sightline {

class ModelWorker;
class PictureStore;

class PictureReading : public QObject {
    Q_OBJECT
    // "closed" | "reading" | "read" | "empty" (no text in it) | "failed"
    Q_PROPERTY(QString state READ state NOTIFY changed)
    Q_PROPERTY(double progress READ progress NOTIFY progressChanged)  // 0..1
    Q_PROPERTY(QString problem READ problem NOTIFY changed)           // a sentence, if it failed
    Q_PROPERTY(QString name READ name NOTIFY changed)
    Q_PROPERTY(QString source READ source NOTIFY changed)  // image provider URL, empty until it is prepared
    Q_PROPERTY(int pictureWidth READ pictureWidth NOTIFY changed)  // of the original, in pixels
    Q_PROPERTY(int pictureHeight READ pictureHeight NOTIFY changed)
    Q_PROPERTY(QString text READ text NOTIFY changed)
    Q_PROPERTY(QString markdown READ markdown NOTIFY changed)
    // {x, y (the middle), width, height: in pixels of the original; angle: degrees clockwise; begin, end:
    // positions in `text`; doubtful: the reader is not sure}
    Q_PROPERTY(QVariantList lines READ lines NOTIFY changed)
    Q_PROPERTY(QString facts READ facts NOTIFY changed)  // "214 words · 1.2 s · 96 % sure"

  public:
    PictureReading(ModelWorker& worker, std::shared_ptr<PictureStore> store, QObject* parent = nullptr);
    ~PictureReading() override;

    void open(const AttachmentRef& attachment);

    QString state() const;
    double progress() const;
    QString problem() const;
    QString name() const;
    QString source() const;
    int pictureWidth() const;
    int pictureHeight() const;
    QString text() const;
    QString markdown() const;
    QVariantList lines() const;
    QString facts() const;

    Q_INVOKABLE void close();  // a reading in progress is given up
    // The line at a place of the picture, in pixels of the original; -1 if there is none.
    Q_INVOKABLE int lineAt(double x, double y) const;
    // The line that holds a position of `text`; -1 between lines.
    Q_INVOKABLE int lineOfPosition(int position) const;
    Q_INVOKABLE void copyText(const QString& text) const;

  Q_SIGNALS:
    void changed();
    void progressChanged();

  private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sightline
