import QtQuick
import QtQuick.Controls.Basic
import Sightline

// The thoughts of a Thinking model: one line with their time; a click opens them.
Item {
    id: root
    required property var row  // of BlockListModel
    property bool thinking: false
    property real seconds: 0
    property bool open: false
    signal unfolded()
    objectName: "thinkFold"
    implicitHeight: head.height + (open ? Theme.s2 + body.height : 0)
    readonly property string label: thinking ? qsTr("Thinking…")
                                  : seconds >= 1 ? qsTr("Thought for %L1 s").arg(Math.round(seconds)) : qsTr("Thoughts")
    AbstractButton {
        id: head
        objectName: "thinkToggle"
        height: Theme.rowControl
        leftPadding: 6
        rightPadding: Theme.s2
        x: -6
        text: root.label
        onClicked: { if (!root.open) root.unfolded(); root.open = !root.open }
        Keys.onReturnPressed: clicked()
        Keys.onEnterPressed: clicked()
        Accessible.role: Accessible.Button
        Accessible.name: text
        Accessible.checkable: true
        Accessible.checked: root.open
        background: Rectangle {
            radius: Theme.control
            color: head.down ? Theme.pressed : head.hovered ? Theme.hover : "transparent"
            FocusRing { visible: head.visualFocus }
        }
        contentItem: Row {
            spacing: 6
            Icon { glyph: root.open ? "chevron-down" : "chevron-right"; size: 16; color: Theme.text3; anchors.verticalCenter: parent.verticalCenter }
            AppText { text: head.text; color: Theme.text2; anchors.verticalCenter: parent.verticalCenter }
            AppText {
                visible: root.thinking
                text: clock.seconds > 0 ? qsTr("%L1 s").arg(clock.seconds) : ""
                color: Theme.text3
                anchors.verticalCenter: parent.verticalCenter
            }
        }
        Timer {
            id: clock
            property int seconds: 0
            interval: 1000
            repeat: true
            running: root.thinking
            onTriggered: ++seconds
        }
    }
    Rectangle { visible: root.open; x: 2; y: head.height + Theme.s2; width: 2; height: body.height; radius: 1; color: Theme.line }
    Loader {
        id: body
        y: head.height + Theme.s2
        x: Theme.s4
        width: root.width - x
        active: root.open  // a long one costs nothing while it is folded
        sourceComponent: MessageText {
            objectName: "thinkText"
            content: root.row.model.text
            color: Theme.text2
            font.pixelSize: Theme.type.body[0]
        }
    }
}
