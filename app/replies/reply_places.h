// The boxes and points that replies name, on the pictures that were asked about. Watches the rows of the
// conversation (message_list_model.h) by their role names. Lives on the GUI thread.
#pragma once

#include <QAbstractItemModel>
#include <QObject>
#include <QSize>
#include <QString>
#include <QVariantList>
#include <vector>

#include "app/replies/named_places.h"

namespace sightline {

class ReplyPlaces : public QObject {
    Q_OBJECT
    // Grows with every change: for bindings of QML.
    Q_PROPERTY(int revision READ revision NOTIFY changed)
    // The place that the pointer or the focus is at, on a picture or in a reply: placeKey(), empty = none.
    Q_PROPERTY(QString pointed READ pointed WRITE setPointed NOTIFY pointedChanged)

  public:
    // `messages` outlives the object.
    explicit ReplyPlaces(const QAbstractItemModel& messages, QObject* parent = nullptr);

    int revision() const { return revision_; }

    // Of one picture of one question: what the replies to it name, and those to questions after it that
    // brought no pictures of their own. A place that names no picture is on the first.
    std::vector<NamedPlace> on(int message, int picture) const;
    // The same as {x, y, width, height: 0..1 of the picture's sides; point, label, number: from 1}.
    Q_INVOKABLE QVariantList onPicture(int message, int picture) const;
    // Where a reply names places that are drawn: {position: of the last brace (see block_list_model.h);
    // message, picture, place: of on(); number, label, point: as onPicture() says them}, in reading order.
    Q_INVOKABLE QVariantList inReply(int reply) const;

    // Names one place for `pointed`.
    Q_INVOKABLE static QString placeKey(int message, int picture, int place);
    QString pointed() const { return pointed_; }
    void setPointed(const QString& key);

  Q_SIGNALS:
    void changed();
    void pointedChanged();

  private:
    struct Row {
        bool is_reply = false;
        int pictures = 0;
        QString text;  // of a reply, as far as it was looked at
        NamedPlaces places;
    };

    void read(int first, int last);
    void notice(bool matters);
    int questionOf(int reply) const;  // row whose pictures its places are on; -1 = none

    const QAbstractItemModel& messages_;
    std::vector<Row> rows_;
    int revision_ = 0;
    QString pointed_;
};

}  // namespace sightline
