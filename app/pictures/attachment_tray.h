// The pictures that wait to be sent: takes them from files, clipboard and captures, and says what each will
// cost.
#pragma once

#include <QImage>
#include <QList>
#include <QObject>
#include <QRect>
#include <QString>
#include <QUrl>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/models/model_worker.h"
#include "app/pictures/attachment_list_model.h"
#include "app/pictures/attachment_loader.h"
#include "app/pictures/picture_encoder.h"
#include "app/pictures/picture_prices.h"
#include "app/pictures/picture_store.h"

namespace sightline {

class AttachmentTray : public QObject {
    Q_OBJECT

  public:
    static constexpr int most_attachments = 16;
    static constexpr int first_pages = 8;  // of a document, until the user chooses others

    AttachmentTray(ModelWorker& worker, std::shared_ptr<PictureStore> store, PictureTexts& texts,
                   QObject* parent = nullptr);

    AttachmentListModel& model() { return model_; }

    // Local regular files only; whatever cannot be used becomes a row that says why. More than fit are
    // refused together in one row. A file with pages becomes a row for itself and one for each page.
    void addFiles(const QList<QUrl>& files);
    void addImage(const QImage& image, const QString& name);
    void addEncoded(const QByteArray& file, const QString& name);
    // A part of a picture, pixel for pixel.
    void addPart(const AttachmentRef& whole, const QRect& part);
    void remove(int row);  // a document's head goes with its pages

    // "1-3, 7" of the document whose head this row is. Returns why not, as a sentence, or nothing.
    QString choosePages(int row, const QString& pages);
    void chooseDetail(int row, const QString& detail);  // "auto", "low"...; for this picture
    // Of an encrypted file. passwordWanted() follows again if it is wrong.
    void unlock(int row, const QString& password);
    int lockedRow() const;  // the first one that waits for its password, or -1

    void setModel(const std::optional<ModelFacts>& facts) { prices_.setModel(facts); }
    void setSpeed(const PictureSpeed& speed) { prices_.setSpeed(speed); }
    void setQuestion(const QString& text) { prices_.setQuestion(text); }  // as it is being written
    void setContextLeft(int tokens);                                      // 0 = unknown
    // Of all pictures for which none was chosen.
    void setDefaultDetail(Detail detail);

    bool isLoading() const;
    bool isEncoding() const;   // those that have no file of their own; they are sent when they have
    bool isReading() const;    // text that goes to the model with its picture
    bool hasPictures() const;  // loaded ones
    // The loaded ones, for reading their text.
    std::vector<AttachmentRef> pictures() const;
    int indexOfPicture(int row) const;  // in pictures(); -1 if that row has none
    int tokens() const;                 // of the loaded pictures, as far as they are known
    // How the picture in this row would be sent now.
    PictureSight sight(int row) const;

    // For the draft that is kept: with those that were put here by putKept and are not decoded yet.
    // `unfinished`: also those that have no file yet.
    std::vector<ChatPart> parts(bool unfinished = false) const;
    // Of a draft from the disk. putRevived or refuseRevived follows for every file.
    void putKept(const std::vector<ChatPart>& parts);
    void putRevived(const AttachmentRef& attachment);
    void refuseRevived(const AttachmentRef& attachment, const QString& reason);
    void clear();

    // The loaded ones leave, with the heads of their documents; refused ones stay.
    std::vector<AttachmentRow> take();
    std::vector<AttachmentRow> takeOne(int row);  // none if it is no loaded picture
    void putBack(const std::vector<AttachmentRow>& rows);

  Q_SIGNALS:
    void changed();
    void passwordWanted(int row, bool wrong);  // the file is encrypted; wrong: one was given
    void unlocked(int row);                    // the password opened it, or it is refused for another reason

  private:
    bool holds(int row) const { return row >= 0 && row < model_.rowCount(); }
    const AttachmentRow& at(int row) const { return model_.rows()[static_cast<std::size_t>(row)]; }
    int used() const;
    std::vector<AttachmentRow> take(const std::function<bool(const AttachmentRow&)>& leaves);
    // Rows of a draft that wait for this file; they wait no more.
    std::vector<AttachmentRow> takeKept(const QString& file);
    quint64 appendLoading(const QString& name, const QString& path = {}, const QByteArray& bytes = {});
    void appendPage(const DocumentRef& document, int page);
    void appendRefused(const QString& name, const QString& reason);
    bool hasRoom(const QString& name, qsizetype wanted);
    void drop(int row);
    void dropHeads();
    void showPrice(quint64 key);
    void onLoaded(quint64 key, const AttachmentRef& attachment);
    void onDocument(quint64 key, const DocumentRef& document);
    void onEncoded(quint64 key, const AttachmentRef& attachment);
    void onRefused(quint64 key, const QString& reason);
    void onPasswordWanted(quint64 key);

    AttachmentListModel model_;
    PicturePrices prices_;
    AttachmentLoader loader_;
    PictureEncoder encoder_;
    std::map<quint64, quint64> encoding_;  // by row: the encoder's number
    Detail default_detail_ = Detail::automatic;
    quint64 last_key_ = 0;
};

}  // namespace sightline
