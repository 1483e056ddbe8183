import QtQuick
import QtQuick.Controls.Basic
import Sightline

// An action as underlined words, in a sentence or a banner.
AbstractButton {
    id: root
    property color ink: Theme.accent
    property string role: "strong"
    implicitWidth: label.implicitWidth
    implicitHeight: Math.max(24, label.implicitHeight)
    Accessible.role: Accessible.Button
    Accessible.name: text
    background: Item { FocusRing { visible: root.visualFocus; anchors.margins: -2; corner: 2 } }
    contentItem: AppText {
        id: label
        role: root.role
        text: root.text
        color: root.ink
        font.underline: true
        opacity: root.down ? 0.7 : 1
        verticalAlignment: Text.AlignVCenter
    }
    HoverHandler { cursorShape: Qt.PointingHandCursor }
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
}
