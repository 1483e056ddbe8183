import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// Device, memory, context, queue, network, and the way to the log.
Rectangle {
    id: root
    required property var chat
    property bool narrow: false
    property bool logOpen: false
    property bool hasLog: false
    signal logToggled()
    readonly property bool ready: chat.modelState === "ready"
    readonly property bool known: chat.contextLength > 0
    readonly property int pending: chat.status.contextPending
    readonly property real used: known ? chat.contextUsed / chat.contextLength : 0
    readonly property real fill: known ? (chat.contextUsed + pending) / chat.contextLength : 0
    implicitHeight: Theme.statusBar
    color: Theme.sidebar
    function count(number: int): string { return Number(number).toLocaleString(Qt.locale(), "f", 0) }
    Rectangle { width: parent.width; height: 1; color: Theme.line }

    component Fact: AppText {
        id: fact
        property string tip
        role: "caption"
        color: Theme.text2
        Accessible.role: Accessible.StaticText
        Accessible.name: text
        Accessible.description: tip
        HoverHandler { id: over }
        Tip { visible: over.hovered && fact.tip !== ""; text: fact.tip }
    }

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.s4
        anchors.rightMargin: root.hasLog ? Theme.s2 : Theme.s4
        anchors.topMargin: 1
        spacing: Theme.s4
        RowLayout {
            spacing: 6
            Icon { glyph: "cpu"; size: 16; color: Theme.text3 }
            Fact {
                objectName: "device"
                text: root.ready ? root.chat.deviceText
                    : root.chat.modelState === "loading" ? root.chat.loadText
                    : root.chat.modelState === "unloaded" ? qsTr("Model unloaded")
                    : qsTr("No model")
                tip: root.ready ? qsTr("Where the model computes, and in which precision")
                    : root.chat.modelState === "unloaded" ? qsTr("Its memory was given back; it is loaded again with the next question") : ""
            }
        }
        Fact {
            objectName: "memory"
            visible: text !== "" && !root.narrow
            text: root.chat.status.memoryText
            tip: root.chat.status.memoryDetail
            Accessible.name: qsTr("Memory %1").arg(text)
        }
        RowLayout {
            visible: root.ready
            spacing: Theme.s2
            Fact {
                objectName: "context"
                color: root.fill > 1 ? Theme.danger : Theme.text2
                text: root.pending > 0 ? qsTr("Context %1 + %2 / %3").arg(root.count(root.chat.contextUsed)).arg(root.count(root.pending)).arg(root.count(root.chat.contextLength))
                                       : qsTr("Context %1 / %2").arg(root.count(root.chat.contextUsed)).arg(root.count(root.chat.contextLength))
                tip: root.pending > 0 ? qsTr("Tokens of the conversation, and of the pictures that wait, out of those that the model can see at once")
                                      : qsTr("Tokens of the conversation, out of those that the model can see at once")
            }
            Rectangle {
                visible: !root.narrow
                Layout.preferredWidth: 64
                implicitHeight: 4
                radius: 2
                color: Theme.track
                Accessible.role: Accessible.ProgressBar
                Accessible.name: qsTr("Context used: %1 %").arg(Math.round(root.fill * 100))
                Rectangle {
                    // With what waits, lighter.
                    objectName: "contextFill"
                    width: root.fill > 0 ? Math.max(4, Math.round(parent.width * Math.min(1, root.fill))) : 0
                    height: parent.height
                    radius: 2
                    opacity: 0.5
                    color: root.fill > 0.9 ? Theme.warning : Theme.accent
                }
                Rectangle {
                    objectName: "contextUsedFill"
                    width: root.used > 0 ? Math.max(4, Math.round(parent.width * Math.min(1, root.used))) : 0
                    height: parent.height
                    radius: 2
                    color: root.fill > 0.9 ? Theme.warning : Theme.accent
                }
            }
        }
        Fact {
            objectName: "queue"
            visible: root.ready && !root.narrow
            text: qsTr("Queue %1").arg(root.count(root.chat.status.queueLength))
            tip: qsTr("Questions and pictures to read that wait for their turn")
        }
        Item { Layout.fillWidth: true }
        RowLayout {
            spacing: 6
            Icon { glyph: "shield"; size: 16; color: Theme.success }
            Fact { objectName: "network"; text: qsTr("Network: none"); tip: qsTr("Nothing that you ask or show leaves this computer") }
        }
        Rectangle { visible: root.hasLog; implicitWidth: 1; implicitHeight: 14; color: Theme.line }
        AbstractButton {
            id: log
            objectName: "logToggle"
            visible: root.hasLog
            implicitHeight: Theme.sized(22)
            implicitWidth: words.implicitWidth + 16
            text: qsTr("Log")
            Accessible.role: Accessible.Button
            Accessible.name: text
            Accessible.checkable: true
            Accessible.checked: root.logOpen
            onClicked: root.logToggled()
            Keys.onReturnPressed: clicked()
            Keys.onEnterPressed: clicked()
            background: Rectangle {
                radius: Theme.small
                color: root.logOpen ? Theme.accentSoft : log.down ? Theme.pressed : log.hovered ? Theme.hover : "transparent"
                FocusRing { visible: log.visualFocus; corner: Theme.small; anchors.margins: 0 }
            }
            contentItem: Item {
                RowLayout {
                    id: words
                    anchors.centerIn: parent
                    spacing: 6
                    Icon { glyph: "log"; size: 16; color: root.logOpen ? Theme.accent : Theme.text3 }
                    AppText { role: "caption"; text: log.text; color: root.logOpen ? Theme.accentText : Theme.text2 }
                }
            }
            Tip { visible: (log.hovered || log.visualFocus) && !log.down; text: qsTr("What the program and the model do"); keys: "F12" }
        }
    }
}
