import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// Every conversation there is, the search in them, and the pages of the program. `shelf` is
// app/shelf/conversation_shelf.h.
FocusScope {
    id: root
    required property var shelf
    property bool sheet: false      // over the conversation, not beside it
    property bool modelsOpen: false
    property bool trashOpen: false
    readonly property bool searching: shelf.search.trim() !== ""
    property bool searchOpen: false // the page with what was found is shown
    signal newWanted()
    signal modelsToggled()
    signal trashToggled()
    signal settingsToggled()
    property bool hasSettings: false
    property bool settingsOpen: false
    signal aboutWanted()
    signal foldWanted()
    signal backWanted()                 // by Esc: back to the conversation
    signal searchWanted()               // the page with what is found
    signal resultKeyPressed(var event)  // while the field has the focus
    signal exportWanted(string conversation)
    signal importWanted()
    signal backUpWanted()
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
        shelf.open(row.conversation)
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
                id: more
                objectName: "sidebarMore"
                glyph: "more"
                text: qsTr("Import and back up")
                tips: !shelfMenu.opened
                onClicked: shelfMenu.opened ? shelfMenu.close() : shelfMenu.open()
                ShelfMenu {
                    id: shelfMenu
                    y: more.height + 4
                    onImportWanted: root.importWanted()
                    onBackUpWanted: root.backUpWanted()
                }
            }
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
            onTextEdited: { root.shelf.search = text; root.searchWanted() }
            onPressed: if (root.searching) root.searchWanted()
            onEmptied: { root.endSearch(); forceActiveFocus(Qt.OtherFocusReason) }
            Keys.onShortcutOverride: (event) => event.accepted = event.key === Qt.Key_Escape
            // Only the keys of the list: with any other the focus must stay until what is typed has replaced what was selected.
            Keys.onPressed: (event) => {
                if (![Qt.Key_Down, Qt.Key_Up, Qt.Key_PageDown, Qt.Key_PageUp, Qt.Key_Return, Qt.Key_Enter].includes(event.key)) return
                if (root.searching) { root.searchWanted(); root.resultKeyPressed(event) }
                else if (event.key === Qt.Key_Down) { event.accepted = true; list.enter() }
            }
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
                marksOpen: !root.modelsOpen && !root.trashOpen && !root.searchOpen && !root.settingsOpen
                onExportWanted: (conversation) => root.exportWanted(conversation)
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
                text: root.shelf.ready && list.count === 0 ? qsTr("Conversations are kept here, on this computer only.") : ""
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
