import QtQuick
import QtQuick.Layouts
import Sightline

// The left edge: what belongs to the whole program. It is also what a sidebar folds to.
Rectangle {
    id: root
    required property var chat
    signal newWanted()
    signal aboutWanted()
    signal modelsToggled()
    signal listWanted()
    signal searchWanted()
    signal trashToggled()
    signal settingsToggled()
    property bool hasSettings: false
    property bool settingsOpen: false
    property bool modelsOpen: false
    property bool trashOpen: false
    readonly property bool keeps: Boolean(chat.shelf)  // there are conversations to list
    implicitWidth: Theme.railWidth
    color: Theme.sidebar
    Rectangle { anchors.right: parent.right; width: 1; height: parent.height; color: Theme.line }
    ColumnLayout {
        anchors.fill: parent
        anchors.rightMargin: 1
        anchors.topMargin: 14
        anchors.bottomMargin: Theme.s3
        spacing: Theme.s1
        Logo { Layout.alignment: Qt.AlignHCenter; Layout.bottomMargin: Theme.s4; Accessible.ignored: true }
        IconButton {
            objectName: "listToggle"
            visible: root.keeps
            Layout.alignment: Qt.AlignHCenter
            glyph: "sidebar"
            text: qsTr("Conversations")
            keys: "Ctrl+B"
            onClicked: root.listWanted()
        }
        IconButton {
            objectName: "searchToggle"
            visible: root.keeps
            Layout.alignment: Qt.AlignHCenter
            glyph: "search"
            text: qsTr("Search the conversations")
            keys: "Ctrl+K"
            onClicked: root.searchWanted()
        }
        IconButton {
            objectName: "newConversation"
            Layout.alignment: Qt.AlignHCenter
            glyph: "plus"
            text: qsTr("New conversation")
            keys: "Ctrl+N"
            onClicked: root.newWanted()
        }
        Item { Layout.fillHeight: true }
        IconButton {
            objectName: "trashToggle"
            visible: root.keeps
            Layout.alignment: Qt.AlignHCenter
            glyph: "trash"
            text: qsTr("Trash")
            active: root.trashOpen
            Accessible.checkable: true
            Accessible.checked: root.trashOpen
            onClicked: root.trashToggled()
        }
        IconButton {
            objectName: "modelsToggle"
            Layout.alignment: Qt.AlignHCenter
            glyph: "model"
            text: qsTr("Models")
            active: root.modelsOpen
            Accessible.checkable: true
            Accessible.checked: root.modelsOpen
            onClicked: root.modelsToggled()
        }
        IconButton {
            objectName: "settingsToggle"
            visible: root.hasSettings
            Layout.alignment: Qt.AlignHCenter
            glyph: "settings"
            text: qsTr("Settings")
            active: root.settingsOpen
            Accessible.checkable: true
            Accessible.checked: root.settingsOpen
            onClicked: root.settingsToggled()
        }
        IconButton {
            objectName: "about"
            Layout.alignment: Qt.AlignHCenter
            glyph: "info"
            text: qsTr("About Sightline")
            onClicked: root.aboutWanted()
        }
    }
}
