// Keeps the window's shortcuts alive while a text that can only be read has the focus.
//
// Qt's TextEdit takes every key for itself before a shortcut can, also when it is read-only (Qt 6.4): Esc,
// Ctrl+N and all others would do nothing once somebody has clicked into a reply. GUI thread only.
#pragma once

#include <QObject>

class QQuickWindow;

namespace sightline {

class TextShortcuts : public QObject {
    Q_OBJECT

  public:
    explicit TextShortcuts(QQuickWindow& window);  // which owns it

    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QQuickWindow& window_;
};

}  // namespace sightline
