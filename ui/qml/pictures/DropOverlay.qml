import QtQuick
import Sightline

// While pictures are dragged over the window: all of it is where they can be dropped.
Rectangle {
    id: root
    color: Theme.veil
    Rectangle {
        anchors.fill: parent
        anchors.margins: Theme.s3
        radius: Theme.panel
        color: "transparent"
        border.width: 2
        border.color: Theme.accent
    }
    Column {
        anchors.centerIn: parent
        spacing: Theme.s3
        Icon { glyph: "image"; size: 40; color: Theme.accent; anchors.horizontalCenter: parent.horizontalCenter }
        AppText { role: "heading"; text: qsTr("Drop to add the picture"); anchors.horizontalCenter: parent.horizontalCenter }
    }
}
