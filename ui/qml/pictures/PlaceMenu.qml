import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// What can be done with a box or a point that a reply names.
Popup {
    id: root
    required property var viewer
    property int message: -1
    property int picture: 0
    property int place: -1
    property Item opener: null
    function openFor(mark: Item, index: int) {
        place = index
        opener = mark
        parent = mark
        x = 0
        y = mark.height + 6
        open()
    }
    objectName: "placeMenu"
    width: 264
    padding: 6
    margins: Theme.s2
    focus: true
    onOpened: first.forceActiveFocus(Qt.PopupFocusReason)
    onClosed: if (opener) opener.forceActiveFocus(Qt.PopupFocusReason)
    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.fast } }
    background: Card { Shadow { depth: 24; radius: Theme.card } }
    contentItem: ColumnLayout {
        spacing: 2
        MenuRow {
            id: first
            objectName: "placeAsk"
            Layout.fillWidth: true
            glyph: "chat"
            text: qsTr("Ask about this part")
            detail: qsTr("Cut out of the original, pixel for pixel")
            onClicked: { root.opener = null; root.close(); root.viewer.askAbout(root.message, root.picture, root.place) }
        }
        MenuRow {
            objectName: "placeCopy"
            Layout.fillWidth: true
            glyph: "copy"
            text: qsTr("Copy coordinates")
            detail: root.place >= 0 ? root.viewer.coordinates(root.message, root.picture, root.place) : ""
            onClicked: { root.viewer.copyCoordinates(root.message, root.picture, root.place); root.close() }
        }
    }
}
