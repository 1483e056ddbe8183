import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// A one-click prompt: a chip that is a button.
AbstractButton {
    id: root
    property string glyph
    property bool active: false  // its answer is the one that is shown
    readonly property color ink: !enabled ? Theme.disabled : active ? Theme.accentText : Theme.text2
    implicitWidth: row.implicitWidth + 20
    implicitHeight: Theme.sized(28)
    Accessible.role: Accessible.Button
    Accessible.name: text
    background: Rectangle {
        radius: height / 2
        color: root.active ? Theme.accentSoft : Theme.raised
        border.width: root.active ? 0 : 1
        border.color: Theme.edge
        Rectangle {
            anchors.fill: parent
            radius: parent.radius
            color: root.down ? Theme.pressed : root.hovered ? Theme.hover : "transparent"
        }
        FocusRing { visible: root.visualFocus; corner: 14 }
    }
    contentItem: Item {
        RowLayout {
            id: row
            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width)
            spacing: 6
            Icon { glyph: root.glyph; size: 16; color: root.ink }
            AppText { role: "caption"; text: root.text; color: root.ink; font.weight: Font.Medium; elide: Text.ElideRight; Layout.fillWidth: true }
        }
    }
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
}
