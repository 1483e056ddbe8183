import QtQuick
import QtQuick.Layouts
import Sightline

// A small fact.
Rectangle {
    id: root
    property string text
    property string glyph
    property bool active: false
    readonly property color ink: active ? Theme.accentText : Theme.text2
    implicitWidth: row.implicitWidth + 20
    implicitHeight: Theme.sized(28)
    radius: height / 2
    color: active ? Theme.accentSoft : Theme.raised
    border.width: active ? 0 : 1
    border.color: Theme.line
    Accessible.role: Accessible.StaticText
    Accessible.name: text
    RowLayout {
        id: row
        anchors.centerIn: parent
        spacing: 6
        Icon { visible: root.glyph; glyph: root.glyph; size: 16; color: root.ink }
        AppText { role: "caption"; text: root.text; color: root.ink; font.weight: Font.Medium }
    }
}
