// The text of a picture onto the clipboard, by the reader, without a window.
#pragma once

#include <QImage>
#include <QObject>
#include <QString>

#include "app/models/model_worker.h"

namespace sightline {

class ReadNow : public QObject {
    Q_OBJECT

  public:
    explicit ReadNow(ModelWorker& worker, QObject* parent = nullptr);

    // Opens the reader and lets it read once, so that the next picture takes its own time only. The first
    // reading after a start takes about a second more.
    void warmUp();

    // Ends with exactly one of the signals, unless another picture comes first: then only that one counts.
    void read(const QImage& picture);
    bool isReading() const { return ticket_ != 0; }
    void cancel();

  Q_SIGNALS:
    void done(const QString& text, int words);  // plain; empty = there is none
    void failed(const QString& sentence);

  private:
    ModelWorker& worker_;
    ModelWorker::Ticket ticket_ = 0;
};

}  // namespace sightline
