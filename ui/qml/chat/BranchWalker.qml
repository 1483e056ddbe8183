import QtQuick
import QtQuick.Layouts
import Sightline

// "< 2/3 >": what else was asked or answered at this place.
RowLayout {
    id: root
    property int branch: 0
    property int branches: 1
    property bool locked: false
    signal walked(int step)
    visible: branches > 1
    spacing: 0
    TurnButton {
        objectName: "branchBefore"
        glyph: "chevron-left"
        text: qsTr("The version before")
        enabled: !root.locked && root.branch > 0
        onClicked: root.walked(-1)
    }
    AppText {
        objectName: "branchNumber"
        role: "caption"
        color: Theme.text2
        text: qsTr("%1/%2").arg(root.branch + 1).arg(root.branches)
        Accessible.name: qsTr("Version %1 of %2").arg(root.branch + 1).arg(root.branches)
    }
    TurnButton {
        objectName: "branchAfter"
        glyph: "chevron-right"
        text: qsTr("The next version")
        enabled: !root.locked && root.branch < root.branches - 1
        onClicked: root.walked(1)
    }
}
