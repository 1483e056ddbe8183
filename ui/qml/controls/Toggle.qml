import QtQuick
import QtQuick.Controls.Basic
import Sightline

// On or off. `text` is its accessible name; the words stand beside it. It shows `on`, and asks for the other by `toggled`.
AbstractButton {
    id: root
    property bool on: false
    signal changed(bool on)
    implicitWidth: 36
    implicitHeight: 24
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.checkable: true
    Accessible.checked: on
    onClicked: changed(!on)
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    background: Item {
        Rectangle {
            id: track
            anchors.verticalCenter: parent.verticalCenter
            width: 36
            height: 20
            radius: 10
            color: !root.enabled ? Theme.bubble : root.on ? Theme.accent : "transparent"
            border.width: root.on ? 0 : 1.5
            border.color: root.enabled ? Theme.outline : Theme.edge
            FocusRing { visible: root.visualFocus; corner: 10 }
            Rectangle {
                x: root.on ? parent.width - width - 3 : 3
                y: 3
                width: 14
                height: 14
                radius: 7
                color: !root.enabled ? Theme.disabled : root.on ? Theme.accentInk : Theme.outline
                Behavior on x { NumberAnimation { duration: Theme.fast } }
            }
        }
    }
    contentItem: Item {}
}
