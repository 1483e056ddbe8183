import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// A small button in a chip: a choice that was made, and the way to another one.
AbstractButton {
    id: root
    implicitHeight: Math.max(24, label.implicitHeight + 8)
    implicitWidth: row.implicitWidth + 12
    leftPadding: 6
    rightPadding: 4
    Layout.leftMargin: -6
    Accessible.role: Accessible.ButtonMenu
    Accessible.name: text
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    background: Rectangle {
        radius: Theme.small
        color: root.down ? Theme.pressed : root.hovered ? Theme.hover : "transparent"
        border.width: root.visualFocus ? 2 : 0
        border.color: Theme.accent
    }
    contentItem: Item {
        implicitWidth: row.implicitWidth
        RowLayout {
            id: row
            width: Math.min(implicitWidth, parent.width)
            anchors.verticalCenter: parent.verticalCenter
            spacing: 2
            AppText { id: label; role: "micro"; text: root.text; color: Theme.accent; wrapMode: Text.Wrap; Layout.fillWidth: true }
            Icon { glyph: "chevron-down"; size: 14; color: Theme.accent }
        }
    }
}
