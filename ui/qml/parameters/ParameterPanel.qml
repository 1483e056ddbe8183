import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// How the next reply is made. Beside the conversation in a wide window, a sheet over it in a narrow one.
FocusScope {
    id: root
    required property var chat
    readonly property var parameters: chat.parameters
    readonly property var names: parameters.changedNames
    readonly property bool changed: names.some(name => name !== "contextLength" && name !== "precision")
    signal closed()
    implicitWidth: Theme.parameterWidth
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Parameters")
    Keys.onEscapePressed: (event) => { if (root.chat.busy) event.accepted = false; else root.closed() }
    Rectangle { anchors.fill: parent; color: Theme.sidebar }
    Rectangle { width: 1; height: parent.height; color: Theme.line }
    Rectangle { y: Theme.topBar - 1; width: parent.width; height: 1; color: Theme.line }

    component Value: ParameterRow {
        Layout.fillWidth: true
        value: root.parameters[key]
        own: root.parameters.own[key] ?? NaN
        changed: root.names.includes(key)
        onEdited: (number) => root.parameters[key] = number
        onResetWanted: root.parameters.reset(key)
    }
    component Label: RowLayout {
        id: label
        property string key
        property string text
        property string hint
        spacing: 6
        AppText {
            text: label.text
            color: Theme.text2
            HoverHandler { id: over }
            Tip { visible: over.hovered; text: label.hint }
        }
        Rectangle {
            objectName: label.key + "Dot"
            visible: root.names.includes(label.key)
            width: 6
            height: 6
            radius: 3
            color: Theme.accent
            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("changed")
        }
    }

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
        id: scroll
        anchors.top: head.bottom
        anchors.topMargin: 1
        anchors.bottom: foot.top
        anchors.left: parent.left
        anchors.right: parent.right
        contentWidth: availableWidth
        clip: true
        ScrollBar.vertical: AppScrollBar { x: parent.width - width; height: parent.height }
        // What gets the focus comes into sight.
        readonly property Item focused: root.Window.activeFocusItem
        onFocusedChanged: {
            if (!focused) return
            for (let up = focused; up; up = up.parent) {
                if (up !== column) continue
                const top = focused.mapToItem(column, 0, 0).y
                const flick = contentItem
                if (top < flick.contentY + Theme.s5) flick.contentY = Math.max(0, top - Theme.s5)
                else if (top + focused.height > flick.contentY + height - Theme.s4)
                    flick.contentY = Math.min(flick.contentHeight - height, top + focused.height - height + Theme.s4)
            }
        }
        ColumnLayout {
            id: column
            x: Theme.s4 + 1
            width: root.width - 2 * Theme.s4 - 1
            spacing: Theme.s2
            AppButton {
                id: picker
                objectName: "presetPicker"
                Layout.topMargin: Theme.s3
                Layout.fillWidth: true
                text: root.parameters.preset ? (root.parameters.presetEdited ? qsTr("%1 (changed)").arg(root.parameters.preset) : root.parameters.preset)
                                             : root.changed ? qsTr("Own values") : qsTr("Model's own values")
                trailing: "chevron-down"
                Accessible.role: Accessible.ButtonMenu
                Accessible.name: qsTr("Preset: %1").arg(text)
                onClicked: menu.opened ? menu.close() : menu.open()
                PresetMenu {
                    id: menu
                    parameters: root.parameters
                    y: picker.height + 6
                    width: picker.width
                    onSaveWanted: dialog.ask("save", "")
                    onRenameWanted: (name) => dialog.ask("rename", name)
                    onDeleteWanted: (name) => dialog.ask("delete", name)
                }
            }
            ColumnLayout {
                Layout.fillWidth: true
                Layout.topMargin: Theme.s1
                Layout.bottomMargin: Theme.s1
                spacing: 6
                Label { key: "systemPrompt"; text: qsTr("System prompt"); hint: qsTr("What the model is told before the conversation begins, such as how to answer.") }
                AppTextArea {
                    objectName: "systemPrompt"
                    Layout.fillWidth: true
                    name: qsTr("System prompt")
                    hint: qsTr("None")
                    value: root.parameters.systemPrompt
                    onEdited: (text) => root.parameters.systemPrompt = text
                }
            }
            Value {
                key: "temperature"
                name: qsTr("Temperature")
                hint: qsTr("How freely words are chosen. 0 always takes the likeliest one, 1 follows the model's odds.")
                to: 2
            }
            Value {
                key: "topP"
                name: "top_p"
                hint: qsTr("Only the likeliest words are considered, as many as together have this probability.")
                from: 0.01
            }
            Value {
                key: "topK"
                name: "top_k"
                hint: qsTr("Only this many of the likeliest words are considered. 0 = all.")
                to: 500
                sliderTo: 100
                step: 1
                fine: 1
                decimals: 0
            }
            Value {
                key: "minP"
                name: "min_p"
                hint: qsTr("Words less likely than this part of the likeliest one are left out. 0 = none.")
            }
            Value {
                key: "presencePenalty"
                name: qsTr("Presence penalty")
                hint: qsTr("Above 0 the reply turns to new words, below 0 it stays with those that it has used.")
                from: -2
                to: 2
            }
            Value {
                key: "repetitionPenalty"
                name: qsTr("Repetition penalty")
                hint: qsTr("Above 1 words of question and reply become less likely to come again. 1 = off.")
                from: 0.5
                to: 2
            }
            Value {
                key: "maxTokens"
                name: qsTr("Max tokens")
                hint: qsTr("The longest reply. A token is about three quarters of an English word.")
                from: 1
                to: Math.max(root.parameters.mostTokens, 16)
                sliderTo: Math.min(to, 32768)
                fine: 16
                decimals: 0
                exponent: true
            }
            RowLayout {
                Layout.fillWidth: true
                Label { key: "seed"; text: qsTr("Seed"); hint: qsTr("The same seed, question and parameters give the same reply again. Empty = another one each time.") }
                Item { Layout.fillWidth: true }
                AppField {
                    id: seed
                    objectName: "seedField"
                    Layout.preferredWidth: 120
                    implicitHeight: Theme.rowControl
                    horizontalAlignment: Text.AlignRight
                    name: qsTr("Seed")
                    placeholderText: qsTr("random")
                    inputMethodHints: Qt.ImhDigitsOnly
                    validator: RegularExpressionValidator { regularExpression: /[0-9]{0,15}/ }
                    onTextEdited: root.parameters.seed = text
                    Binding on text { value: root.parameters.seed; when: !seed.activeFocus; restoreMode: Binding.RestoreNone }
                }
            }
            ColumnLayout {
                Layout.fillWidth: true
                Layout.topMargin: Theme.s1
                Layout.bottomMargin: Theme.s1
                spacing: 6
                Label { key: "stopWords"; text: qsTr("Stop words"); hint: qsTr("The reply ends before the first of these. %1 is the end of a line.").arg("\\n") }
                StopWords { Layout.fillWidth: true; parameters: root.parameters }
            }
            ColumnLayout {
                Layout.fillWidth: true
                Layout.topMargin: Theme.s1
                Layout.bottomMargin: Theme.s1
                spacing: 6
                Label { key: "detail"; text: qsTr("Picture detail"); hint: qsTr("How many pixels of a picture the model sees: more show smaller things and take longer.") }
                Segments {
                    id: detail
                    objectName: "detail"
                    Layout.fillWidth: true
                    equal: true
                    options: root.parameters.details.map(each => each.name)
                    onCurrentChanged: root.parameters.detail = root.parameters.details[current].id
                    Binding on current {
                        value: root.parameters.details.findIndex(each => each.id === root.parameters.detail)
                        restoreMode: Binding.RestoreNone
                    }
                    Accessible.role: Accessible.Grouping
                    Accessible.name: qsTr("Picture detail")
                }
                AppText {
                    objectName: "detailHint"
                    Layout.fillWidth: true
                    role: "caption"
                    color: Theme.text3
                    wrapMode: Text.Wrap
                    lineHeight: 1.3
                    text: root.parameters.details[detail.current]?.hint ?? ""
                }
            }
            ContextRow { Layout.fillWidth: true; Layout.bottomMargin: Theme.s4; chat: root.chat }
        }
    }
    Rectangle { anchors.bottom: foot.top; width: parent.width; height: 1; color: Theme.line }
    RowLayout {
        id: foot
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: Theme.s4 + 1
        anchors.rightMargin: Theme.s4
        height: Theme.controlHeight + 2 * Theme.s3
        spacing: Theme.s2
        AppButton {
            objectName: "savePreset"
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            text: qsTr("Save preset")
            onClicked: dialog.ask("save", "")
        }
        AppButton {
            objectName: "resetParameters"
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            glyph: root.parameters.canRestore ? "" : "undo"
            text: root.parameters.canRestore ? qsTr("Undo") : qsTr("Model's own")
            enabled: root.changed || root.parameters.canRestore
            onClicked: root.parameters.canRestore ? root.parameters.restore() : root.parameters.resetAll()
            HoverHandler { id: over }
            Tip {
                visible: over.hovered
                text: root.parameters.canRestore ? qsTr("Back to the values before") : root.changed ? qsTr("Back to the model's own values") : qsTr("These are the model's own values")
            }
        }
    }
    PresetDialog { id: dialog; parameters: root.parameters }
}
