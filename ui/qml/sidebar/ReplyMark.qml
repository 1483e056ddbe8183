import QtQuick
import Sightline

// Of a conversation: a reply is being made in it (three dots, one after the other), or was and is not seen yet (a
// dot). A step of the clock instead of an animation: it runs beside a model that wants the whole computer.
Item {
    id: root
    property string reply: ""  // "answering", "answered"
    readonly property bool answering: reply === "answering"
    property int step: 0
    implicitWidth: answering ? 20 : 8
    implicitHeight: 8
    Repeater {
        model: root.answering ? 3 : 1
        Rectangle {
            required property int index
            x: root.answering ? index * 8 : 0
            anchors.verticalCenter: parent.verticalCenter
            width: root.answering ? 4 : 8
            height: width
            radius: width / 2
            color: Theme.accent
            opacity: !root.answering || index === root.step ? 1 : 0.35
        }
    }
    Timer {
        running: root.answering && root.visible
        repeat: true
        interval: 500
        onTriggered: root.step = (root.step + 1) % 3
    }
}
