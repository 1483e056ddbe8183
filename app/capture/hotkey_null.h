// Where there are no global keys: says so for every key.
#pragma once

#include "app/capture/hotkey_backend.h"

namespace sightline {

class NullHotkeys : public HotkeyBackend {
    Q_OBJECT

  public:
    using HotkeyBackend::HotkeyBackend;
    void bind(const QString& id, const QKeySequence& sequence, const QString& description) override;
    void unbind(const QString& id) override;
};

}  // namespace sightline
