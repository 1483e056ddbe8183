import QtQuick
import Sightline

Rectangle {
    id: root
    property real value: 0
    property color ink: Theme.accent
    implicitHeight: 4
    implicitWidth: 120
    radius: 2
    color: Theme.track
    Accessible.role: Accessible.ProgressBar
    Accessible.name: qsTr("%1 %").arg(Math.round(value * 100))
    Rectangle {
        width: root.value > 0 ? Math.max(4, parent.width * Math.min(1, root.value)) : 0
        height: parent.height
        radius: 2
        color: root.ink
    }
}
