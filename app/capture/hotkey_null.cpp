#include "app/capture/hotkey_null.h"

#include <QCoreApplication>

namespace sightline {

void NullHotkeys::bind(const QString& id, const QKeySequence& sequence, const QString& description) {
    Q_UNUSED(sequence);
    Q_UNUSED(description);
    Q_EMIT stateChanged(id, HotkeyState::Unsupported, noKeysHere());
}

void NullHotkeys::unbind(const QString& id) {
    Q_UNUSED(id);
}

}  // namespace sightline
