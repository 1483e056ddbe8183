import QtQuick
import QtQuick.Layouts
import Sightline

// What is being done before and while the reply is written: phases with their seconds, one line, the time left.
Card {
    id: root
    property var phases: []  // [{name, state: "done" | "running" | "waiting", seconds, progress}]
    readonly property var running: phases.find(phase => phase.state === "running") ?? null
    readonly property real progress: running ? running.progress ?? 0 : 0
    readonly property real secondsLeft: running && running.progress > 0.05 && running.seconds > 1
        ? running.seconds * (1 - running.progress) / running.progress : 0
    property real waited: 0
    color: Theme.sunken
    implicitHeight: column.implicitHeight + 22
    Accessible.role: Accessible.StatusBar
    Accessible.name: running ? running.name : qsTr("Working")

    function secondsText(seconds: real): string { return qsTr("%1 s").arg(Number(seconds).toLocaleString(Qt.locale(), "f", 1)) }

    ColumnLayout {
        id: column
        x: 14
        y: 11
        width: parent.width - 28
        spacing: Theme.s2
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s4
            Repeater {
                model: root.phases
                RowLayout {
                    required property var modelData
                    readonly property bool now: modelData.state === "running"
                    spacing: 6
                    Icon { visible: modelData.state === "done"; glyph: "check"; size: 16; color: Theme.success }
                    Rectangle {
                        visible: modelData.state !== "done"
                        width: 8
                        height: 8
                        radius: 4
                        color: parent.now ? Theme.accent : "transparent"
                        border.width: parent.now ? 0 : 1
                        border.color: Theme.outline
                        Layout.leftMargin: 4
                        Layout.rightMargin: 4
                    }
                    AppText {
                        role: "caption"
                        text: modelData.name + (modelData.seconds > 0 ? "  " + root.secondsText(modelData.seconds) : "")
                        color: modelData.state === "waiting" ? Theme.text3 : Theme.text2
                        font.weight: parent.now ? Font.DemiBold : Font.Normal
                    }
                }
            }
            AppText {
                visible: !root.running
                role: "caption"
                color: Theme.text2
                text: qsTr("Working  %1").arg(root.secondsText(root.waited))
            }
            Item { Layout.fillWidth: true }
            AppText {
                visible: root.secondsLeft > 3
                role: "caption"
                color: Theme.text2
                text: qsTr("about %1 s left").arg(Math.round(root.secondsLeft))
            }
        }
        ProgressLine {
            // How long a reply will be is not known beforehand: no line is better than one that stands still.
            objectName: "phaseLine"
            visible: root.progress > 0 || root.running !== root.phases[root.phases.length - 1]
            Layout.fillWidth: true
            value: root.progress
        }
    }
    Timer {
        interval: 100
        repeat: true
        running: root.visible && !root.running
        onTriggered: root.waited += 0.1
        onRunningChanged: root.waited = 0
    }
}
