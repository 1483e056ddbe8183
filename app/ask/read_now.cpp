#include "app/ask/read_now.h"

#include <QPainter>
#include <memory>
#include <utility>

#include "app/documents/picture_decoder.h"
#include "app/pictures/read_text.h"
#include "inference/error.h"

namespace sightline {

ReadNow::ReadNow(ModelWorker& worker, QObject* parent) : QObject(parent), worker_(worker) {
    connect(&worker_, &ModelWorker::pageRead, this,
            [this](quint64 ticket, const std::shared_ptr<const Page>& page) {
                if (ticket != ticket_ || ticket == 0) return;
                ticket_ = 0;
                const ReadText text(*page);
                Q_EMIT done(text.words > 0 ? text.text.trimmed() : QString(), text.words);
            });
    connect(&worker_, &ModelWorker::readFailed, this, [this](quint64 ticket, const Problem& problem) {
        if (ticket != ticket_ || ticket == 0) return;
        ticket_ = 0;
        Q_EMIT failed(problem.sentence);
    });
}

void ReadNow::warmUp() {
    // Something to find: an empty picture would leave the second of the two networks cold.
    QImage words(320, 64, QImage::Format_RGB32);
    words.fill(Qt::white);
    QPainter painter(&words);
    painter.setPen(Qt::black);
    QFont font = painter.font();
    font.setPixelSize(28);
    painter.setFont(font);
    painter.drawText(words.rect(), Qt::AlignCenter, QStringLiteral("Sightline"));
    painter.end();
    worker_.read(std::make_shared<Picture>(toPicture(words)));
}

void ReadNow::read(const QImage& picture) {
    cancel();
    try {
        ticket_ = worker_.read(std::make_shared<Picture>(toPicture(picture)));
    } catch (const Error& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
    }
}

void ReadNow::cancel() {
    if (ticket_ != 0) worker_.cancelReading(std::exchange(ticket_, 0));
}

}  // namespace sightline
