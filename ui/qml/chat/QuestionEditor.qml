import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// A question that is written anew. What was asked before stays as another version.
Rectangle {
    id: root
    property string text
    signal asked(string text)
    signal given()
    implicitHeight: column.implicitHeight + 2 * Theme.s3
    radius: 12
    color: Theme.raised
    border.width: 2
    border.color: Theme.accent
    function begin() {
        field.text = root.text
        field.forceActiveFocus(Qt.OtherFocusReason)
        field.cursorPosition = field.length
    }
    ColumnLayout {
        id: column
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.s3
        spacing: Theme.s2
        ScrollView {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.min(field.implicitHeight, 240)
            TextArea {
                id: field
                objectName: "questionEditor"
                padding: 0
                background: null
                wrapMode: TextArea.Wrap
                color: Theme.text
                selectionColor: Theme.accent
                selectedTextColor: Theme.accentInk
                font.family: Theme.family
                font.pixelSize: Theme.type.body[0]
                Accessible.name: qsTr("Your question")
                Keys.onEscapePressed: root.given()
                Keys.onPressed: (event) => {
                    const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter
                    if (!enter || (event.modifiers & Qt.ShiftModifier)) return
                    event.accepted = true
                    root.asked(field.text)
                }
            }
        }
        RowLayout {
            Layout.alignment: Qt.AlignRight
            spacing: Theme.s2
            AppButton { objectName: "editCancel"; text: qsTr("Cancel"); onClicked: root.given() }
            AppButton {
                objectName: "editAsk"
                kind: "primary"
                text: qsTr("Ask")
                enabled: field.text.trim() !== "" && field.text.trim() !== root.text.trim()
                onClicked: root.asked(field.text)
            }
        }
    }
}
