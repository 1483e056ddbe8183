import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// How the next reply is sampled. Beside the conversation in a wide window, a sheet over it in a narrow one.
FocusScope {
    id: root
    required property var chat
    readonly property bool changed: chat.temperatureChanged || chat.topPChanged || chat.maxTokensChanged
    signal closed()
    implicitWidth: Theme.parameterWidth
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Parameters")
    Keys.onEscapePressed: (event) => { if (root.chat.busy) event.accepted = false; else root.closed() }
    Rectangle { anchors.fill: parent; color: Theme.sidebar }
    Rectangle { width: 1; height: parent.height; color: Theme.line }
    Rectangle { y: Theme.topBar - 1; width: parent.width; height: 1; color: Theme.line }
    RowLayout {
        id: head
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: Theme.s4 + 1
        anchors.rightMargin: Theme.s3
        height: Theme.topBar - 1
        AppText { role: "title"; text: qsTr("Parameters"); Layout.fillWidth: true; Accessible.role: Accessible.Heading; Accessible.name: text }
        IconButton { objectName: "parametersClose"; glyph: "close"; glyphSize: 18; text: qsTr("Close"); keys: "F9"; onClicked: root.closed() }
    }
    ScrollView {
        anchors.top: head.bottom
        anchors.topMargin: 1
        anchors.bottom: foot.top
        anchors.left: parent.left
        anchors.right: parent.right
        contentWidth: availableWidth
        clip: true
        ScrollBar.vertical: AppScrollBar { x: parent.width - width; height: parent.height }
        ColumnLayout {
            x: Theme.s4 + 1
            width: root.width - 2 * Theme.s4 - 1
            spacing: Theme.s4
            ParameterRow {
                Layout.topMargin: Theme.s4
                Layout.fillWidth: true
                key: "temperature"
                name: qsTr("Temperature")
                from: 0
                to: 2
                value: root.chat.temperature
                changed: root.chat.temperatureChanged
                onEdited: (number) => root.chat.temperature = number
            }
            ParameterRow {
                Layout.fillWidth: true
                key: "topP"
                name: "top_p"
                from: 0.01
                to: 1
                value: root.chat.topP
                changed: root.chat.topPChanged
                onEdited: (number) => root.chat.topP = number
            }
            ParameterRow {
                Layout.fillWidth: true
                key: "maxTokens"
                name: qsTr("Max tokens")
                from: 1
                to: Math.max(root.chat.contextLength, root.chat.maxTokens, 16)
                fine: 16
                decimals: 0
                exponent: true
                value: root.chat.maxTokens
                changed: root.chat.maxTokensChanged
                onEdited: (number) => root.chat.maxTokens = number
            }
            AppText {
                Layout.fillWidth: true
                Layout.bottomMargin: Theme.s4
                role: "caption"
                color: Theme.text3
                wrapMode: Text.Wrap
                lineHeight: 1.3
                text: qsTr("Temperature 0 always takes the likeliest token. Changes count from the next reply on.")
            }
        }
    }
    Item {
        id: foot
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        height: Theme.controlHeight + 2 * Theme.s3
        AppButton {
            objectName: "resetParameters"
            anchors.fill: parent
            anchors.margins: Theme.s3
            anchors.leftMargin: Theme.s4 + 1
            anchors.rightMargin: Theme.s4
            glyph: "undo"
            text: qsTr("Model's own")
            enabled: root.changed
            onClicked: root.chat.resetParameters()
            HoverHandler { id: over }
            Tip { visible: over.hovered; text: root.changed ? qsTr("Back to the model's own values") : qsTr("These are the model's own values") }
        }
    }
}
