import QtQuick
import Sightline

// What the user wrote.
Rectangle {
    id: root
    property string text
    property real maximumWidth: 560
    property alias hits: body.hits
    property alias currentHit: body.currentHit
    function rectangleOf(position) { return mapFromItem(body, body.positionToRectangle(position)) }
    implicitWidth: Math.min(body.naturalWidth + 28, maximumWidth)
    implicitHeight: Math.round(body.implicitHeight - body.air) + 22
    radius: 12
    color: Theme.bubble
    MessageText {
        id: body
        objectName: "questionText"
        x: 14
        y: 11
        width: root.implicitWidth - 28
        content: root.text
    }
}
