import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// A row of a menu: an icon or a tick, a word, and what it leads to.
AbstractButton {
    id: root
    property string glyph
    property string detail
    property bool current: false
    property string tip
    property string keys
    implicitHeight: Theme.sized(detail ? 48 : 36)
    implicitWidth: Theme.sized(280)
    leftPadding: 10
    rightPadding: 10
    Accessible.role: Accessible.MenuItem
    Accessible.name: text
    Accessible.description: detail
    background: Rectangle {
        radius: Theme.control
        color: root.down ? Theme.pressed : root.hovered || root.visualFocus ? Theme.hover : "transparent"
        border.width: root.visualFocus ? 2 : 0
        border.color: Theme.accent
    }
    contentItem: RowLayout {
        spacing: 10
        Icon { visible: root.glyph; glyph: root.glyph; size: 18; color: Theme.text2; Layout.alignment: Qt.AlignVCenter }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 1
            AppText { text: root.text; elide: Text.ElideMiddle; Layout.fillWidth: true; font.weight: root.current ? Font.Medium : Font.Normal }
            AppText { visible: text !== ""; role: "caption"; text: root.detail; color: Theme.text3; elide: Text.ElideRight; Layout.fillWidth: true }
        }
        AppText { visible: text !== ""; role: "caption"; text: root.keys; color: Theme.text3 }
        Icon { visible: root.current; glyph: "check"; size: 18; color: Theme.accent }
    }
    // Rows are made anew while the pointer is on them. A tip that waits by its own delay would then open for a row that is in no
    // window any more: what is on its way out evaluates nothing, but its delays still end.
    readonly property bool tipWanted: tip && (hovered || visualFocus) && Window.window !== null
    property bool waited: false
    onTipWantedChanged: waited = false
    Timer { interval: 500; running: root.tipWanted; onTriggered: root.waited = true }
    Tip { delay: 0; visible: root.tipWanted && root.waited; text: root.tip }
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    Keys.onDownPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
    Keys.onUpPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
}
