import QtQuick
import QtQuick.Layouts
import Sightline

// What was just done and can be taken back, for a while.
Rectangle {
    id: root
    property string sentence
    property bool undoable: true
    signal undone()
    objectName: "undoToast"
    visible: sentence !== ""
    implicitWidth: row.implicitWidth + 2 * Theme.s4
    implicitHeight: Theme.sized(44)
    radius: Theme.card
    color: Theme.tip
    Accessible.role: Accessible.AlertMessage
    Accessible.name: sentence
    Shadow { depth: 16; radius: Theme.card; visible: !Theme.dark }
    MouseArea { anchors.fill: parent }
    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: Theme.s4
        anchors.rightMargin: Theme.s4
        spacing: Theme.s4
        AppText { objectName: "undoText"; text: root.sentence; color: Theme.tipText; elide: Text.ElideMiddle; Layout.fillWidth: true }
        LinkButton { objectName: "undo"; visible: root.undoable; text: qsTr("Undo"); ink: Theme.tipText; onClicked: root.undone() }
    }
}
