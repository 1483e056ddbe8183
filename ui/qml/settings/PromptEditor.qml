import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// The one-click prompts of the ask panel: `prompts` is app/ask/ask_prompts.h.
ColumnLayout {
    id: root
    required property var prompts
    property int editing: -1       // the row whose text is open; rows() = a new one
    Layout.fillWidth: true
    spacing: 0
    function edit(row: int) { editing = row }
    component Fields: ColumnLayout {
        id: fields
        property string name
        property string words
        property bool reads: false
        signal given(string name, string words)
        spacing: Theme.s2
        AppField {
            id: nameField
            objectName: "promptName"
            name: qsTr("Name of the prompt")
            placeholderText: qsTr("Name")
            text: fields.name
            maximumLength: 40
            Layout.fillWidth: true
            Layout.maximumWidth: 320
            Keys.onReturnPressed: fields.finish()
            Keys.onEscapePressed: root.editing = -1
            Component.onCompleted: forceActiveFocus(Qt.OtherFocusReason)
        }
        AppTextArea {
            id: wordsField
            objectName: "promptText"
            visible: !fields.reads
            name: qsTr("What is asked")
            hint: qsTr("What is asked")
            value: fields.words
            lowest: 56
            Layout.fillWidth: true
            property string now: fields.words
            onEdited: (text) => now = text
        }
        RowLayout {
            spacing: Theme.s2
            AppButton { objectName: "promptKeep"; text: qsTr("Keep"); onClicked: fields.finish() }
            AppButton { objectName: "promptGiveUp"; kind: "quiet"; text: qsTr("Cancel"); onClicked: root.editing = -1 }
        }
        function finish() {
            wordsField.commit()
            given(nameField.text, wordsField.now)
        }
    }
    Repeater {
        id: list
        model: root.prompts
        ColumnLayout {
            id: entry
            required property int index
            required property var model
            Layout.fillWidth: true
            spacing: 0
            Rectangle { visible: entry.index > 0; Layout.fillWidth: true; Layout.leftMargin: Theme.s4; implicitHeight: 1; color: Theme.line }
            RowLayout {
                visible: root.editing !== entry.index
                Layout.fillWidth: true
                Layout.leftMargin: Theme.s4
                Layout.rightMargin: Theme.s2
                Layout.topMargin: Theme.s1
                Layout.bottomMargin: Theme.s1
                spacing: Theme.s2
                Icon { glyph: entry.model.glyph; size: 18 }
                AppText { text: entry.model.name; font.weight: Font.Medium; elide: Text.ElideRight; Layout.maximumWidth: 200 }
                AppText {
                    role: "caption"
                    color: Theme.text3
                    text: entry.model.reads ? qsTr("by the text reader, at once") : entry.model.text
                    elide: Text.ElideRight
                    Layout.fillWidth: true
                }
                IconButton { objectName: "promptUp" + entry.index; enabled: entry.index > 0; glyph: "chevron-up"; glyphSize: 18; text: qsTr("Up"); onClicked: root.prompts.move(entry.index, -1) }
                IconButton { objectName: "promptEdit" + entry.index; glyph: "edit"; glyphSize: 18; text: qsTr("Edit"); onClicked: root.edit(entry.index) }
                IconButton { objectName: "promptRemove" + entry.index; glyph: "trash"; glyphSize: 18; text: qsTr("Remove"); onClicked: { root.editing = -1; root.prompts.remove(entry.index) } }
            }
            Loader {
                Layout.fillWidth: true
                Layout.margins: Theme.s4
                active: root.editing === entry.index
                visible: active
                sourceComponent: Fields {
                    name: entry.model.name ?? ""  // of a row that is being removed nothing is known any more
                    words: entry.model.text ?? ""
                    reads: entry.model.reads ?? false
                    onGiven: (name, words) => { if (root.prompts.change(entry.index, name, words)) root.editing = -1 }
                }
            }
        }
    }
    Loader {
        Layout.fillWidth: true
        Layout.margins: Theme.s4
        active: root.editing >= 0 && root.editing === list.count
        visible: active
        sourceComponent: Fields { onGiven: (name, words) => { if (root.prompts.add(name, words)) root.editing = -1 } }
    }
    Rectangle { Layout.fillWidth: true; Layout.leftMargin: Theme.s4; implicitHeight: 1; color: Theme.line; visible: list.count > 0 }
    RowLayout {
        Layout.fillWidth: true
        Layout.margins: Theme.s2
        Layout.leftMargin: Theme.s4
        spacing: Theme.s2
        AppButton {
            objectName: "promptAdd"
            kind: "quiet"
            glyph: "plus"
            text: qsTr("Add a prompt")
            visible: !root.prompts.full
            Layout.leftMargin: -10
            onClicked: root.edit(list.count)
        }
        Item { Layout.fillWidth: true }
        AppButton { objectName: "promptsReset"; kind: "quiet"; visible: !root.prompts.original; text: qsTr("Original list"); onClicked: { root.editing = -1; root.prompts.reset() } }
    }
}
