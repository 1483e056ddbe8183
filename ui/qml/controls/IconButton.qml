import QtQuick
import QtQuick.Controls.Basic
import Sightline

// A button without a word: `text` is its tooltip and its accessible name.
AbstractButton {
    id: root
    property string glyph
    property string keys
    property bool active: false  // pressed in, such as for an open panel
    property color tint: active ? Theme.accent : Theme.text2
    property int glyphSize: 20
    property bool tips: true
    implicitWidth: Theme.controlHeight
    implicitHeight: Theme.controlHeight
    Accessible.role: Accessible.Button
    Accessible.name: text
    background: Rectangle {
        radius: Theme.control
        color: root.active ? Theme.accentSoft : root.down ? Theme.pressed : root.hovered ? Theme.hover : "transparent"
        Behavior on color { ColorAnimation { duration: Theme.fast } }
        FocusRing { visible: root.visualFocus }
    }
    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            glyph: root.glyph
            size: root.glyphSize
            color: root.enabled ? root.tint : Theme.disabled
        }
    }
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    Tip {
        visible: root.tips && root.text && (root.hovered || root.visualFocus) && !root.down
        text: root.text
        keys: root.keys
    }
}
