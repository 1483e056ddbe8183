import QtQuick
import QtQuick.Layouts
import Sightline

// How much the model remembers: of the model, not of the conversation, and counted from its next load on.
ColumnLayout {
    id: root
    required property var chat
    readonly property var parameters: chat.parameters
    spacing: 6
    visible: parameters.longestContext > 0
    ParameterRow {
        Layout.fillWidth: true
        key: "contextLength"
        name: qsTr("Context length")
        hint: qsTr("How many tokens of conversation and pictures the model sees at once. More needs more memory.")
        from: Math.min(512, root.parameters.longestContext)
        to: root.parameters.longestContext
        fine: 512
        decimals: 0
        exponent: true
        value: root.parameters.contextLength
        own: root.parameters.own.contextLength ?? NaN
        changed: root.parameters.changedNames.includes("contextLength")
        onEdited: (number) => root.parameters.contextLength = number
        onResetWanted: root.parameters.reset("contextLength")
    }
    AppText {
        objectName: "contextNote"
        visible: root.parameters.contextWaits && root.chat.modelState === "ready"
        Layout.fillWidth: true
        role: "caption"
        color: Theme.text3
        wrapMode: Text.Wrap
        lineHeight: 1.3
        text: qsTr("The model was opened with %1. It is loaded again for this; the conversation stays.").arg(Number(root.chat.contextLength).toLocaleString(Qt.locale(), "f", 0))
    }
    AppButton {
        objectName: "reloadModel"
        visible: root.parameters.contextWaits && root.chat.modelState === "ready"
        enabled: !root.chat.busy
        Layout.fillWidth: true
        implicitHeight: Theme.rowControl
        glyph: "refresh"
        text: qsTr("Load again")
        onClicked: root.chat.reloadModel()
        HoverHandler { id: over }
        Tip { visible: over.hovered && root.chat.busy; text: qsTr("Possible when the reply is finished") }
    }
}
