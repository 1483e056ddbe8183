#include "app/capture/key_names.h"

#include <xkbcommon/xkbcommon-keysyms.h>
#include <xkbcommon/xkbcommon.h>

#include <QChar>
#include <algorithm>
#include <array>
#include <utility>

namespace sightline {

namespace {

// Keys without a character. Qt's order of F1 to F35 is that of X.
constexpr std::array<std::pair<Qt::Key, std::uint32_t>, 28> named_keys{{
    {Qt::Key_Escape, XKB_KEY_Escape},
    {Qt::Key_Space, XKB_KEY_space},
    {Qt::Key_Tab, XKB_KEY_Tab},
    {Qt::Key_Backspace, XKB_KEY_BackSpace},
    {Qt::Key_Return, XKB_KEY_Return},
    {Qt::Key_Enter, XKB_KEY_KP_Enter},
    {Qt::Key_Insert, XKB_KEY_Insert},
    {Qt::Key_Delete, XKB_KEY_Delete},
    {Qt::Key_Pause, XKB_KEY_Pause},
    {Qt::Key_Print, XKB_KEY_Print},
    {Qt::Key_Home, XKB_KEY_Home},
    {Qt::Key_End, XKB_KEY_End},
    {Qt::Key_Left, XKB_KEY_Left},
    {Qt::Key_Up, XKB_KEY_Up},
    {Qt::Key_Right, XKB_KEY_Right},
    {Qt::Key_Down, XKB_KEY_Down},
    {Qt::Key_PageUp, XKB_KEY_Prior},
    {Qt::Key_PageDown, XKB_KEY_Next},
    {Qt::Key_ScrollLock, XKB_KEY_Scroll_Lock},
    {Qt::Key_Menu, XKB_KEY_Menu},
    {Qt::Key_Help, XKB_KEY_Help},
    {Qt::Key_Calculator, XKB_KEY_XF86Calculator},
    {Qt::Key_HomePage, XKB_KEY_XF86HomePage},
    {Qt::Key_LaunchMail, XKB_KEY_XF86Mail},
    {Qt::Key_Search, XKB_KEY_XF86Search},
    {Qt::Key_Favorites, XKB_KEY_XF86Favorites},
    {Qt::Key_Tools, XKB_KEY_XF86Tools},
    {Qt::Key_Explorer, XKB_KEY_XF86Explorer},
}};

QString symbolName(std::uint32_t symbol) {
    std::array<char, 64> name{};
    const int length = xkb_keysym_get_name(symbol, name.data(), name.size());
    return length > 0 && length < static_cast<int>(name.size()) ? QString::fromLatin1(name.data(), length)
                                                                : QString();
}

}  // namespace

std::uint32_t keySymbol(Qt::Key key) {
    if (key >= Qt::Key_F1 && key <= Qt::Key_F35)
        return XKB_KEY_F1 + static_cast<std::uint32_t>(key - Qt::Key_F1);
    const auto named = std::find_if(named_keys.begin(), named_keys.end(),
                                    [key](const auto& entry) { return entry.first == key; });
    if (named != named_keys.end()) return named->second;
    // Qt names the others by their character, letters by the upper one.
    if (key <= 0x20 || key > 0xffff) return 0;
    const std::uint32_t symbol = xkb_utf32_to_keysym(QChar(static_cast<char16_t>(key)).toLower().unicode());
    return symbol == XKB_KEY_NoSymbol ? 0 : symbol;
}

QString portalTrigger(const QKeySequence& sequence) {
    const QString name = symbolName(keySymbol(keyOf(sequence)));
    if (keySymbol(keyOf(sequence)) == 0 || name.isEmpty()) return {};
    const Qt::KeyboardModifiers modifiers = modifiersOf(sequence);
    QString text;
    if (modifiers.testFlag(Qt::ControlModifier)) text += QLatin1String("CTRL+");
    if (modifiers.testFlag(Qt::AltModifier)) text += QLatin1String("ALT+");
    if (modifiers.testFlag(Qt::ShiftModifier)) text += QLatin1String("SHIFT+");
    if (modifiers.testFlag(Qt::MetaModifier)) text += QLatin1String("LOGO+");
    return text + name;
}

QString gtkAccelerator(const QKeySequence& sequence) {
    const QString name = symbolName(keySymbol(keyOf(sequence)));
    if (keySymbol(keyOf(sequence)) == 0 || name.isEmpty()) return {};
    const Qt::KeyboardModifiers modifiers = modifiersOf(sequence);
    QString text;
    if (modifiers.testFlag(Qt::ControlModifier)) text += QLatin1String("<Control>");
    if (modifiers.testFlag(Qt::AltModifier)) text += QLatin1String("<Alt>");
    if (modifiers.testFlag(Qt::ShiftModifier)) text += QLatin1String("<Shift>");
    if (modifiers.testFlag(Qt::MetaModifier)) text += QLatin1String("<Super>");
    return text + name;
}

}  // namespace sightline
