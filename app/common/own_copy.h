// A text that goes to another thread.
#pragma once

#include <QString>

namespace sightline {

// Shares nothing with `text`: the counts of who shares what are correct between threads, but kept in parts of
// Qt that ThreadSanitizer cannot look into.
inline QString ownCopy(const QString& text) {
    return QString(text.constData(), text.size());
}

}  // namespace sightline
