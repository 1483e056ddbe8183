#include "app/pictures/picture_viewer.h"

#include <QClipboard>
#include <QGuiApplication>
#include <utility>

#include "app/pictures/picture_reading.h"
#include "app/replies/reply_places.h"

namespace sightline {

PictureViewer::PictureViewer(ModelWorker& worker, PictureReading& reading, const ReplyPlaces& places,
                             Source source, QObject* parent)
    : QObject(parent), worker_(worker), reading_(reading), places_(places), source_(std::move(source)) {
    connect(&reading_, &PictureReading::changed, this, [this] {
        if (reading_.state() == QLatin1String("closed")) {
            pictures_.clear();
            index_ = -1;
            place_ = -1;
        } else if (reading_.index() != index_) {
            index_ = reading_.index();
            askGrid();
        }
    });
    connect(&worker_, &ModelWorker::pictureCostKnown, this, [this](quint64 ticket, const PictureCost& cost) {
        if (ticket != ticket_ || ticket == 0 || merged_side_ <= 0) return;
        columns_ = cost.model_width / merged_side_;
        rows_ = cost.model_height / merged_side_;
        Q_EMIT changed();
    });
}

void PictureViewer::openPlace(int message, int picture, int place) {
    if (place < 0 || place >= static_cast<int>(places_.on(message, picture).size())) return;
    place_ = place;
    open(message, picture);
}

void PictureViewer::open(int message, int picture, bool read) {
    std::vector<ViewedPicture> pictures = source_(message);
    if (picture < 0 || picture >= static_cast<int>(pictures.size())) return;
    std::vector<AttachmentRef> attachments;
    for (const ViewedPicture& each : pictures)
        attachments.push_back(each.attachment);
    pictures_ = std::move(pictures);
    message_ = message;
    index_ = -1;
    reading_.open(std::move(attachments), picture, read);
    Q_EMIT changed();
}

void PictureViewer::askGrid() {
    columns_ = rows_ = 0;
    ticket_ = 0;
    if (merged_side_ > 0 && index_ >= 0 && index_ < static_cast<int>(pictures_.size())) {
        const ViewedPicture& shown = pictures_[static_cast<std::size_t>(index_)];
        ticket_ = worker_.askPictureCost(shown.attachment->size.width(), shown.attachment->size.height(),
                                         shown.sight.budget);
    }
    Q_EMIT changed();
}

QString PictureViewer::modelText() const {
    if (columns_ <= 0) return {};
    return tr("The model sees %1 × %2 pixels in %3 × %4 patches")
        .arg(columns_ * merged_side_)
        .arg(rows_ * merged_side_)
        .arg(columns_)
        .arg(rows_);
}

QString PictureViewer::coordinates(int message, int picture, int place) const {
    const std::vector<NamedPlace> places = places_.on(message, picture);
    const std::vector<ViewedPicture> pictures = source_(message);
    if (place < 0 || place >= static_cast<int>(places.size()) || picture < 0 ||
        picture >= static_cast<int>(pictures.size()))
        return {};
    const NamedPlace& named = places[static_cast<std::size_t>(place)];
    const QRectF area = named.on(pictures[static_cast<std::size_t>(picture)].attachment->size);
    if (named.is_point) return QStringLiteral("[%1, %2]").arg(qRound(area.x())).arg(qRound(area.y()));
    return QStringLiteral("[%1, %2, %3, %4]")
        .arg(qRound(area.left()))
        .arg(qRound(area.top()))
        .arg(qRound(area.right()))
        .arg(qRound(area.bottom()));
}

void PictureViewer::copyCoordinates(int message, int picture, int place) const {
    if (const QString text = coordinates(message, picture, place); !text.isEmpty())
        QGuiApplication::clipboard()->setText(text);
}

void PictureViewer::askAbout(int message, int picture, int place) {
    const std::vector<NamedPlace> places = places_.on(message, picture);
    const std::vector<ViewedPicture> pictures = source_(message);
    if (place < 0 || place >= static_cast<int>(places.size()) || picture >= static_cast<int>(pictures.size()))
        return;
    const AttachmentRef whole = pictures[static_cast<std::size_t>(picture)].attachment;
    Q_EMIT partWanted(whole, places[static_cast<std::size_t>(place)].pixels(whole->size));
}

}  // namespace sightline
