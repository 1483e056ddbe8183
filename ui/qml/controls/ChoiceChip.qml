import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// One of a few choices, as a chip.
AbstractButton {
    id: root
    property string glyph
    property bool active: false
    readonly property color ink: active ? Theme.accentText : Theme.text2
    implicitWidth: row.implicitWidth + 20
    implicitHeight: Theme.sized(28)
    padding: 0
    Accessible.role: Accessible.RadioButton
    Accessible.name: text
    Accessible.checkable: true
    Accessible.checked: active
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    background: Rectangle {
        radius: height / 2
        color: root.active ? Theme.accentSoft : root.down ? Theme.pressed : root.hovered ? Theme.hover : Theme.raised
        border.width: root.active ? 0 : 1
        border.color: Theme.line
        FocusRing { visible: root.visualFocus; corner: 14 }
    }
    contentItem: Item {
        RowLayout {
            id: row
            anchors.centerIn: parent
            spacing: 6
            Icon { visible: root.glyph; glyph: root.glyph; size: 16; color: root.ink }
            AppText { role: "caption"; text: root.text; color: root.ink; font.weight: Font.Medium }
        }
    }
}
