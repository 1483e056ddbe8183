// A window with a reply in it that no model had to write.
#pragma once

#include <QSignalSpy>
#include <QTest>

#include "app/chat/message_list_model.h"
#include "app/replies/block_list_model.h"
#include "window_fixture.h"

namespace sightline {

class ShownReply {
  public:
    explicit ShownReply(const QString& text, bool streaming = false) : w(false) {
        ShownMessage question;
        question.role = QStringLiteral("user");
        question.text = QStringLiteral("What is the total?");
        messages().append(question);
        ShownMessage reply;
        reply.role = QStringLiteral("assistant");
        reply.text = text;
        reply.streaming = streaming;
        messages().append(reply);
        if (!QTest::qWaitFor([this] { return w.item(QStringLiteral("replyText")) != nullptr; }))
            qFatal("the reply is not shown");
        draw();
    }

    MessageListModel& messages() { return *qobject_cast<MessageListModel*>(w.chat().messages()); }
    BlockListModel& blocks() { return *messages().blocks(1); }
    QQuickItem* reply() { return w.item(QStringLiteral("replyText")); }
    QObject* marks() { return reply()->findChild<QObject*>(QStringLiteral("replyMarks")); }

    void end() {
        ShownMessage reply = messages().rows().back();
        reply.streaming = false;
        messages().update(1, reply);
    }

    // Two frames: what has appeared gets its place with one, and what it moves with the next.
    void draw() {
        for (int frame = 0; frame < 2; ++frame) {
            QSignalSpy drawn(&w.view(), &QQuickWindow::frameSwapped);
            w.view().update();
            if (drawn.isEmpty() && !drawn.wait()) qFatal("the window is not drawn");
        }
    }

    // Where a position of the reply is drawn in the window.
    QRectF placeOf(int position) {
        QVariant place;
        QMetaObject::invokeMethod(reply(), "rectangleOf", Q_RETURN_ARG(QVariant, place),
                                  Q_ARG(QVariant, QVariant(position)));
        return reply()->mapRectToScene(place.toRectF());
    }
    int positionOf(const QString& word) {
        for (int row = 0; row < blocks().rowCount(); ++row) {
            const auto at = blocks().blocks().at(row).text.indexOf(word);
            if (at >= 0 && blocks().offset(row) >= 0) return blocks().offset(row) + static_cast<int>(at);
        }
        qFatal("the reply does not say %s", qPrintable(word));
    }
    // In the middle of the line, a little right of the character's left edge.
    QPoint pointAt(int position) {
        const QRectF place = placeOf(position);
        return {qRound(place.left()) + 1, qRound(place.center().y())};
    }
    QPoint pointAt(const QString& word) { return pointAt(positionOf(word)); }

    WindowFixture w;
};

}  // namespace sightline
