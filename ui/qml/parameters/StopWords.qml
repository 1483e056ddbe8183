import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// The texts before which a reply ends.
ColumnLayout {
    id: root
    required property var parameters
    spacing: 6
    Flow {
        visible: words.count > 0
        Layout.fillWidth: true
        spacing: 6
        Repeater {
            id: words
            model: root.parameters.stopWords
            AbstractButton {
                id: word
                required property int index
                required property string modelData
                objectName: "stopWord" + index
                implicitHeight: Theme.sized(24)
                width: Math.min(label.implicitWidth + 36, root.width)
                text: modelData
                Accessible.role: Accessible.Button
                Accessible.name: qsTr("Remove the stop word %1").arg(modelData)
                onClicked: { field.forceActiveFocus(Qt.OtherFocusReason); root.parameters.removeStopWord(index) }
                Keys.onReturnPressed: clicked()
                Keys.onDeletePressed: clicked()
                background: Rectangle {
                    radius: 12
                    color: Theme.raised
                    border.width: 1
                    border.color: Theme.line
                    Rectangle { anchors.fill: parent; radius: 12; color: word.down ? Theme.pressed : word.hovered ? Theme.hover : "transparent" }
                    FocusRing { visible: word.visualFocus; corner: 12 }
                }
                contentItem: Item {
                    AppText {
                        id: label
                        x: 10
                        width: parent.width - 34
                        anchors.verticalCenter: parent.verticalCenter
                        role: "caption"
                        font.family: Theme.fixedFamily
                        text: word.text
                        elide: Text.ElideMiddle
                    }
                    Icon { x: parent.width - 22; anchors.verticalCenter: parent.verticalCenter; glyph: "close"; size: 14; color: Theme.text3 }
                }
            }
        }
    }
    AppField {
        id: field
        objectName: "stopWordField"
        Layout.fillWidth: true
        implicitHeight: Theme.rowControl
        name: qsTr("Add a stop word")
        placeholderText: qsTr("Add, then Enter")
        maximumLength: 200
        font.family: text ? Theme.fixedFamily : Theme.family
        onAccepted: if (root.parameters.addStopWord(text)) clear(); else selectAll()
    }
}
