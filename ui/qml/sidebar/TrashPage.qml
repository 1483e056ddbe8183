import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// What was deleted, in place of the conversation: it can be brought back until the trash is emptied.
FocusScope {
    id: root
    required property var shelf
    readonly property bool narrow: width < 700
    signal closed()
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Trash")
    Keys.onEscapePressed: closed()
    onVisibleChanged: if (visible) enter()
    Component.onCompleted: Qt.callLater(enter)
    function enter() { close.forceActiveFocus(Qt.OtherFocusReason) }

    Rectangle { anchors.fill: parent; color: Theme.canvas }
    ColumnLayout {
        id: column
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        anchors.topMargin: root.narrow ? Theme.s4 : Theme.s6
        width: Math.min(880, root.width - (root.narrow ? 2 * Theme.s4 : 64))
        spacing: Theme.s4
        GridLayout {
            Layout.fillWidth: true
            columns: root.narrow ? 1 : 2
            rowSpacing: Theme.s3
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 4
                AppText { role: "heading"; text: qsTr("Trash"); Accessible.role: Accessible.Heading; Accessible.name: text }
                AppText { text: qsTr("Conversations stay here until you empty the trash."); color: Theme.text2; wrapMode: Text.Wrap; Layout.fillWidth: true }
            }
            RowLayout {
                spacing: Theme.s2
                AppButton { objectName: "emptyTrash"; visible: list.count > 0; glyph: "trash"; text: qsTr("Empty trash…"); onClicked: dialog.open() }
                IconButton { id: close; objectName: "trashClose"; glyph: "close"; glyphSize: 18; text: qsTr("Back to the conversation"); keys: "Esc"; onClicked: root.closed() }
            }
        }
        Card {
            visible: list.count > 0
            Layout.fillWidth: true
            Layout.maximumHeight: list.contentHeight + 12
            Layout.fillHeight: true
            Layout.bottomMargin: Theme.s4
            ListView {
                id: list
                objectName: "trashList"
                anchors.fill: parent
                anchors.margins: 6
                clip: true
                boundsBehavior: Flickable.StopAtBounds
                model: root.shelf.trash
                ScrollBar.vertical: AppScrollBar {}
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Trash")
                delegate: Item {
                    id: row
                    required property int index
                    required property var model
                    width: ListView.view.width
                    height: Theme.sized(44)
                    Accessible.role: Accessible.ListItem
                    Accessible.name: model.title
                    Rectangle { visible: row.index > 0; x: 10; width: parent.width - 20; height: 1; color: Theme.line }
                    RowLayout {
                        anchors.fill: parent
                        anchors.leftMargin: 10
                        anchors.rightMargin: 14
                        spacing: Theme.s3
                        AppText { objectName: "trashTitle" + row.index; text: row.model.title; elide: Text.ElideRight; Layout.fillWidth: true }
                        AppText {
                            visible: !root.narrow
                            role: "caption"
                            color: Theme.text3
                            text: qsTr("Deleted %1").arg(row.model.trashed.toLocaleDateString(Qt.locale(), Locale.ShortFormat))
                        }
                        AppButton {
                            objectName: "restore" + row.index
                            implicitHeight: Theme.rowControl
                            kind: "quiet"
                            glyph: "undo"
                            text: qsTr("Restore")
                            Accessible.name: qsTr("Restore %1").arg(row.model.title)
                            onActiveFocusChanged: if (activeFocus) list.positionViewAtIndex(row.index, ListView.Contain)
                            onClicked: { close.forceActiveFocus(Qt.OtherFocusReason); root.shelf.restore(row.model.conversationId) }
                        }
                    }
                }
            }
        }
        AppText {
            objectName: "trashHint"
            visible: list.count === 0
            Layout.fillWidth: true
            text: qsTr("The trash is empty.")
            color: Theme.text3
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
        Item { Layout.fillHeight: true }
    }
    AppDialog {
        id: dialog
        objectName: "emptyTrashDialog"
        width: Math.min(440, parent ? parent.width - 48 : 440)
        heading: qsTr("Empty the trash?")
        onOpened: cancel.forceActiveFocus(Qt.PopupFocusReason)
        AppText {
            Layout.fillWidth: true
            wrapMode: Text.Wrap
            color: Theme.text2
            lineHeight: 1.3
            text: qsTr("%n conversation(s) will be erased for good, with pictures that nothing else uses. This cannot be undone.", "", list.count)
        }
        buttons: [
            AppButton { id: cancel; objectName: "emptyTrashCancel"; text: qsTr("Cancel"); onClicked: dialog.close() },
            AppButton { objectName: "emptyTrashConfirm"; kind: "primary"; text: qsTr("Erase for good"); onClicked: { dialog.close(); root.shelf.emptyTrash(); root.enter() } }
        ]
    }
}
