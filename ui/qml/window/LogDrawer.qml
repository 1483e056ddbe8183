import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// What the program and the model do, at the lower edge of the window: the phases of the work at hand, and the events.
FocusScope {
    id: root
    required property var chat
    property bool narrow: false
    readonly property var journal: chat.journal
    readonly property var kinds: ["all", "engine", "errors"]
    signal closed()
    implicitHeight: 232
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Log")
    Keys.onEscapePressed: (event) => { if (root.chat.busy) event.accepted = false; else root.closed() }
    Rectangle { anchors.fill: parent; color: Theme.sidebar }
    Rectangle { width: parent.width; height: 1; color: Theme.line }
    RowLayout {
        id: head
        x: Theme.s4
        y: 1
        width: parent.width - Theme.s4 - Theme.s2
        height: Theme.sized(40)
        spacing: Theme.s2
        AppText { role: "strong"; text: qsTr("Log"); Accessible.role: Accessible.Heading; Accessible.name: text }
        Repeater {
            model: [qsTr("All"), qsTr("Engine"), qsTr("Errors")]
            AbstractButton {
                id: kind
                required property int index
                required property string modelData
                readonly property bool chosen: root.journal.events.kind === root.kinds[index]
                objectName: "logKind" + index
                implicitHeight: Theme.sized(24)
                implicitWidth: label.implicitWidth + 20
                text: index === 2 && root.journal.log.errors > 0 ? qsTr("%1 (%2)").arg(modelData).arg(root.journal.log.errors) : modelData
                Accessible.role: Accessible.RadioButton
                Accessible.name: text
                Accessible.checkable: true
                Accessible.checked: chosen
                onClicked: root.journal.events.kind = root.kinds[index]
                Keys.onReturnPressed: clicked()
                background: Rectangle {
                    radius: 12
                    color: kind.chosen ? Theme.accentSoft : kind.down ? Theme.pressed : kind.hovered ? Theme.hover : Theme.raised
                    border.width: kind.chosen ? 0 : 1
                    border.color: Theme.line
                    FocusRing { visible: kind.visualFocus; corner: 12 }
                }
                contentItem: Item {
                    AppText {
                        id: label
                        anchors.centerIn: parent
                        role: "caption"
                        font.weight: Font.Medium
                        text: kind.text
                        color: kind.chosen ? Theme.accentText : Theme.text2
                    }
                }
            }
        }
        Item { Layout.fillWidth: true }
        IconButton {
            objectName: "logCopy"
            glyph: "copy"
            glyphSize: 18
            text: qsTr("Copy all")
            onClicked: root.chat.copyText(root.journal.log.allText())
        }
        IconButton { objectName: "logClose"; glyph: "close"; glyphSize: 18; text: qsTr("Close"); keys: "F12"; onClicked: root.closed() }
    }
    Rectangle { y: 41; width: parent.width; height: 1; color: Theme.line }
    Column {
        id: phases
        objectName: "logPhases"
        visible: !root.narrow
        x: Theme.s4
        y: 58
        width: visible ? 336 : 0
        spacing: Theme.s4
        AppText {
            visible: repeater.count === 0
            role: "caption"
            color: Theme.text3
            width: parent.width
            wrapMode: Text.Wrap
            text: qsTr("The phases of a reply appear here while it is made.")
        }
        Repeater {
            id: repeater
            model: root.journal.phases
            Column {
                required property int index
                required property var modelData
                width: phases.width
                spacing: 6
                Item {
                    width: parent.width
                    height: 16
                    AppText { role: "caption"; text: modelData.name; font.weight: Font.Medium }
                    AppText { objectName: "phaseText" + index; role: "caption"; text: modelData.text; color: Theme.text2; anchors.right: parent.right }
                }
                ProgressLine {
                    // Nobody knows how long a reply will be: no line pretends to.
                    visible: modelData.progress >= 0
                    width: parent.width
                    value: Math.max(0, modelData.progress)
                    ink: modelData.done ? Theme.success : Theme.accent
                    Accessible.name: qsTr("%1: %2 %").arg(modelData.name).arg(Math.round(value * 100))
                }
            }
        }
    }
    Rectangle { visible: !root.narrow; x: 376; y: 42; width: 1; height: parent.height - 42; color: Theme.line }
    ListView {
        id: list
        objectName: "logList"
        x: root.narrow ? Theme.s4 : 396
        y: 50
        width: parent.width - x - Theme.s2
        height: parent.height - y - Theme.s2
        clip: true
        focus: true
        activeFocusOnTab: true
        boundsBehavior: Flickable.StopAtBounds
        model: root.journal.events
        reuseItems: true
        property bool atEnd: true  // follows what comes, unless somebody reads further up
        onMovementEnded: atEnd = atYEnd
        onCountChanged: if (atEnd) Qt.callLater(positionViewAtEnd)
        Component.onCompleted: positionViewAtEnd()
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Events")
        Keys.onPressed: (event) => {
            const step = event.key === Qt.Key_Up ? -44 : event.key === Qt.Key_Down ? 44
                       : event.key === Qt.Key_PageUp ? -height : event.key === Qt.Key_PageDown ? height
                       : event.key === Qt.Key_Home ? -contentHeight : event.key === Qt.Key_End ? contentHeight : 0
            if (step === 0) return
            contentY = Math.max(originY, Math.min(originY + Math.max(0, contentHeight - height), contentY + step))
            atEnd = atYEnd
            event.accepted = true
        }
        ScrollBar.vertical: AppScrollBar { onPressedChanged: list.atEnd = list.atYEnd }
        delegate: Item {
            id: row
            required property string time
            required property string source
            required property string text
            required property string detail
            required property bool error
            width: ListView.view.width - Theme.s3
            height: line.implicitHeight + 4
            Accessible.role: Accessible.ListItem
            Accessible.name: [time, source, text, detail].filter(part => part).join(" ")
            AppText { y: 2; role: "caption"; font.family: Theme.fixedFamily; text: row.time; color: Theme.text3 }
            AppText { y: 2; x: 112; role: "caption"; font.family: Theme.fixedFamily; text: row.source; color: Theme.text2 }
            AppText {
                id: line
                y: 2
                x: 176
                width: parent.width - x
                role: "caption"
                font.family: Theme.fixedFamily
                wrapMode: Text.Wrap
                text: row.detail ? row.text + "\n" + row.detail : row.text
                color: row.error ? Theme.danger : Theme.text
            }
        }
    }
    AppText {
        visible: list.count === 0
        x: list.x
        y: 58
        role: "caption"
        color: Theme.text3
        text: root.journal.events.kind === "errors" ? qsTr("No errors.") : qsTr("Nothing has happened yet.")
    }
    Rectangle { anchors.fill: list; anchors.margins: -6; anchors.rightMargin: -4; visible: list.activeFocus; color: "transparent"; radius: Theme.control; border.width: 2; border.color: Theme.accent }
}
