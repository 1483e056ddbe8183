import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// A question that is one click away.
AbstractButton {
    id: root
    property string glyph
    implicitHeight: Math.max(48, row.implicitHeight + 20)
    leftPadding: Theme.s3
    rightPadding: Theme.s3
    Accessible.role: Accessible.Button
    Accessible.name: text
    background: Rectangle {
        radius: Theme.control
        color: root.down || root.hovered ? Theme.accentSoft : Theme.canvas
        border.width: 1
        border.color: root.down || root.hovered ? Theme.accent : Theme.line
        FocusRing { visible: root.visualFocus }
    }
    contentItem: RowLayout {
        id: row
        spacing: 10
        Icon { glyph: root.glyph; color: root.hovered ? Theme.accent : Theme.text2 }
        AppText {
            text: root.text
            color: root.hovered ? Theme.accentText : Theme.text
            font.weight: Font.Medium
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }
        Icon { glyph: "chevron-right"; size: 16; color: root.hovered ? Theme.accent : Theme.text3 }
    }
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
}
