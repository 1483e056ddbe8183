// Boxes and points that a reply names, as Qwen3-VL writes them: JSON objects with "bbox_2d": [x1, y1, x2, y2]
// or "point_2d": [x, y] in thousandths of the picture's sides, and often a "label"; in a fence or bare, one
// or many. A reply is text from outside: whatever it holds, the work grows with its length, and the places
// are bounded.
#pragma once

#include <QPointF>
#include <QRect>
#include <QRectF>
#include <QSize>
#include <QString>
#include <QStringView>
#include <vector>

namespace sightline {

struct NamedPlace {
    bool is_point = false;
    // In thousandths, 0..1000; of a point: its place, without width and height. A box has both, and x, y is
    // its upper left corner.
    QRectF area;
    QString label;    // plain text of one line, at most 80 characters; may be empty
    int picture = 0;  // that the reply names with it, from 1; 0 = none

    // In pixels of the original: value / 1000 * side.
    QRectF on(const QSize& picture_size) const;
    // Whole pixels that cover it, within the picture and never empty; of a point a square around it, an
    // eighth of the longer side wide.
    QRect pixels(const QSize& picture_size) const;
    bool operator==(const NamedPlace&) const = default;
};

// Takes a reply as it streams. An object counts when its last brace is there. Values; any thread.
class NamedPlaces {
  public:
    static constexpr std::size_t most_places = 300;

    void append(QStringView text);
    const std::vector<NamedPlace>& places() const { return places_; }
    // Where in the text, in UTF-16 units, the last brace of each of them stands.
    const std::vector<qsizetype>& ends() const { return ends_; }

  private:
    void close();
    void noteWord();

    std::vector<NamedPlace> places_;
    std::vector<qsizetype> ends_;  // as many
    qsizetype taken_ = 0;          // characters
    std::vector<qsizetype> open_;  // where the objects begin in object_ that are not closed yet
    QString object_;               // the text since the outermost of them
    bool in_string_ = false;
    bool escaped_ = false;
    QString word_;  // of the prose that is being read
    bool after_picture_word_ = false;
    int mentioned_ = 0;  // "Picture 2": the one that was mentioned last
};

std::vector<NamedPlace> namedPlaces(QStringView reply);

}  // namespace sightline
