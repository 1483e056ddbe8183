import QtQuick
import QtQuick.Controls.Basic
import Sightline

Slider {
    id: root
    implicitHeight: 24
    padding: 0
    background: Item {
        ProgressLine {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            value: root.position
            Accessible.ignored: true
        }
    }
    handle: Rectangle {
        x: Math.round(root.visualPosition * (root.width - width))
        y: Math.round((root.height - height) / 2)
        width: 16
        height: 16
        radius: 8
        color: root.pressed ? Theme.accentSoft : Theme.raised
        border.width: 2
        border.color: root.hovered || root.pressed ? Theme.accentHover : Theme.accent
        FocusRing { visible: root.visualFocus; corner: 8 }
    }
}
