import QtQuick
import Sightline

// What the user wrote.
Rectangle {
    id: root
    property string text
    property real maximumWidth: 560
    property alias hits: body.hits
    property alias currentHit: body.currentHit
    property alias rangeFrom: body.rangeFrom
    property alias rangeTo: body.rangeTo
    readonly property alias focused: body.activeFocus
    signal allWanted()
    signal focusLost()
    function positionAt(x, y) {
        const place = mapToItem(body, x, y)
        return place.y < 0 ? 0 : place.y > body.height ? body.length : body.positionAt(place.x, place.y)
    }
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
        shared: true
        onAllWanted: root.allWanted()
        onFocusLost: root.focusLost()
    }
}
