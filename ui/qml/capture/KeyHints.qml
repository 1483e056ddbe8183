import QtQuick
import Sightline

// The keys that work while a region is chosen.
Rectangle {
    id: root
    objectName: "keyHints"
    required property RegionChooser chooser
    readonly property var keys: {
        const list = chooser.hasSelection
            ? [[qsTr("Arrow keys"), qsTr("nudge 1 px")], ["Shift", qsTr("10 px")], ["Alt", qsTr("resize")]]
            : [[qsTr("Drag"), qsTr("choose")]]
        list.push([qsTr("Space"), qsTr("window under the pointer")], ["Ctrl+A", qsTr("screen")])
        if (chooser.hasLast) list.push(["Ctrl+L", qsTr("last region")])
        if (chooser.quick && !chooser.hasSelection) list.push([qsTr("Ctrl held"), qsTr("adjust it first")])
        if (chooser.hasSelection) list.push([qsTr("Enter"), qsTr("take it")])
        else if (chooser.canDelay) list.push(["Ctrl+D", qsTr("in 3 seconds")])
        list.push([qsTr("Esc"), qsTr("cancel")])
        return list
    }
    implicitWidth: one.implicitWidth + 32
    implicitHeight: flow.implicitHeight + 22
    radius: 22
    color: Theme.overlayPanel
    border.width: 1
    border.color: Theme.overlayEdge

    // What the row would need if there were room for it.
    Row { id: one; visible: false; spacing: flow.spacing; Repeater { model: root.keys; delegate: hint } }
    Flow {
        id: flow
        anchors.centerIn: parent
        width: parent.width - 32
        spacing: 20
        Repeater { model: root.keys; delegate: hint }
    }
    Component {
        id: hint
        Row {
            required property var modelData
            spacing: 8
            Rectangle {
                width: key.implicitWidth + 14
                height: Theme.sized(22)
                radius: Theme.small
                color: Theme.overlayKey
                border.width: 1
                border.color: Theme.overlayKeyEdge
                AppText { id: key; anchors.centerIn: parent; role: "caption"; text: parent.parent.modelData[0]; color: Theme.overlayText; font.weight: Font.Medium }
            }
            AppText { role: "caption"; text: parent.modelData[1]; color: Theme.overlayText2; anchors.verticalCenter: parent.verticalCenter }
        }
    }
}
