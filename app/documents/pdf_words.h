// Words with places, from what Qt Pdf tells about the text of a page: the text, and the boxes of its pieces
// in the same order, without saying which piece is which part of the text.
#pragma once

#include <QList>
#include <QRectF>
#include <QString>
#include <functional>
#include <optional>

#include "app/documents/text_layer.h"

namespace sightline {

// The boxes of one line of the text. `line` counts from 0 and skips blank lines; `begin` and `length` say
// where it stands in the text.
using BoxesOfLine = std::function<QList<QRectF>(int line, qsizetype begin, qsizetype length)>;

// `boxes` are those of the whole text, on the displayed page, y down, any unit. `quarters` is how the text is
// probably turned (clockwise, 0..3) where the boxes leave it open: as the page itself, usually. When they
// cannot be divided into the lines of the text, `ask` is called for each line, which is slow. Within a line a
// word's place is exact if a piece begins there, and otherwise estimated from the usual widths of the
// letters.
TextLayer placeWords(const QString& text, const QList<QRectF>& boxes, int quarters, const BoxesOfLine& ask);

}  // namespace sightline
