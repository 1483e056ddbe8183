import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import QtQuick.Templates as T
import Sightline

// The ask panel: a small window beside the selection. `ask` is app/ask/ask_controller.h; where it stands is ui/desktop/ask_window.h.
Window {
    id: panel
    required property var ask
    property int mostHeight: 600
    readonly property real textSize: Theme.textSize    // its width and the room that it wants follow
    property bool floating: false     // the desktop can show what is behind it: round corners and a shadow
    property rect body: Qt.rect(0, 0, 456, 240)   // the panel within the window; around it is its shadow
    readonly property int wantedHeight: Math.ceil(Math.min(mostHeight, column.implicitHeight + 2 * column.y))
    property bool copied: false
    property string chosen            // the name of the prompt whose answer is shown
    readonly property bool hasAnswer: ask.answered
    readonly property bool asked: answer.count > 0
    flags: Qt.Tool | Qt.FramelessWindowHint | Qt.WindowStaysOnTopHint | Qt.NoDropShadowWindowHint
    width: 456
    title: qsTr("Ask about the selection")
    color: floating ? "transparent" : Theme.canvas

    function enter() {
        field.clear()
        chosen = ""
        copied = false
        answer.follows = true
        field.forceActiveFocus(Qt.OtherFocusReason)
    }
    function submit() {
        const words = field.text.trim()
        if (words === "" || ask.busy) return
        chosen = ""
        answer.follows = true
        ask.ask(words)
        // What cannot be asked stays, to be changed.
        if (ask.busy || ask.waiting) field.clear()
    }
    onClosing: (close) => { close.accepted = false; ask.close() }
    Connections {
        target: panel.ask
        function onCopied() { panel.copied = true; copiedFor.restart() }
    }
    Timer { id: copiedFor; interval: 1500; onTriggered: panel.copied = false }
    Shortcut { sequence: "Esc"; onActivated: link.opened ? link.close() : panel.ask.close() }

    Rectangle {
        id: paper
        objectName: "askPaper"
        x: panel.body.x
        y: panel.body.y
        width: panel.body.width
        height: panel.body.height
        radius: panel.floating ? Theme.panel : 0
        color: Theme.canvas
        border.width: 1
        border.color: panel.floating && !Theme.dark ? Theme.frame : Theme.edge
        Shadow { depth: 24; abroad: true; visible: panel.floating }
    }
    ColumnLayout {
        id: column
        parent: paper
        x: Theme.s4
        y: Theme.s3
        width: paper.width - 2 * x
        spacing: Theme.s3
        Accessible.role: Accessible.Dialog
        Accessible.name: panel.title
        RowLayout {
            id: head
            Layout.fillWidth: true
            spacing: Theme.s2
            DragHandler { target: null; onActiveChanged: if (active) panel.startSystemMove() }
            Logo { size: 20; Accessible.ignored: true }
            AppText { role: "strong"; text: panel.title; Accessible.role: Accessible.Heading; Accessible.name: text; elide: Text.ElideRight; Layout.fillWidth: true }
            AppText { objectName: "askSize"; role: "caption"; text: panel.ask.sizeText; color: Theme.text3 }
            IconButton { objectName: "askClose"; glyph: "close"; glyphSize: 18; text: qsTr("Close"); keys: "Esc"; onClicked: panel.ask.close(); Layout.rightMargin: -6 }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s3
            Rectangle {
                implicitWidth: Math.max(40, Math.min(160, shot.implicitWidth * implicitHeight / Math.max(1, shot.implicitHeight)))
                implicitHeight: 64
                radius: Theme.small
                color: Theme.desk
                border.width: 1
                border.color: Theme.frame
                Image {
                    id: shot
                    objectName: "askPicture"
                    anchors.fill: parent
                    anchors.margins: 1
                    source: panel.ask.picture
                    fillMode: Image.PreserveAspectFit
                    mipmap: true
                    Accessible.role: Accessible.Graphic
                    Accessible.name: qsTr("The selection")
                }
            }
            AppText {
                objectName: "askPrice"
                role: "caption"
                text: panel.ask.priceText
                color: Theme.text3
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
        }
        Flow {
            Layout.fillWidth: true
            spacing: Theme.s2
            Repeater {
                model: panel.ask.prompts
                PromptButton {
                    required property int index
                    required property var model
                    objectName: "prompt" + index
                    width: Math.min(implicitWidth, column.width)
                    text: model.name
                    glyph: model.glyph
                    enabled: !panel.ask.busy && (model.reads || !panel.ask.modelMissing)
                    active: panel.chosen === model.name && panel.asked
                    onClicked: {
                        panel.chosen = model.name
                        answer.follows = true
                        panel.ask.usePrompt(index)
                    }
                }
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.sized(40)
            radius: Theme.card
            color: Theme.raised
            border.width: field.activeFocus ? 2 : 1
            border.color: field.activeFocus ? Theme.accent : Theme.outline
            TextField {
                id: field
                objectName: "askField"
                anchors.fill: parent
                anchors.rightMargin: 40
                focus: true
                leftPadding: Theme.s3
                background: null
                placeholderText: panel.asked ? qsTr("Ask something else") : qsTr("Ask about it")
                placeholderTextColor: Theme.text3
                color: Theme.text
                selectionColor: Theme.accent
                selectedTextColor: Theme.accentInk
                font.family: Theme.family
                font.pixelSize: Theme.type.body[0]
                renderType: Text.NativeRendering
                verticalAlignment: Text.AlignVCenter
                selectByMouse: true
                maximumLength: 20000
                Accessible.role: Accessible.EditableText
                Accessible.name: qsTr("Question")
                Keys.onReturnPressed: panel.submit()
                Keys.onEnterPressed: panel.submit()
            }
            AbstractButton {
                id: send
                objectName: "askSend"
                x: parent.width - width - 6
                anchors.verticalCenter: parent.verticalCenter
                implicitWidth: 28
                implicitHeight: 28
                enabled: !panel.ask.busy && !panel.ask.modelMissing
                text: qsTr("Send")
                Accessible.role: Accessible.Button
                Accessible.name: text
                onClicked: field.text.trim() === "" ? field.forceActiveFocus() : panel.submit()
                Keys.onReturnPressed: clicked()
                Keys.onEnterPressed: clicked()
                background: Rectangle {
                    radius: 14
                    color: !send.enabled ? Theme.bubble : send.hovered || send.down ? Theme.accentHover : Theme.accent
                    FocusRing { visible: send.visualFocus; corner: 14 }
                }
                contentItem: Item { Icon { anchors.centerIn: parent; glyph: "send"; size: 18; color: send.enabled ? Theme.accentInk : Theme.disabled } }
                Tip { visible: (send.hovered || send.visualFocus) && !send.down; text: send.text; keys: qsTr("Enter") }
            }
        }
        Banner {
            objectName: "askHindrance"
            visible: panel.ask.hindrance !== ""
            kind: panel.ask.waiting ? "info" : "warning"
            sentence: panel.ask.hindrance
            Layout.fillWidth: true
        }
        ProgressLine {
            objectName: "askLoading"
            visible: panel.ask.waiting && panel.ask.loadProgress > 0
            value: panel.ask.loadProgress
            Layout.fillWidth: true
        }
        Rectangle { visible: panel.asked; Layout.fillWidth: true; implicitHeight: 1; color: Theme.line }
        AskAnswer {
            id: answer
            objectName: "askAnswer"
            ask: panel.ask
            visible: panel.asked
            Layout.fillWidth: true
            // As high as it is, as long as the rest has its place.
            Layout.preferredHeight: Math.min(contentHeight, Math.max(48, panel.mostHeight - above.above - foot.implicitHeight - 4 * Theme.s3))
            onLinkWanted: (address) => { link.address = address; link.open() }
            QtObject { id: above; readonly property real above: answer.y + column.y }
        }
        RowLayout {
            id: foot
            Layout.fillWidth: true
            spacing: Theme.s2
            AppButton {
                objectName: "askCopy"
                visible: panel.hasAnswer
                kind: "primary"
                glyph: panel.copied ? "check" : "copy"
                text: panel.copied ? qsTr("Copied") : qsTr("Copy")
                onClicked: panel.ask.copy()
            }
            AppButton {
                objectName: "askStop"
                visible: panel.ask.busy || panel.ask.waiting
                glyph: "stop"
                text: qsTr("Stop")
                onClicked: panel.ask.stop()
            }
            AppButton {
                objectName: "askAgain"
                visible: panel.asked && !panel.ask.busy && !panel.ask.waiting
                glyph: "refresh"
                text: qsTr("Again")
                onClicked: panel.ask.again()
            }
            Item { Layout.fillWidth: true }
            AppButton {
                objectName: "askContinue"
                kind: "quiet"
                glyph: "open"
                text: qsTr("Continue in the main window")
                Layout.rightMargin: -8
                onClicked: panel.ask.continueElsewhere()
            }
        }
    }
    LinkDialog {
        id: link
        width: paper.width - 2 * Theme.s5
        // Nothing is darkened but the panel.
        T.Overlay.modal: Item { Rectangle { x: paper.x; y: paper.y; width: paper.width; height: paper.height; radius: paper.radius; color: Theme.scrim } }
        onCopyWanted: (text) => panel.ask.copyText(text)
    }
}
