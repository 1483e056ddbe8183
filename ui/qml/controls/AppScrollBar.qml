import QtQuick
import QtQuick.Controls.Basic
import Sightline

ScrollBar {
    id: root
    implicitWidth: 14
    padding: 4
    minimumSize: 0.06
    visible: size < 1 && policy !== ScrollBar.AlwaysOff
    contentItem: Rectangle {
        radius: 3
        color: root.pressed || root.hovered ? Theme.outline : Theme.edge
    }
    background: null
}
