import QtQuick
import Sightline

// The patches in which the model sees the picture below, which has this item's size: each is one token.
Item {
    id: root
    property int columns: 0
    property int rows: 0
    readonly property bool fine: columns > 0 && rows > 0 && Math.min(width / columns, height / rows) >= 4
    clip: true
    Accessible.ignored: true
    component Stroke: Rectangle {
        color: Theme.gridLine
        Rectangle { x: parent.width > parent.height ? 0 : 1; y: parent.width > parent.height ? 1 : 0; width: parent.width; height: parent.height; color: Theme.gridHalo }
    }
    Repeater {
        model: root.visible && root.fine ? root.columns - 1 : 0
        Stroke { x: Math.round((index + 1) * root.width / root.columns); width: 1; height: root.height; required property int index }
    }
    Repeater {
        model: root.visible && root.fine ? root.rows - 1 : 0
        Stroke { y: Math.round((index + 1) * root.height / root.rows); height: 1; width: root.width; required property int index }
    }
}
