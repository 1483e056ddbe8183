// Where the window stood when it was closed and what of it was folded or open, and so again at the next
// start.
#pragma once

#include <QObject>
#include <QQuickWindow>

namespace sightline {

class Settings;

// Only to a place that a screen still shows; otherwise the system decides.
void restorePlace(QQuickWindow& window, const Settings& settings);
void storePlace(const QQuickWindow& window, Settings& settings);

// Opens what was open, and from then on stores every change at once: a program that is killed has no end.
// A sheet over the conversation is no state to come back to, so in a narrow window nothing opens.
class RememberedPanels : public QObject {
    Q_OBJECT

  public:
    RememberedPanels(QQuickWindow& window, Settings& settings);  // the window owns it; settings outlive that

  private:
    Q_SLOT void store();

    QQuickWindow& window_;
    Settings& settings_;
};

}  // namespace sightline
