import QtQuick
import QtQuick.Layouts
import Sightline

// What the model is opened with: how much it remembers, and the precision of its weights. Of the model, not of the
// conversation, and from its next load on.
ColumnLayout {
    id: root
    required property var chat
    readonly property var parameters: chat.parameters
    readonly property bool waits: (parameters.contextWaits || parameters.precisionWaits) && chat.modelState === "ready"
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
    RowLayout {
        Layout.fillWidth: true
        Layout.topMargin: Theme.s2
        spacing: 6
        AppText {
            text: qsTr("Precision")
            color: Theme.text2
            HoverHandler { id: overPrecision }
            Tip { visible: overPrecision.hovered; text: qsTr("Numbers that the weights are kept in. int8 and int4 are packed once for this computer.") }
        }
        Rectangle {
            objectName: "precisionDot"
            visible: root.parameters.changedNames.includes("precision")
            width: 6
            height: 6
            radius: 3
            color: Theme.accent
            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("changed")
        }
    }
    Segments {
        id: precision
        objectName: "precision"
        segmentName: "precision"
        Layout.fillWidth: true
        equal: true
        options: root.parameters.precisions.map(each => each.name)
        onCurrentChanged: if (current >= 0) root.parameters.precision = root.parameters.precisions[current].id
        Binding on current {
            value: root.parameters.precisions.findIndex(each => each.id === root.parameters.precision)
            restoreMode: Binding.RestoreNone
        }
    }
    AppText {
        objectName: "precisionHint"
        Layout.fillWidth: true
        role: "caption"
        color: Theme.text3
        wrapMode: Text.Wrap
        lineHeight: 1.3
        text: root.parameters.precisions[precision.current]?.hint ?? ""
    }
    AppText {
        objectName: "precisionNote"
        visible: root.waits && root.parameters.precisionWaits
        Layout.fillWidth: true
        role: "caption"
        color: Theme.text3
        wrapMode: Text.Wrap
        lineHeight: 1.3
        text: qsTr("The model computes with %1. It is loaded again for this; the conversation stays.").arg(root.chat.deviceText)
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
        visible: root.waits
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
