import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// Every conversation there is, the search in them, and the pages of the program. `shelf` is
// app/history/conversation_shelf.h.
FocusScope {
    id: root
    required property var shelf
    property bool sheet: false      // over the conversation, not beside it
    property bool modelsOpen: false
    property bool trashOpen: false
    readonly property bool searching: shelf.conversations.searching
    signal newWanted()
    signal modelsToggled()
    signal trashToggled()
    signal settingsToggled()
    property bool hasSettings: false
    property bool settingsOpen: false
    signal aboutWanted()
    signal foldWanted()
    signal backWanted()                 // by Esc: back to the conversation
    implicitWidth: Theme.sidebarWidth
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Conversations")

    function focusSearch() {
        field.forceActiveFocus(Qt.ShortcutFocusReason)
        field.selectAll()
    }
    function endSearch() {
        shelf.search = ""
    }
    function openRow(row: Item) {
        shelf.openAt(row.conversation, row.model.messageId)
    }

    Keys.onShortcutOverride: (event) => event.accepted = event.key === Qt.Key_Escape
    Keys.onEscapePressed: {
        if (shelf.search !== "") {
            endSearch()
            field.forceActiveFocus(Qt.OtherFocusReason)
        } else {
            backWanted()
        }
    }

    Rectangle { anchors.fill: parent; color: Theme.sidebar }
    Rectangle { anchors.right: parent.right; width: 1; height: parent.height; color: Theme.line }
    MouseArea { anchors.fill: parent }  // what misses a control does not reach the conversation
    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.s3
        anchors.rightMargin: Theme.s3 + 1
        spacing: Theme.s2
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.s1
            spacing: 10
            Logo { Accessible.ignored: true }
            AppText { role: "title"; text: "Sightline"; Layout.fillWidth: true; Accessible.ignored: true }
            IconButton {
                objectName: "sidebarFold"
                glyph: "sidebar"
                text: root.sheet ? qsTr("Close the list") : qsTr("Fold the list")
                keys: "Ctrl+B"
                onClicked: root.foldWanted()
            }
        }
        SearchField {
            id: field
            objectName: "searchField"
            Layout.fillWidth: true
            Layout.topMargin: Theme.s1
            name: qsTr("Search the conversations")
            placeholderText: qsTr("Search")
            text: root.shelf.search
            onTextEdited: root.shelf.search = text
            onEmptied: { root.endSearch(); forceActiveFocus(Qt.OtherFocusReason) }
            Keys.onShortcutOverride: (event) => event.accepted = event.key === Qt.Key_Escape
            Keys.onDownPressed: list.enter()
            Keys.onReturnPressed: if (root.searching && list.count > 0) { list.currentIndex = 0; list.openCurrent() }
            Keys.onEnterPressed: if (root.searching && list.count > 0) { list.currentIndex = 0; list.openCurrent() }
        }
        AppButton {
            objectName: "newConversation"
            Layout.fillWidth: true
            glyph: "plus"
            text: qsTr("New conversation")
            tip: qsTr("Begin anew")
            keys: "Ctrl+N"
            onClicked: root.newWanted()
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true
            ConversationList {
                id: list
                objectName: "conversationList"
                anchors.fill: parent
                anchors.rightMargin: -Theme.s3  // the scroll bar stands beside the rows
                shelf: root.shelf
                marksOpen: !root.modelsOpen && !root.trashOpen && !root.settingsOpen
                onRowOpened: (row) => root.openRow(row)
                onAbove: root.focusSearch()
            }
            AppText {
                objectName: "sidebarHint"
                visible: text !== ""
                x: 10
                y: Theme.s3
                width: parent.width - 20
                wrapMode: Text.Wrap
                role: "caption"
                lineHeight: 1.35
                color: Theme.text3
                Accessible.role: Accessible.StaticText
                Accessible.name: text
                text: root.searching && root.shelf.nothingFound ? qsTr("Nothing found for “%1”. Messages, titles and the text that was read from pictures are searched.").arg(root.shelf.search.trim())
                      : root.shelf.ready && !root.searching && list.count === 0 ? qsTr("Conversations are kept here, on this computer only.") : ""
            }
        }
        Rectangle { Layout.fillWidth: true; implicitHeight: 1; color: Theme.line }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2
            SideRow {
                objectName: "trashToggle"
                Layout.fillWidth: true
                glyph: "trash"
                text: qsTr("Trash")
                trailing: root.shelf.trash.count > 0 ? root.shelf.trash.count.toLocaleString(Qt.locale(), "f", 0) : ""
                active: root.trashOpen
                onClicked: root.trashToggled()
            }
            SideRow {
                objectName: "modelsToggle"
                Layout.fillWidth: true
                glyph: "model"
                text: qsTr("Models")
                active: root.modelsOpen
                onClicked: root.modelsToggled()
            }
            SideRow {
                objectName: "settingsToggle"
                visible: root.hasSettings
                Layout.fillWidth: true
                glyph: "settings"
                text: qsTr("Settings")
                active: root.settingsOpen
                onClicked: root.settingsToggled()
            }
            SideRow {
                objectName: "about"
                Layout.fillWidth: true
                glyph: "info"
                text: qsTr("About Sightline")
                onClicked: root.aboutWanted()
            }
        }
    }
}
