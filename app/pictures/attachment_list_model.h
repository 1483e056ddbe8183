// The pictures above the question field that have not been sent yet.
#pragma once

#include <QAbstractListModel>
#include <QString>
#include <QVariantList>
#include <memory>
#include <utility>
#include <vector>

#include "app/values/conversation.h"

namespace sightline {

struct Document;

// Either loading, or with an attachment, or refused with an error, or the head of a document, whose pages are
// rows of their own.
struct AttachmentRow {
    quint64 key = 0;       // names the row while it exists; never 0
    QString name;          // plain text, without control characters
    QString thumbnail;     // image provider URL, or empty
    QString size_text;     // "1920 x 1080 -> 1280 x 736"; without a model only the original size
    QString tokens_text;   // "922 tokens", empty until known
    QString seconds_text;  // "~3 s", empty until this machine was measured
    QString error;         // why it was refused
    bool loading = false;
    bool locked = false;          // encrypted: waits for its password; not refused
    bool password_wrong = false;  // the last one that was given
    bool unlocking = false;       // one was given
    QString path;                 // of a file that is being opened, or is locked; or
    QByteArray bytes;             // what came by the clipboard
    QString note;                 // "Page 3 of 24", "Animation: the first of 12 frames"
    QString detail;               // as the user chose it: "auto", "low"... (picture_detail.h)
    bool detail_chosen = false;   // for this picture; otherwise it follows the default
    QString detail_text;          // what that means here: "Auto · 922 tokens · ~3 s"
    QVariantList choices;         // {id, name, text, current}; empty without a model
    QString pages;                // of a document's head: "1-8"
    int page_count = 0;           // of a document's head
    std::shared_ptr<const Attachment> attachment;
    std::shared_ptr<const Attachment> kept;    // of a draft from the disk: not decoded yet
    std::shared_ptr<const Document> document;  // of a head and of its pages
    int page = -1;                             // from 0; of a head -1
    PictureSight sight;                        // when it was taken to be sent
    int tokens = 0;                            // as far as they are known

    // It is open, or refused. Returns whether a password was given for it.
    bool forgetFile() {
        path.clear();
        bytes.clear();
        return std::exchange(unlocking, false);
    }
};

class AttachmentListModel : public QAbstractListModel {
    Q_OBJECT

  public:
    enum Field {
        Name = Qt::UserRole + 1,
        Thumbnail,
        SizeText,
        TokensText,
        SecondsText,
        Error,
        Loading,
        Note,
        DetailId,
        DetailText,
        Choices,
        Pages,
        PageCount,
        Locked,
        PasswordWrong
    };

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    const std::vector<AttachmentRow>& rows() const { return rows_; }
    int find(quint64 key) const;  // row, or -1

    void append(AttachmentRow row);
    // Replaces the row with this key (if it is still there); only fields that differ are reported as changed.
    void update(const AttachmentRow& row);
    void remove(int row);
    void clear();

  private:
    std::vector<AttachmentRow> rows_;
};

}  // namespace sightline
