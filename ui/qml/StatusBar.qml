import QtQuick
import QtQuick.Layouts
import Sightline

Rectangle {
    id: root
    required property var chat
    property bool narrow: false
    readonly property bool ready: chat.modelState === "ready"
    readonly property real fill: chat.contextLength > 0 ? chat.contextUsed / chat.contextLength : 0
    implicitHeight: Theme.statusBar
    color: Theme.sidebar
    function count(number: int): string { return Number(number).toLocaleString(Qt.locale(), "f", 0) }
    Rectangle { width: parent.width; height: 1; color: Theme.line }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.s4
        anchors.rightMargin: Theme.s4
        anchors.topMargin: 1
        spacing: Theme.s4
        RowLayout {
            spacing: 6
            Icon { glyph: "cpu"; size: 16; color: Theme.text3 }
            AppText {
                objectName: "device"
                role: "caption"
                color: Theme.text2
                text: root.ready ? root.chat.deviceText
                    : root.chat.modelState === "loading" ? qsTr("Loading %1 %").arg(Math.round(100 * root.chat.loadProgress))
                    : qsTr("No model")
            }
        }
        AppText {
            objectName: "memory"
            visible: text && !root.narrow
            role: "caption"
            text: root.chat.memoryText
            color: Theme.text2
            Accessible.name: qsTr("Memory %1").arg(text)
        }
        RowLayout {
            visible: root.ready
            spacing: Theme.s2
            AppText {
                objectName: "context"
                role: "caption"
                color: Theme.text2
                text: qsTr("Context %1 / %2").arg(root.count(root.chat.contextUsed)).arg(root.count(root.chat.contextLength))
            }
            ProgressLine {
                visible: !root.narrow
                Layout.preferredWidth: 64
                value: root.fill
                ink: root.fill > 0.9 ? Theme.warning : Theme.accent
            }
        }
        Item { Layout.fillWidth: true }
        RowLayout {
            spacing: 6
            Icon { glyph: "shield"; size: 16; color: Theme.success }
            AppText { objectName: "network"; role: "caption"; text: qsTr("Network: none"); color: Theme.text2 }
        }
    }
}
