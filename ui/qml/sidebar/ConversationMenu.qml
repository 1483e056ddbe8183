import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// What can be done with a conversation of the list.
Popup {
    id: root
    property string conversation
    property bool pinned: false
    property Item row: null
    signal renameWanted()
    signal pinWanted(bool pinned)
    signal duplicateWanted()
    signal exportWanted()
    signal deleteWanted()
    function openFor(item: Item, at: Item, isPinned: bool) {
        row = item
        row.menuOpen = true
        conversation = item.conversation
        pinned = isPinned
        parent = item
        x = at === item ? Theme.s4 : item.width - Theme.s5
        y = item.height - 2
        open()
    }
    objectName: "conversationMenu"
    width: 224
    padding: 6
    margins: Theme.s2
    focus: true
    onOpened: first.forceActiveFocus(Qt.PopupFocusReason)
    onClosed: if (row) row.menuOpen = false
    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.fast } }
    background: Card { Shadow { depth: 24; radius: Theme.card } }
    contentItem: ColumnLayout {
        spacing: 2
        MenuRow {
            id: first
            objectName: "menuRename"
            Layout.fillWidth: true
            glyph: "edit"
            text: qsTr("Rename")
            keys: "F2"
            onClicked: { root.close(); root.renameWanted() }
        }
        MenuRow {
            objectName: "menuPin"
            Layout.fillWidth: true
            glyph: "pin"
            text: root.pinned ? qsTr("Unpin") : qsTr("Pin")
            onClicked: { root.close(); root.pinWanted(!root.pinned) }
        }
        MenuRow {
            objectName: "menuDuplicate"
            Layout.fillWidth: true
            glyph: "copy"
            text: qsTr("Duplicate")
            onClicked: { root.close(); root.duplicateWanted() }
        }
        MenuRow {
            objectName: "menuExport"
            Layout.fillWidth: true
            glyph: "export"
            text: qsTr("Export…")
            onClicked: { root.close(); root.exportWanted() }
        }
        Rectangle { Layout.fillWidth: true; Layout.margins: 4; implicitHeight: 1; color: Theme.line }
        MenuRow {
            objectName: "menuDelete"
            Layout.fillWidth: true
            glyph: "trash"
            text: qsTr("Delete")
            keys: qsTr("Del", "the key")
            onClicked: { root.close(); root.deleteWanted() }
        }
    }
}
