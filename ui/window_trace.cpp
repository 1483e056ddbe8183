#include "ui/window_trace.h"

#include <QAbstractItemModel>
#include <QObject>
#include <QQuickItem>
#include <QQuickWindow>

#include "app/common/trace.h"
#include "app/shelf/conversation_shelf.h"

namespace sightline {

namespace {

// A frame shows the list if it was begun after the list was there. Belongs to the window and its thread.
class FirstUse : public QObject {
  public:
    FirstUse(QQuickWindow& window, ConversationShelf& shelf)
        : QObject(&window), window_(window), shelf_(shelf) {
        // Both come from the thread that draws, if it is another one; at the first one this thread waits.
        connect(
            &window, &QQuickWindow::beforeSynchronizing, this, [this] { frame_has_list_ = shelf_.ready(); },
            Qt::DirectConnection);
        connect(
            &window, &QQuickWindow::frameSwapped, this,
            [this] {
                if (frame_has_list_)
                    QMetaObject::invokeMethod(
                        this, [this] { say(); }, Qt::QueuedConnection);
            },
            Qt::DirectConnection);
    }

  private:
    void say() {
        if (said_ || !window_.activeFocusItem()) return;
        said_ = true;
        qCDebug(trace, "usable %d", shelf_.conversations()->rowCount());
        deleteLater();
    }

    QQuickWindow& window_;
    ConversationShelf& shelf_;
    bool frame_has_list_ = false;
    bool said_ = false;
};

}  // namespace

void traceWindow(QQuickWindow& window, ConversationShelf& shelf) {
    if (!trace().isDebugEnabled()) return;
    new FirstUse(window, shelf);
    QObject::connect(&window, &QQuickWindow::activeFocusItemChanged, &window, [&window] {
        const QQuickItem* item = window.activeFocusItem();
        qCDebug(trace, "focus %s", qPrintable(item ? item->objectName() : QString()));
    });
}

}  // namespace sightline
