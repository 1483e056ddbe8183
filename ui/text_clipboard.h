// A text for the clipboard, in both forms.
#pragma once

#include <QString>

namespace sightline {

// Editors that know Markdown take it as such; all others take the text. Nothing happens if both are empty.
// GUI thread.
void toClipboard(const QString& text, const QString& markdown);

}  // namespace sightline
