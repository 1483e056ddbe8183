import QtQuick
import Sightline

// What the user wrote.
Rectangle {
    id: root
    property string text
    property real maximumWidth: 560
    implicitWidth: Math.min(body.naturalWidth + 28, maximumWidth)
    implicitHeight: body.implicitHeight + 14
    radius: 12
    color: Theme.bubble
    MessageText {
        id: body
        objectName: "questionText"
        x: 14
        y: 11  // the line height leaves its air below the letters
        width: root.implicitWidth - 28
        content: root.text
    }
}
