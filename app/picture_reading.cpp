#include "app/picture_reading.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QImage>
#include <QLineF>
#include <QPointer>
#include <QPolygonF>
#include <QThreadPool>
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "app/model_worker.h"
#include "app/picture_store.h"
#include "inference/page.h"

namespace sightline {

namespace {

constexpr double doubtful_below = 0.8;
// Enough to zoom into on any screen; more would cost the GUI thread a visible pause on every frame.
constexpr int longest_shown_side = 4096;

struct ReadText {
    QString text;
    QString markdown;
    QVariantList lines;
    std::vector<QPolygonF> polygons;
    std::vector<std::pair<int, int>> ranges;  // [begin, end) in `text`
    int words = 0;
};

// Bytes of UTF-8 -> positions of a QString, asked for in rising order.
class Positions {
  public:
    explicit Positions(const std::string& utf8) : utf8_(utf8) {}
    int at(std::size_t byte) {
        for (; byte_ < byte && byte_ < utf8_.size(); ++byte_) {
            const auto unit = static_cast<unsigned char>(utf8_[byte_]);
            if ((unit & 0xC0U) != 0x80U) position_ += unit >= 0xF0U ? 2 : 1;  // beyond the BMP: two units
        }
        return position_;
    }

  private:
    const std::string& utf8_;
    std::size_t byte_ = 0;
    int position_ = 0;
};

ReadText describePage(const Page& page) {
    ReadText read;
    std::vector<TextPlace> places;
    const std::string text = toPlainText(page, &places);
    read.text = QString::fromStdString(text);
    read.markdown = QString::fromStdString(toMarkdown(page));
    Positions positions(text);
    for (const TextPlace& place : places) {
        const Line& line =
            page.blocks[static_cast<std::size_t>(place.block)].lines[static_cast<std::size_t>(place.line)];
        QPolygonF polygon;
        for (const Point& corner : line.quad)
            polygon << QPointF(corner.x, corner.y);
        const QLineF base(polygon[0], polygon[1]);
        const QPointF middle = (polygon[0] + polygon[1] + polygon[2] + polygon[3]) / 4;
        const int begin = positions.at(place.begin);
        const int end = positions.at(place.end);
        read.ranges.emplace_back(begin, end);
        read.polygons.push_back(polygon);
        read.words += static_cast<int>(line.words.size());
        read.lines << QVariantMap{{QStringLiteral("x"), middle.x()},
                                  {QStringLiteral("y"), middle.y()},
                                  {QStringLiteral("width"), base.length()},
                                  {QStringLiteral("height"), QLineF(polygon[0], polygon[3]).length()},
                                  // QLineF counts counter-clockwise.
                                  {QStringLiteral("angle"), base.length() > 0 ? -base.angle() : 0.0},
                                  {QStringLiteral("begin"), begin},
                                  {QStringLiteral("end"), end},
                                  {QStringLiteral("doubtful"), line.confidence < doubtful_below}};
    }
    return read;
}

QImage shownImage(const Picture& picture) {
    const QImage view(picture.rgb.data(), picture.width, picture.height, 3 * picture.width,
                      QImage::Format_RGB888);
    return std::max(picture.width, picture.height) > longest_shown_side ? previewOf(view, longest_shown_side)
                                                                        : view.copy();
}

}  // namespace

struct PictureReading::Private {
    enum class State { closed, reading, read, empty, failed };

