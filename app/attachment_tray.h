// The pictures that wait to be sent: takes them from files, clipboard and captures, and says what each will
// cost.
#pragma once

#include <QHash>
#include <QImage>
#include <QList>
#include <QObject>
#include <QString>
#include <QUrl>
#include <memory>
#include <vector>

#include "app/attachment_list_model.h"
#include "app/attachment_loader.h"
#include "app/model_worker.h"
#include "app/picture_store.h"

namespace sightline {

class AttachmentTray : public QObject {
    Q_OBJECT

  public:
    static constexpr int most_attachments = 16;

    AttachmentTray(ModelWorker& worker, std::shared_ptr<PictureStore> store, QObject* parent = nullptr);

    AttachmentListModel& model() { return model_; }

    // Local regular files only; whatever cannot be used becomes a row that says why. More than fit are
    // refused together in one row.
    void addFiles(const QList<QUrl>& files);
    void addImage(const QImage& image, const QString& name);
    void addEncoded(const QByteArray& file, const QString& name);
    void remove(int row);

    // Asks for the costs again. `seconds_per_token` <= 0: not measured, no time is shown.
    void setModelReady(bool ready, const PixelBudget& budget = {});
    void setSecondsPerToken(double seconds_per_token);

    bool isLoading() const;
    bool hasPictures() const;  // loaded ones
    // The loaded ones, for reading their text.
    std::vector<AttachmentRef> pictures() const;
    int indexOfPicture(int row) const;  // in pictures(); -1 if that row has none
    int tokens() const;                 // of the loaded pictures, as far as they are known

    std::vector<AttachmentRow> take();  // the loaded ones leave; refused ones stay
    void putBack(const std::vector<AttachmentRow>& rows);

  Q_SIGNALS:
    void changed();

  private:
    quint64 appendLoading(const QString& name);
    void appendRefused(const QString& name, const QString& reason);
    bool hasRoom(const QString& name, qsizetype wanted);
    void askCost(const AttachmentRow& row);
    void show(AttachmentRow row);
    void onLoaded(quint64 key, const AttachmentRef& attachment);
    void onRefused(quint64 key, const QString& reason);

    ModelWorker& worker_;
    AttachmentListModel model_;
    AttachmentLoader loader_;
    QHash<quint64, quint64> cost_keys_;  // ticket -> key of the row
    quint64 last_key_ = 0;
    bool model_ready_ = false;
    PixelBudget budget_;
    double seconds_per_token_ = 0;
};

}  // namespace sightline
