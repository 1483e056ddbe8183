import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// The model in use with its facts, and the ways to another one.
Popup {
    id: root
    required property var chat
    readonly property bool demo: chat.modelNotice !== ""
    signal modelFolderWanted()
    signal fullModelWanted()
    signal modelsWanted()
    objectName: "modelMenu"
    width: 336
    padding: 6
    margins: Theme.s2
    focus: true
    onOpened: folderRow.forceActiveFocus(Qt.PopupFocusReason)
    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.fast } }
    background: Card { Shadow { depth: 24; radius: Theme.card } }
    contentItem: ColumnLayout {
        spacing: 2
        ColumnLayout {
            visible: root.chat.modelState === "ready"
            Layout.fillWidth: true
            Layout.margins: 10
            spacing: 6
            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.s2
                AppText { role: "strong"; text: root.chat.modelName; elide: Text.ElideMiddle; Layout.fillWidth: true }
                Chip { visible: root.demo; active: true; text: qsTr("Demo"); implicitHeight: Theme.sized(22) }
            }
            AppText {
                role: "caption"
                color: Theme.text2
                Layout.fillWidth: true
                wrapMode: Text.Wrap
                text: [root.chat.deviceText, root.chat.memoryText,
                       qsTr("context %1 tokens").arg(Number(root.chat.contextLength).toLocaleString(Qt.locale(), "f", 0))]
                      .filter(part => part).join(" · ")
            }
            AppText {
                objectName: "modelNotice"
                visible: text !== ""
                role: "caption"
                text: root.chat.modelNotice
                color: Theme.text2
                wrapMode: Text.Wrap
                lineHeight: 1.3
                Layout.fillWidth: true
            }
        }
        Rectangle {
            visible: root.chat.modelState === "ready"
            Layout.fillWidth: true
            Layout.leftMargin: 4
            Layout.rightMargin: 4
            Layout.bottomMargin: 4
            implicitHeight: 1
            color: Theme.line
        }
        MenuRow {
            objectName: "useDemo"
            visible: !root.demo && root.chat.modelState !== "loading"
            Layout.fillWidth: true
            glyph: "model"
            text: qsTr("Use the demo model")
            detail: qsTr("Comes with Sightline, reads short printed text")
            onClicked: { root.close(); root.chat.useDemoModel() }
        }
        MenuRow {
            id: folderRow
            objectName: "openModelFolder"
            Layout.fillWidth: true
            glyph: "folder"
            text: qsTr("Open model folder…")
            detail: qsTr("Qwen3-VL in an ordinary Hugging Face folder")
            onClicked: { root.close(); root.modelFolderWanted() }
        }
        MenuRow {
            objectName: "allModels"
            Layout.fillWidth: true
            glyph: "list"
            text: qsTr("All models")
            detail: qsTr("Add folders, unload, what opens at the start")
            onClicked: { root.close(); root.modelsWanted() }
        }
        MenuRow {
            objectName: "fullModelHelp"
            Layout.fillWidth: true
            glyph: "info"
            text: qsTr("How to get a full model")
            onClicked: { root.close(); root.fullModelWanted() }
        }
    }
}
