#include "app/pictures/picture_reading.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QImage>
#include <QLineF>
#include <algorithm>
#include <stop_token>
#include <utility>

#include "app/common/background_tasks.h"
#include "app/models/model_worker.h"
#include "app/pictures/picture_pixels.h"
#include "app/pictures/picture_preview.h"
#include "app/pictures/picture_store.h"
#include "app/pictures/picture_texts.h"
#include "app/pictures/read_text.h"

namespace sightline {

namespace {

// Enough to zoom into on any screen; more would cost the GUI thread a visible pause on every frame.
constexpr int longest_shown_side = 4096;

enum class State { closed, viewing, reading, read, empty, failed };

QVariantMap placeOf(const ReadLine& line) {
    const QPolygonF& corners = line.corners;
    const QLineF base(corners[0], corners[1]);
    const QPointF middle = (corners[0] + corners[1] + corners[2] + corners[3]) / 4;
    return {{QStringLiteral("x"), middle.x()},
            {QStringLiteral("y"), middle.y()},
            {QStringLiteral("width"), base.length()},
            {QStringLiteral("height"), QLineF(corners[0], corners[3]).length()},
            // QLineF counts counter-clockwise.
            {QStringLiteral("angle"), base.length() > 0 ? -base.angle() : 0.0},
            {QStringLiteral("doubtful"), line.doubtful}};
}

}  // namespace

struct PictureReading::Private {
    Private(ModelWorker& model_worker, std::shared_ptr<PictureStore> picture_store,
            PictureTexts* picture_texts)
        : worker(model_worker), store(std::move(picture_store)), texts(picture_texts) {}
    ~Private() { stop_scaling.request_stop(); }

    void forget();
    void scale(PictureReading& q);
    void arrived(PictureReading& q, const AttachmentRef& found);  // null: it is lost
    void showPage(const Page& page);
    const Attachment* shownAttachment() const {
        return pictures.empty() ? nullptr : pictures[static_cast<std::size_t>(index)].get();
    }

