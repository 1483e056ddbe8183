// What a clipboard or a drop offers, in the order in which it is taken: pixels, then files, then nothing of
// ours.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QList>
#include <QUrl>
#include <variant>

class QMimeData;

namespace sightline {

// An encoded picture (to be decoded away from the GUI thread), an image, or local files; monostate: text and
// the like.
using ClipboardContent = std::variant<std::monostate, QByteArray, QImage, QList<QUrl>>;

// True if there are pixels, without looking at them.
bool offersPixels(const QMimeData* data);

// Addresses of other computers are not files: they are left to be pasted as text.
ClipboardContent contentOf(const QMimeData* data);

}  // namespace sightline