    ModelWorker& worker;
    std::shared_ptr<PictureStore> store;
    State state = State::closed;
    AttachmentRef attachment;
    std::unique_ptr<StoredPicture> shown;
    ModelWorker::Ticket ticket = 0;
    double progress = 0;
    QString problem;
    ReadText read;
    QString facts;
    QElapsedTimer clock;
};

PictureReading::PictureReading(ModelWorker& worker, std::shared_ptr<PictureStore> store, QObject* parent)
    : QObject(parent), d(new Private{worker, std::move(store)}) {
    connect(&worker, &ModelWorker::readProgressed, this, [this](quint64 ticket, double progress) {
        if (ticket != d->ticket) return;
        d->progress = progress;
        Q_EMIT progressChanged();
    });
    connect(&worker, &ModelWorker::pageRead, this,
            [this](quint64 ticket, const std::shared_ptr<const Page>& page) {
                if (ticket != d->ticket) return;
                d->ticket = 0;
                d->read = describePage(*page);
                d->state = page->empty() ? Private::State::empty : Private::State::read;
                const double seconds = static_cast<double>(d->clock.elapsed()) / 1000;
                d->facts = tr("%Ln word(s)", nullptr, d->read.words) + QStringLiteral(" · ") +
                           tr("%L1 s").arg(seconds, 0, 'f', 1) + QStringLiteral(" · ") +
                           tr("%L1 % sure").arg(qRound(100 * page->confidence));
                Q_EMIT changed();
            });
    connect(&worker, &ModelWorker::readFailed, this, [this](quint64 ticket, const Problem& problem) {
        if (ticket != d->ticket) return;
        d->ticket = 0;
        d->state = Private::State::failed;
        d->problem = problem.sentence;
        Q_EMIT changed();
    });
}

PictureReading::~PictureReading() = default;

void PictureReading::open(const AttachmentRef& attachment) {
    close();
    if (!attachment) return;
    d->attachment = attachment;
    d->state = Private::State::reading;
    d->clock.start();
    d->ticket = d->worker.read(attachment->picture);
    // Scaling a large picture takes longer than a frame.
    QThreadPool::globalInstance()->start([self = QPointer(this), attachment] {
        QImage image = shownImage(*attachment->picture);
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, attachment, image = std::move(image)] {
                if (!self || self->d->attachment != attachment) return;
                self->d->shown = std::make_unique<StoredPicture>(self->d->store, image, longest_shown_side);
                Q_EMIT self->changed();
            },
            Qt::QueuedConnection);
    });
    Q_EMIT progressChanged();
    Q_EMIT changed();
}

void PictureReading::close() {
    if (d->state == Private::State::closed) return;
    if (d->ticket != 0) d->worker.cancelReading(std::exchange(d->ticket, 0));
    d->state = Private::State::closed;
    d->attachment.reset();
    d->shown.reset();
    d->progress = 0;
    d->problem.clear();
    d->facts.clear();
    d->read = {};
    Q_EMIT changed();
}

QString PictureReading::state() const {
    switch (d->state) {
        case Private::State::closed:
            return QStringLiteral("closed");
        case Private::State::reading:
            return QStringLiteral("reading");
        case Private::State::read:
            return QStringLiteral("read");
        case Private::State::empty:
            return QStringLiteral("empty");
        case Private::State::failed:
            return QStringLiteral("failed");
    }
    return {};
}

double PictureReading::progress() const {
    return d->progress;
}
QString PictureReading::problem() const {
    return d->problem;
}
QString PictureReading::name() const {
    return d->attachment ? d->attachment->name : QString();
}
QString PictureReading::source() const {
    return d->shown ? d->shown->source() : QString();
}
int PictureReading::pictureWidth() const {
    return d->attachment ? d->attachment->size.width() : 0;
}
int PictureReading::pictureHeight() const {
    return d->attachment ? d->attachment->size.height() : 0;
}
QString PictureReading::text() const {
    return d->read.text;
}
QString PictureReading::markdown() const {
    return d->read.markdown;
}
QVariantList PictureReading::lines() const {
    return d->read.lines;
}
QString PictureReading::facts() const {
    return d->facts;
}

int PictureReading::lineAt(double x, double y) const {
    for (std::size_t i = 0; i < d->read.polygons.size(); ++i) {
        if (d->read.polygons[i].containsPoint(QPointF(x, y), Qt::OddEvenFill)) return static_cast<int>(i);
    }
    return -1;
}

int PictureReading::lineOfPosition(int position) const {
    for (std::size_t i = 0; i < d->read.ranges.size(); ++i) {
        if (position >= d->read.ranges[i].first && position <= d->read.ranges[i].second)
            return static_cast<int>(i);
    }
    return -1;
}

void PictureReading::copyText(const QString& text) const {
    QGuiApplication::clipboard()->setText(text);
}

}  // namespace sightline
