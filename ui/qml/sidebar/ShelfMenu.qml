import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// What can be done with all conversations together.
Popup {
    id: root
    signal importWanted()
    signal backUpWanted()
    objectName: "shelfMenu"
    width: 304
    padding: 6
    margins: Theme.s2
    focus: true
    onOpened: first.forceActiveFocus(Qt.PopupFocusReason)
    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.fast } }
    background: Card { Shadow { depth: 24; radius: Theme.card } }
    contentItem: ColumnLayout {
        spacing: 2
        MenuRow {
            id: first
            objectName: "menuImport"
            Layout.fillWidth: true
            glyph: "import"
            text: qsTr("Import conversations…")
            detail: qsTr("From JSON that Sightline exported")
            onClicked: { root.close(); root.importWanted() }
        }
        MenuRow {
            objectName: "menuBackUp"
            Layout.fillWidth: true
            glyph: "export"
            text: qsTr("Back up everything…")
            detail: qsTr("A folder with a JSON file for each one")
            onClicked: { root.close(); root.backUpWanted() }
        }
    }
}
