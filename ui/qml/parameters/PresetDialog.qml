import QtQuick
import QtQuick.Layouts
import Sightline

// Asks for the name of a preset, or whether to delete it. `task`: "save", "rename" or "delete".
AppDialog {
    id: root
    required property var parameters
    property string task: "save"
    property string preset       // that is renamed or deleted
    property string problem
    readonly property bool replaces: task === "save" && parameters.hasPreset(field.text)
    objectName: "presetDialog"
    width: Math.min(420, parent ? parent.width - 48 : 420)
    heading: task === "save" ? qsTr("Save as a preset") : task === "rename" ? qsTr("Rename the preset") : qsTr("Delete the preset?")
    function ask(what: string, name: string) {
        task = what
        preset = name
        problem = ""
        field.text = what === "save" ? parameters.preset : name
        open()
    }
    function finish() {
        problem = task === "save" ? parameters.savePreset(field.text)
                : task === "rename" ? parameters.renamePreset(preset, field.text) : parameters.deletePreset(preset)
        if (problem === "") close()
    }
    onOpened: {
        if (task === "delete") cancel.forceActiveFocus(Qt.PopupFocusReason)
        else { field.forceActiveFocus(Qt.PopupFocusReason); field.selectAll() }
    }
    AppField {
        id: field
        objectName: "presetName"
        visible: root.task !== "delete"
        Layout.fillWidth: true
        name: qsTr("Name of the preset")
        placeholderText: qsTr("Name")
        maximumLength: 60
        bad: root.problem !== ""
        onTextEdited: root.problem = ""
        onAccepted: root.finish()
    }
    Paragraph {
        objectName: "presetProblem"
        visible: text !== ""
        Layout.fillWidth: true
        color: root.problem ? Theme.danger : Theme.text2
        text: root.problem || (root.task === "delete" ? qsTr("“%1” is deleted. The values of the conversations stay as they are.").arg(root.preset)
                             : root.replaces ? qsTr("There is a preset of this name; it is replaced.") : "")
    }
    buttons: [
        AppButton { id: cancel; objectName: "presetCancel"; kind: "quiet"; text: qsTr("Cancel"); onClicked: root.close() },
        AppButton {
            objectName: "presetAccept"
            kind: "primary"
            enabled: root.task === "delete" || field.text.trim() !== ""
            text: root.task === "save" ? (root.replaces ? qsTr("Replace") : qsTr("Save")) : root.task === "rename" ? qsTr("Rename") : qsTr("Delete")
            onClicked: root.finish()
        }
    ]
}
