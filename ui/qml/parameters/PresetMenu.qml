import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// The presets: choose, rename, delete.
Popup {
    id: root
    required property var parameters
    signal saveWanted()
    signal renameWanted(string name)
    signal deleteWanted(string name)
    objectName: "presetMenu"
    padding: 6
    margins: Theme.s2
    focus: true
    onOpened: (rows.count > 0 ? rows.itemAt(0).children[0] : save).forceActiveFocus(Qt.PopupFocusReason)
    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.fast } }
    background: Card { Shadow { depth: 24; radius: Theme.card } }
    contentItem: ColumnLayout {
        spacing: 2
        AppText {
            visible: rows.count === 0
            Layout.fillWidth: true
            Layout.margins: 10
            role: "caption"
            color: Theme.text3
            wrapMode: Text.Wrap
            text: qsTr("A preset keeps all values of this panel under a name.")
        }
        ScrollView {
            visible: rows.count > 0
            Layout.fillWidth: true
            Layout.preferredHeight: Math.min(list.implicitHeight, 300)
            contentWidth: availableWidth
            clip: true
            ScrollBar.vertical: AppScrollBar { anchors.right: parent.right; height: parent.height }
            ColumnLayout {
                id: list
                width: root.availableWidth
                spacing: 2
                Repeater {
                    id: rows
                    model: root.parameters.presets
                    RowLayout {
                        required property int index
                        required property string modelData
                        Layout.fillWidth: true
                        spacing: 0
                        MenuRow {
                            objectName: "preset" + parent.index
                            Layout.fillWidth: true
                            text: parent.modelData
                            glyph: "sliders"
                            current: root.parameters.preset === parent.modelData
                            onClicked: { root.close(); root.parameters.choosePreset(parent.modelData) }
                        }
                        IconButton {
                            objectName: "presetRename" + parent.index
                            glyph: "edit"
                            glyphSize: 18
                            text: qsTr("Rename")
                            Accessible.name: qsTr("Rename the preset %1").arg(parent.modelData)
                            onClicked: { root.close(); root.renameWanted(parent.modelData) }
                        }
                        IconButton {
                            objectName: "presetDelete" + parent.index
                            glyph: "trash"
                            glyphSize: 18
                            text: qsTr("Delete")
                            Accessible.name: qsTr("Delete the preset %1").arg(parent.modelData)
                            onClicked: { root.close(); root.deleteWanted(parent.modelData) }
                        }
                    }
                }
            }
        }
        Rectangle {
            Layout.fillWidth: true
            Layout.margins: 4
            implicitHeight: 1
            color: Theme.line
        }
        MenuRow {
            id: save
            objectName: "presetSave"
            Layout.fillWidth: true
            glyph: "plus"
            text: qsTr("Save as a preset…")
            onClicked: { root.close(); root.saveWanted() }
        }
    }
}
