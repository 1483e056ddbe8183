import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// A row of the sidebar that leads to a page.
AbstractButton {
    id: root
    property string glyph
    property string trailing
    property bool active: false
    implicitHeight: Theme.controlHeight
    leftPadding: 10
    rightPadding: 10
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.description: trailing
    background: Rectangle {
        radius: Theme.control
        color: root.active ? Theme.selected : root.down ? Theme.pressed : root.hovered ? Theme.hover : "transparent"
        border.width: root.visualFocus ? 2 : 0
        border.color: Theme.accent
    }
    contentItem: RowLayout {
        spacing: 10
        Icon { glyph: root.glyph; size: 18; color: root.active ? Theme.text : Theme.text2 }
        AppText {
            text: root.text
            elide: Text.ElideRight
            color: root.active ? Theme.text : Theme.text2
            font.weight: root.active ? Font.Medium : Font.Normal
            Layout.fillWidth: true
        }
        AppText { visible: text; role: "micro"; text: root.trailing; color: root.active ? Theme.text2 : Theme.text3 }
    }
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
}
