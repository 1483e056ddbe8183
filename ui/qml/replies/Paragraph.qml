import QtQuick
import Sightline

// Running text: wraps, with the line height for reading.
AppText {
    role: "reading"
    wrapMode: Text.Wrap
    lineHeight: Theme.leadingOf(text)
    lineHeightMode: Text.ProportionalHeight
}
