#include "ui/text_shortcuts.h"

#include <QKeyEvent>
#include <QQuickItem>
#include <QQuickWindow>

namespace sightline {

namespace {

// What a read-only text does something with: copying, and moving in it.
bool isForText(const QKeyEvent& event) {
    if (event.matches(QKeySequence::Copy) || event.matches(QKeySequence::SelectAll)) return true;
    if (event.modifiers() & Qt::AltModifier) return false;
    switch (event.key()) {
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_Home:
        case Qt::Key_End:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            return true;
        default:
            return false;
    }
}

}  // namespace

TextShortcuts::TextShortcuts(QQuickWindow& window) : QObject(&window), window_(window) {
    window.installEventFilter(this);
}

bool TextShortcuts::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::ShortcutOverride) return QObject::eventFilter(watched, event);
    const QQuickItem* item = window_.activeFocusItem();
    if (item == nullptr || !item->inherits("QQuickTextEdit") || !item->property("readOnly").toBool() ||
        isForText(*static_cast<QKeyEvent*>(event)))
        return false;
    event->ignore();  // nobody wants to override the shortcut
    return true;
}

}  // namespace sightline
