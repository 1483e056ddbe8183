import QtQuick
import Sightline

// 2 px of accent, 2 px outside the control it is put into. Shown by the control for keyboard focus only.
Rectangle {
    property int corner: Theme.control
    anchors.fill: parent
    anchors.margins: -4
    radius: corner + 4
    color: "transparent"
    border.width: 2
    border.color: Theme.accent
}
