// A page as the reading view shows it: its text, and where each line stands in it and on the picture.
#pragma once

#include <QPointF>
#include <QPolygonF>
#include <QString>
#include <vector>

#include "inference/pages/page.h"

namespace sightline {

struct ReadLine {
    QPolygonF corners;  // in pixels of the original, clockwise as the text is read
    int begin = 0;      // in `text`: [begin, end), in UTF-16 units
    int end = 0;
    bool doubtful = false;  // the reader is not sure
};

struct ReadText {
    ReadText() = default;
    explicit ReadText(const Page& page);

    // Line numbers, -1 = none.
    int lineAt(const QPointF& place) const;
    int nearestLine(const QPointF& place) const;  // rather beside the place than above or below it
    int lineOfPosition(int position) const;       // between lines there is none
    // The first and the last line that a range of `text` touches.
    int firstLineIn(int begin, int end) const;
    int lastLineIn(int begin, int end) const;
    int nextDoubtful(int line) const;  // after `line`, and from the top again

    QString text;
    QString markdown;
    std::vector<ReadLine> lines;  // in the order of the text
    int words = 0;
    int doubtful_lines = 0;
    double confidence = 0;  // 0..1
    // Code, or columns that are held together by spaces: in a proportional font they fall apart.
    bool aligned = false;
};

}  // namespace sightline
