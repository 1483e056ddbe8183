import QtQuick
import Sightline

// A soft shadow of stacked rectangles, so that it also works with the software renderer.
Item {
    id: root
    property int depth: 16
    property int radius: Theme.panel
    property bool abroad: false  // falls on other programs
    anchors.fill: parent
    z: -1
    Repeater {
        model: root.depth / 2
        Rectangle {
            required property int index
            readonly property int grow: (index + 1) * 2
            x: -grow
            y: -grow + root.depth / 3
            width: root.width + 2 * grow
            height: root.height + 2 * grow
            radius: root.radius + grow
            color: Theme.shadow(root.depth, root.abroad)
        }
    }
}
