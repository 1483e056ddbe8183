import QtQuick
import Sightline

// The edge of the selection, outside of its pixels, with what it can be taken hold of by.
Item {
    id: root
    objectName: "selectionFrame"
    property bool handles: true
    Rectangle {
        anchors.fill: parent
        anchors.margins: -2
        color: "transparent"
        border.width: 2
        border.color: Theme.overlayAccent
    }
    Repeater {
        model: root.handles ? [[0, 0], [0.5, 0], [1, 0], [0, 0.5], [1, 0.5], [0, 1], [0.5, 1], [1, 1]] : []
        Rectangle {
            required property var modelData
            x: Math.round(modelData[0] * (root.width + 2)) - 6
            y: Math.round(modelData[1] * (root.height + 2)) - 6
            width: 10
            height: 10
            radius: 5
            color: Theme.overlayText
            border.width: 2
            border.color: Theme.overlayGrip
        }
    }
}
