import QtQuick
import QtQuick.Controls.Basic
import Sightline

// A tooltip: what it is, and its key.
ToolTip {
    id: root
    property string keys
    delay: 500
    padding: 6
    leftPadding: 10
    rightPadding: 10
    margins: Theme.s2
    contentItem: Row {
        spacing: Theme.s2
        AppText {
            role: "caption"
            text: root.text
            color: Theme.tipText
            width: Math.min(implicitWidth, 280)
            wrapMode: Text.Wrap
        }
        AppText { visible: root.keys; role: "caption"; text: root.keys; color: Theme.tipHint }
    }
    background: Rectangle { radius: Theme.control; color: Theme.tip }
}