    ModelWorker& worker;
    std::shared_ptr<PictureStore> store;
    PictureTexts* const texts;
    bool reads = true;  // what is shown
    bool lost = false;  // the one that is shown has no pixels any more
    std::stop_source stop_scaling;
    State state = State::closed;
    PicturePixels* pixels = nullptr;
    std::vector<AttachmentRef> pictures;
    AttachmentRef whole;  // the one that is shown, with its pixels; null: they are not there yet
    int index = 0;
    quint64 opening = 0;  // numbers what is shown, so that a picture that comes late is dropped
    std::unique_ptr<StoredPicture> shown;
    ModelWorker::Ticket ticket = 0;
    double progress = 0;
    QString problem;
    ReadText read;
    QVariantList lines;
    QString facts;
    QElapsedTimer clock;
    BackgroundTasks scaling{1};
};

// Everything about the picture that is shown, and the reading in progress.
void PictureReading::Private::forget() {
    if (ticket != 0) worker.cancelReading(std::exchange(ticket, 0));
    ++opening;
    stop_scaling.request_stop();
    stop_scaling = {};
    shown.reset();
    whole.reset();
    progress = 0;
    problem.clear();
    lost = false;
    facts.clear();
    read = {};
    lines.clear();
}

void PictureReading::Private::showPage(const Page& page) {
    read = ReadText(page);
    for (const ReadLine& line : read.lines)
        lines << placeOf(line);
    state = page.empty() ? State::empty : State::read;
    if (page.empty()) return;
    QStringList all{tr("%Ln word(s)", nullptr, read.words)};
    if (clock.isValid()) all << tr("%L1 s").arg(static_cast<double>(clock.elapsed()) / 1000, 0, 'f', 1);
    all << tr("%L1 % sure").arg(qRound(100 * page.confidence));
    facts = all.join(QStringLiteral(" · "));
}

// Scaling a large picture takes longer than a frame.
void PictureReading::Private::scale(PictureReading& q) {
    scaling.start([this, &q, number = opening, stop = stop_scaling.get_token(),
                   picture = whole->picture]() -> BackgroundTasks::Delivery {
        return [this, &q, number, image = previewOf(*picture, longest_shown_side, stop)] {
            if (opening != number) return;
            shown = std::make_unique<StoredPicture>(store, image);
            Q_EMIT q.changed();
        };
    });
}

void PictureReading::Private::arrived(PictureReading& q, const AttachmentRef& found) {
    if (!found) {
        lost = true;
        state = State::failed;
        problem = tr("The file of this picture is gone or damaged.");
        Q_EMIT q.changed();
        return;
    }
    whole = found;
    scale(q);
    if (state == State::reading && ticket == 0) ticket = worker.read(whole->picture);
}

PictureReading::PictureReading(ModelWorker& worker, std::shared_ptr<PictureStore> store, PictureTexts* texts,
                               QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(worker, std::move(store), texts)) {
    connect(&worker, &ModelWorker::readProgressed, this, [this](quint64 ticket, double progress) {
        if (ticket != d->ticket) return;
        d->progress = progress;
        Q_EMIT progressChanged();
    });
    connect(&worker, &ModelWorker::pageRead, this,
            [this](quint64 ticket, const std::shared_ptr<const Page>& page) {
                if (ticket != d->ticket) return;
                d->ticket = 0;
                if (d->texts) d->texts->keep(d->shownAttachment()->id, page);
                d->showPage(*page);
                Q_EMIT changed();
            });
    connect(&worker, &ModelWorker::readFailed, this, [this](quint64 ticket, const Problem& problem) {
        if (ticket != d->ticket) return;
        d->ticket = 0;
        d->state = State::failed;
        d->problem = problem.sentence;
        Q_EMIT changed();
    });
}

PictureReading::~PictureReading() = default;

void PictureReading::setPixels(PicturePixels* pixels) {
    d->pixels = pixels;
}

void PictureReading::open(std::vector<AttachmentRef> pictures, int index, bool read) {
    std::erase(pictures, nullptr);
    if (pictures.empty()) return close();
    d->pictures = std::move(pictures);
    d->index = -1;
    d->reads = read;
    show(std::clamp(index, 0, count() - 1));
}

void PictureReading::show(int index) {
    if (index < 0 || index >= count() || index == d->index) return;
    d->forget();
    d->index = index;
    const AttachmentRef attachment = d->pictures[static_cast<std::size_t>(index)];
    d->clock.invalidate();
    d->state = State::viewing;
    if (attachment->picture || !d->pixels) {
        d->whole = attachment;
        d->scale(*this);
    } else {
        d->pixels->want(this, {attachment},
                        [this, opening = d->opening](const std::vector<AttachmentRef>& found) {
                            if (d->opening == opening) d->arrived(*this, found.front());
                        });
    }
    if (const auto page = d->texts ? d->texts->find(attachment->id) : nullptr) {
        d->showPage(*page);
        Q_EMIT changed();
    } else if (d->reads) {
        readAgain();
    } else {
        Q_EMIT changed();
    }
}

void PictureReading::read() {
    d->reads = true;
    if (d->state == State::viewing) readAgain();
}

void PictureReading::readAgain() {
    if (d->pictures.empty() || d->ticket != 0 || d->lost) return;
    d->state = State::reading;
    d->progress = 0;
    d->clock.start();
    if (d->whole) d->ticket = d->worker.read(d->whole->picture);  // otherwise when it is there
    Q_EMIT progressChanged();
    Q_EMIT changed();
}

void PictureReading::close() {
    if (d->state == State::closed) return;
    d->forget();
    d->state = State::closed;
    d->pictures.clear();
    Q_EMIT changed();
}

QString PictureReading::state() const {
    switch (d->state) {
        case State::closed:
            return QStringLiteral("closed");
        case State::viewing:
            return QStringLiteral("viewing");
        case State::reading:
            return QStringLiteral("reading");
        case State::read:
            return QStringLiteral("read");
        case State::empty:
            return QStringLiteral("empty");
        case State::failed:
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
int PictureReading::index() const {
    return d->index;
}
int PictureReading::count() const {
    return static_cast<int>(d->pictures.size());
}
QString PictureReading::name() const {
    const Attachment* attachment = d->shownAttachment();
    return attachment ? attachment->name : QString();
}
QString PictureReading::source() const {
    return d->shown ? d->shown->source() : QString();
}
int PictureReading::pictureWidth() const {
    const Attachment* attachment = d->shownAttachment();
    return attachment ? attachment->size.width() : 0;
}
int PictureReading::pictureHeight() const {
    const Attachment* attachment = d->shownAttachment();
    return attachment ? attachment->size.height() : 0;
}
QString PictureReading::text() const {
    return d->read.text;
}
QString PictureReading::markdown() const {
    return d->read.markdown;
}
bool PictureReading::aligned() const {
    return d->read.aligned;
}
QVariantList PictureReading::lines() const {
    return d->lines;
}
int PictureReading::doubtfulLines() const {
    return d->read.doubtful_lines;
}
QString PictureReading::facts() const {
    return d->facts;
}

int PictureReading::lineAt(double x, double y) const {
    return d->read.lineAt({x, y});
}
int PictureReading::nearestLine(double x, double y) const {
    return d->read.nearestLine({x, y});
}
int PictureReading::lineOfPosition(int position) const {
    return d->read.lineOfPosition(position);
}
int PictureReading::firstLineIn(int begin, int end) const {
    return d->read.firstLineIn(begin, end);
}
int PictureReading::lastLineIn(int begin, int end) const {
    return d->read.lastLineIn(begin, end);
}
int PictureReading::nextDoubtful(int line) const {
    return d->read.nextDoubtful(line);
}
int PictureReading::lineBegin(int line) const {
    const bool holds = line >= 0 && line < static_cast<int>(d->read.lines.size());
    return holds ? d->read.lines[static_cast<std::size_t>(line)].begin : -1;
}
int PictureReading::lineEnd(int line) const {
    const bool holds = line >= 0 && line < static_cast<int>(d->read.lines.size());
    return holds ? d->read.lines[static_cast<std::size_t>(line)].end : -1;
}

void PictureReading::copyText(const QString& text) const {
    QGuiApplication::clipboard()->setText(text);
}

}  // namespace sightline
