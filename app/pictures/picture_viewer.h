// A picture opened large: what the model sees of it, and what can be done with the places that replies name.
// The picture itself and its text are PictureReading's. Lives on the GUI thread.
#pragma once

#include <QObject>
#include <QRect>
#include <QString>
#include <functional>
#include <vector>

#include "app/models/model_worker.h"
#include "app/values/conversation.h"

namespace sightline {

class PictureReading;
class ReplyPlaces;

struct ViewedPicture {
    AttachmentRef attachment;
    PictureSight sight;
};

class PictureViewer : public QObject {
    Q_OBJECT
    // The question that brought the pictures, -1 = they wait to be sent.
    Q_PROPERTY(int message READ message NOTIFY changed)
    // Patches of the picture as the model sees it: its resized size in multiples of a merged token's side. 0
    // = not known (no model).
    Q_PROPERTY(int columns READ columns NOTIFY changed)
    Q_PROPERTY(int rows READ rows NOTIFY changed)
    Q_PROPERTY(int place READ place NOTIFY changed)  // that it was opened for; -1 = for none
    Q_PROPERTY(
        QString modelText READ modelText NOTIFY changed)  // "1280 × 736 for the model, 40 × 23 patches"

  public:
    static constexpr int waiting = -1;

    // The pictures of a message; none for an unknown one.
    using Source = std::function<std::vector<ViewedPicture>(int message)>;

    PictureViewer(ModelWorker& worker, PictureReading& reading, const ReplyPlaces& places, Source source,
                  QObject* parent = nullptr);

    // Opens the reading view on it; `read`: has its text read at once.
    Q_INVOKABLE void open(int message, int picture, bool read = false);
    void openPlace(int message, int picture,
                   int place);  // and shows one of ReplyPlaces::on(message, picture)
    int message() const { return message_; }
    int columns() const { return columns_; }
    int rows() const { return rows_; }
    int place() const { return place_; }
    QString modelText() const;
    void setMergedSide(int pixels) { merged_side_ = pixels; }  // of the loaded model; 0 = none

    // Of one of ReplyPlaces::on(message, picture): "[120, 40, 420, 240]" or "[120, 40]", in pixels of the
    // original.
    Q_INVOKABLE QString coordinates(int message, int picture, int place) const;
    Q_INVOKABLE void copyCoordinates(int message, int picture, int place) const;
    Q_INVOKABLE void askAbout(int message, int picture, int place);

  Q_SIGNALS:
    void changed();
    void partWanted(const sightline::AttachmentRef& whole, const QRect& part);  // of askAbout

  private:
    void askGrid();

    ModelWorker& worker_;
    PictureReading& reading_;
    const ReplyPlaces& places_;
    const Source source_;
    std::vector<ViewedPicture> pictures_;
    int message_ = waiting;
    int index_ = -1;
    int place_ = -1;
    int merged_side_ = 0;
    ModelWorker::Ticket ticket_ = 0;
    int columns_ = 0;
    int rows_ = 0;
};

}  // namespace sightline
