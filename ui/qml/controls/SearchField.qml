import QtQuick
import QtQuick.Controls.Basic
import Sightline

// Where one types what to look for.
AppField {
    id: root
    signal emptied()
    leftPadding: 34
    rightPadding: clear.visible ? 34 : Theme.s2
    Icon { x: Theme.s2; anchors.verticalCenter: parent.verticalCenter; glyph: "search"; size: 18; color: Theme.text3 }
    IconButton {
        id: clear
        objectName: "searchClear"
        anchors.right: parent.right
        anchors.rightMargin: 3
        anchors.verticalCenter: parent.verticalCenter
        visible: root.text !== ""
        implicitWidth: 26
        implicitHeight: Theme.sized(26)
        glyph: "close"
        glyphSize: 16
        text: qsTr("Clear the search")
        keys: "Esc"
        focusPolicy: Qt.NoFocus
        onClicked: root.emptied()
    }
}
