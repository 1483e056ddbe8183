import QtQuick
import QtQuick.Layouts
import Sightline

// What a conversation is exported as.
AppDialog {
    id: root
    property string conversation
    property string title
    signal chosen(string format)
    objectName: "exportDialog"
    width: Math.min(480, parent ? parent.width - 48 : 480)
    heading: qsTr("Export the conversation")
    onOpened: rows.itemAt(0).forceActiveFocus(Qt.PopupFocusReason)
    AppText { Layout.fillWidth: true; text: root.title; color: Theme.text2; elide: Text.ElideMiddle }
    ColumnLayout {
        Layout.fillWidth: true
        Layout.leftMargin: -10
        Layout.rightMargin: -10
        spacing: 2
        Repeater {
            id: rows
            model: [
                { format: "pdf", glyph: "document", name: qsTr("PDF"), detail: qsTr("What is shown, with its pictures, to print or to send") },
                { format: "html", glyph: "image", name: qsTr("Web page"), detail: qsTr("What is shown, with its pictures, in one file") },
                { format: "md", glyph: "text", name: qsTr("Markdown"), detail: qsTr("What is shown, as text; pictures are named") },
                { format: "json", glyph: "code", name: qsTr("JSON"), detail: qsTr("Everything, with all branches; can be imported again") }
            ]
            MenuRow {
                required property var modelData
                objectName: "export-" + modelData.format
                Layout.fillWidth: true
                glyph: modelData.glyph
                text: modelData.name
                detail: modelData.detail
                onClicked: { root.close(); root.chosen(modelData.format) }
            }
        }
    }
    buttons: [ AppButton { objectName: "exportCancel"; text: qsTr("Cancel"); onClicked: root.close() } ]
}
