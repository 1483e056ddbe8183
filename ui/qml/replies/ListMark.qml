import QtQuick
import Sightline

// What stands before an item: a dot, its number, or a box that is ticked or not. Its right edge is where the text begins.
Item {
    id: root
    property string marker
    property int ordinal
    property int depth: 1
    Rectangle {
        visible: root.marker === "bullet"
        anchors.right: parent.right
        anchors.rightMargin: 10
        anchors.verticalCenter: parent.verticalCenter
        width: 5
        height: 5
        radius: root.depth % 2 ? 2.5 : 1
        color: Theme.text2
    }
    AppText {
        visible: root.marker === "ordinal"
        anchors.right: parent.right
        anchors.rightMargin: 7
        anchors.verticalCenter: parent.verticalCenter
        role: "reading"
        text: qsTr("%1.", "number of a list item").arg(root.ordinal)
        color: Theme.text2
    }
    Rectangle {
        visible: root.marker === "open" || root.marker === "done"
        anchors.right: parent.right
        anchors.rightMargin: 7
        anchors.verticalCenter: parent.verticalCenter
        width: 14
        height: 14
        radius: 3
        color: root.marker === "done" ? Theme.accent : "transparent"
        border.width: root.marker === "done" ? 0 : 1
        border.color: Theme.outline
        Icon { visible: root.marker === "done"; anchors.centerIn: parent; glyph: "check"; size: 12; color: Theme.accentInk }
    }
}
