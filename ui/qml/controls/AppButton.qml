import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// kind: "primary" (one a view), "plain" (outlined), "quiet" (text only)
AbstractButton {
    id: root
    property string kind: "plain"
    property string glyph
    property string trailing
    property string tip
    property string keys
    property color ink: !enabled ? Theme.disabled : kind === "primary" ? Theme.accentInk
                                 : kind === "quiet" ? Theme.accent : Theme.text
    implicitHeight: Theme.controlHeight
    implicitWidth: row.implicitWidth + leftPadding + rightPadding
    leftPadding: glyph ? 10 : Theme.s3
    rightPadding: trailing ? Theme.s2 : Theme.s3
    Accessible.role: Accessible.Button
    Accessible.name: text
    background: Rectangle {
        radius: Theme.control
        color: root.kind === "primary" ? (!root.enabled ? Theme.bubble : root.hovered || root.down ? Theme.accentHover : Theme.accent)
                                       : root.kind === "plain" ? Theme.raised : "transparent"
        border.width: root.kind === "plain" ? 1 : 0
        border.color: Theme.edge
        Rectangle {
            anchors.fill: parent
            radius: parent.radius
            visible: root.kind !== "primary"
            color: root.down ? Theme.pressed : root.hovered ? Theme.hover : "transparent"
        }
        FocusRing { visible: root.visualFocus }
    }
    contentItem: Item {
        RowLayout {
            id: row
            spacing: 6
            anchors.verticalCenter: parent.verticalCenter
            x: root.trailing ? 0 : Math.round((parent.width - width) / 2)
            width: root.trailing ? parent.width : Math.min(implicitWidth, parent.width)
            Icon { visible: root.glyph; glyph: root.glyph; size: 18; color: root.ink }
            AppText {
                visible: root.text
                text: root.text
                color: root.ink
                font.weight: Font.Medium
                Layout.fillWidth: true
                horizontalAlignment: root.trailing ? Text.AlignLeft : Text.AlignHCenter
                elide: Text.ElideMiddle
            }
            Icon { visible: root.trailing; glyph: root.trailing; size: 16; color: root.enabled ? Theme.text3 : Theme.disabled }
        }
    }
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    Tip { visible: root.tip && (root.hovered || root.visualFocus) && !root.down; text: root.tip; keys: root.keys }
}
