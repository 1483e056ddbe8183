// One key in the languages of X11, the portal and GTK. Names and values of X's key symbols come from
// libxkbcommon.
#pragma once

#include <QKeySequence>
#include <QString>
#include <cstdint>

namespace sightline {

// The key of a sequence without its modifiers; 0 = no key.
inline Qt::Key keyOf(const QKeySequence& sequence) {
    return sequence.isEmpty() ? static_cast<Qt::Key>(0) : sequence[0].key();
}
inline Qt::KeyboardModifiers modifiersOf(const QKeySequence& sequence) {
    return sequence.isEmpty() ? Qt::KeyboardModifiers() : sequence[0].keyboardModifiers();
}

// The X key symbol that an unshifted key makes; 0 = none is known.
std::uint32_t keySymbol(Qt::Key key);

// As the portal's GlobalShortcuts takes it, "CTRL+ALT+space"; empty = cannot be said.
QString portalTrigger(const QKeySequence& sequence);
// As GNOME's settings take it, "<Control><Alt>space"; empty = cannot be said.
QString gtkAccelerator(const QKeySequence& sequence);

}  // namespace sightline
