import QtQuick
import QtQuick.Layouts
import Sightline

Rectangle {
    id: root
    required property var chat
    property bool panelOpen: false
    property bool narrow: false
    // The conversation is nowhere on the disk; only where others are.
    readonly property bool canBeUnkept: Boolean(chat.shelf) && chat.temporary !== undefined
    readonly property bool unkept: canBeUnkept && chat.temporary
    signal panelToggled()
    signal modelFolderWanted()
    signal fullModelWanted()
    signal modelsWanted()
    implicitHeight: Theme.topBar
    color: Theme.canvas
    Rectangle { anchors.bottom: parent.bottom; width: parent.width; height: 1; color: Theme.line }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.s5
        anchors.rightMargin: Theme.s3
        spacing: Theme.s1
        AppText {
            objectName: "title"
            role: "title"
            text: root.chat.title || qsTr("New conversation")
            elide: Text.ElideRight
            Layout.fillWidth: true
            Layout.maximumWidth: root.unkept ? Math.ceil(implicitWidth) : Infinity
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        Chip {
            objectName: "unkeptLabel"
            visible: root.unkept && !root.narrow
            Layout.leftMargin: Theme.s2
            active: true
            text: qsTr("Not kept")
            implicitHeight: Theme.sized(22)
        }
        Item { visible: root.unkept; Layout.fillWidth: true }
        AppButton {
            id: picker
            objectName: "modelPicker"
            glyph: "model"
            text: root.chat.modelState === "loading" ? qsTr("Loading…") : root.chat.modelName || qsTr("No model")
            trailing: "chevron-down"
            Layout.rightMargin: 4
            Layout.maximumWidth: root.narrow ? 168 : 280
            Accessible.name: qsTr("Model: %1").arg(text)
            Accessible.role: Accessible.ButtonMenu
            onClicked: menu.opened ? menu.close() : menu.open()
            ModelMenu {
                id: menu
                chat: root.chat
                x: picker.width - width
                y: picker.height + 6
                onModelFolderWanted: root.modelFolderWanted()
                onFullModelWanted: root.fullModelWanted()
                onModelsWanted: root.modelsWanted()
            }
        }
        IconButton {
            objectName: "unkeptToggle"
            visible: root.canBeUnkept
            glyph: "unkept"
            text: root.unkept ? qsTr("Keep this conversation") : qsTr("Do not keep this conversation")
            active: root.unkept
            enabled: root.unkept || root.chat.canBeTemporary
            Accessible.checkable: true
            Accessible.checked: root.unkept
            onClicked: root.chat.temporary = !root.chat.temporary
        }
        IconButton {
            objectName: "parametersToggle"
            glyph: "sliders"
            text: qsTr("Parameters")
            keys: "F9"
            active: root.panelOpen
            Accessible.checkable: true
            Accessible.checked: root.panelOpen
            onClicked: root.panelToggled()
        }
    }
    ProgressLine {
        // Loading takes the place of the separating line.
        objectName: "loadLine"
        anchors.bottom: parent.bottom
        width: parent.width
        radius: 0
        visible: root.chat.modelState === "loading"
        value: root.chat.loadProgress
    }
}
