import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// Where the question is written and pictures wait. Enter sends, Shift+Enter begins a line, Esc stops.
Item {
    id: root
    required property var chat
    property bool narrow: false
    property bool demo: false
    signal attachWanted()
    // There is something to send and it cannot be sent. What passes by itself in a moment is not worth a sentence.
    readonly property bool hindered: chat.sendProblem !== "" && (chat.draft.trim() !== "" || chips.count > 0 || chat.modelState === "missing" || chat.modelState === "failed")
    property bool blocked: false
    onHinderedChanged: hindered ? patience.restart() : (patience.stop(), blocked = false)
    // An order that waits is confirmed at once.
    Connections {
        target: root.chat
        function onCanSendChanged() { if (root.chat.sendWaits) root.blocked = true }
    }
    Timer { id: patience; interval: 400; onTriggered: root.blocked = true }
    implicitWidth: 400
    implicitHeight: box.height
    function focusField() { field.forceActiveFocus(Qt.OtherFocusReason) }
    function submit() {
        if (chat.busy) return
        chat.send()
        focusField()
    }

    Rectangle {
        id: box
        width: parent.width
        height: column.implicitHeight + 16
        radius: Theme.panel
        color: Theme.raised
        border.width: field.activeFocus ? 2 : 1
        border.color: field.activeFocus ? Theme.accent : Theme.outline
        Shadow { depth: 8; visible: !Theme.dark }
        ColumnLayout {
            id: column
            x: 8
            y: 8
            width: parent.width - 16
            spacing: 4
            ScrollView {
                // More than two rows of pictures scroll, so that the field stays in sight.
                id: shelf
                visible: chips.count > 0
                Layout.fillWidth: true
                Layout.margins: 4
                Layout.preferredHeight: Math.min(flow.implicitHeight, 176)
                contentWidth: availableWidth
                clip: true
                ScrollBar.vertical: AppScrollBar { anchors.right: parent.right; height: parent.height }
                Flow {
                    id: flow
                    width: shelf.availableWidth
                    spacing: Theme.s2
                    Repeater {
                        id: chips
                        objectName: "chips"
                        model: root.chat.attachments
                        AttachmentChip {
                            required property int index
                            required property var model
                            objectName: "chip" + index
                            width: Math.min(implicitWidth, flow.width)
                            name: model.name
                            thumbnail: model.thumbnail
                            sizeText: model.sizeText
                            tokensText: model.tokensText
                            secondsText: model.secondsText
                            error: model.error
                            loading: model.loading
                            note: model.note
                            detailText: model.detailText
                            choices: model.choices
                            pages: model.pages
                            pageCount: model.pageCount
                            locked: model.locked
                            choosePages: (pages) => root.chat.choosePages(index, pages)
                            onOpenWanted: root.chat.viewAttachment(index)
                            onDetailChosen: (detail) => root.chat.chooseDetail(index, detail)
                            onReadWanted: root.chat.readAttachment(index)
                            onClosed: { root.focusField(); root.chat.removeAttachment(index) }
                        }
                    }
                }
            }
            Flickable {
                id: flick
                Layout.fillWidth: true
                Layout.preferredHeight: Math.min(field.implicitHeight, 184)
                contentHeight: field.implicitHeight
                clip: true
                boundsBehavior: Flickable.StopAtBounds
                ScrollBar.vertical: AppScrollBar {}
                TextArea.flickable: TextArea {
                    id: field
                    objectName: "question"
                    focus: true
                    placeholderText: root.chat.busy ? qsTr("Write the next question") : qsTr("Ask about it, or drop a picture here")
                    placeholderTextColor: Theme.text3
                    color: Theme.text
                    selectionColor: Theme.accent
                    selectedTextColor: Theme.accentInk
                    wrapMode: TextArea.Wrap
                    textFormat: TextEdit.PlainText
                    selectByMouse: true
                    font.family: Theme.family
                    font.pixelSize: Theme.type.reading[0]
                    renderType: Text.NativeRendering
                    leftPadding: 8
                    rightPadding: 8
                    topPadding: 6
                    bottomPadding: 6
                    background: null
                    Accessible.role: Accessible.EditableText
                    Accessible.name: qsTr("Question")
                    Component.onCompleted: text = root.chat.draft
                    onTextChanged: if (root.chat.draft !== text) root.chat.draft = text
                    Keys.onPressed: (event) => {
                        if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) {
                            if (event.modifiers & Qt.ShiftModifier) return
                            root.submit()
                            event.accepted = true
                        } else if (event.matches(StandardKey.Paste)) {
                            event.accepted = root.chat.pasteFromClipboard()
                        } else if (event.key === Qt.Key_Tab) {
                            nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                            event.accepted = true
                        } else if (event.key === Qt.Key_Backtab) {
                            nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
                            event.accepted = true
                        }
                    }
                    Connections {
                        target: root.chat
                        function onDraftChanged() {
                            if (field.text !== root.chat.draft) {
                                field.text = root.chat.draft
                                field.cursorPosition = field.length
                            }
                        }
                    }
                }
            }
            RowLayout {
                Layout.fillWidth: true
                spacing: 2
                AppButton {
                    // What the demo model cannot promise, the reader does: the first action while there is no other model.
                    objectName: "readAction"
                    visible: root.demo && root.chat.canRead
                    kind: "quiet"
                    glyph: "read"
                    text: qsTr("Read text")
                    onClicked: root.chat.readAttachment(-1)
                }
                IconButton {
                    objectName: "attach"
                    glyph: "attach"
                    text: qsTr("Add pictures or PDFs")
                    keys: "Ctrl+O"
                    onClicked: root.attachWanted()
                }
                Item { Layout.fillWidth: true }
                AppText {
                    visible: !root.narrow
                    role: "caption"
                    text: root.chat.busy ? qsTr("Esc stops") : qsTr("Enter sends · Shift+Enter new line")
                    color: Theme.text3
                    Layout.rightMargin: 10
                }
                AppButton {
                    objectName: "stop"
                    visible: root.chat.busy
                    glyph: "stop"
                    text: qsTr("Stop")
                    onClicked: { root.chat.stop(); root.focusField() }
                }
                AbstractButton {
                    id: sendButton
                    objectName: "send"
                    visible: !root.chat.busy
                    // Grey only with a sentence above that says why; with nothing to send, it leads to the field.
                    enabled: !root.blocked || (root.chat.modelState === "loading" || root.chat.modelState === "unloaded") && !root.chat.sendWaits
                    implicitWidth: 32
                    implicitHeight: 32
                    text: qsTr("Send")
                    Accessible.role: Accessible.Button
                    Accessible.name: text
                    onClicked: root.submit()
                    Keys.onReturnPressed: clicked()
                    Keys.onEnterPressed: clicked()
                    background: Rectangle {
                        radius: 16
                        color: !sendButton.enabled ? Theme.bubble : sendButton.hovered || sendButton.down ? Theme.accentHover : Theme.accent
                        FocusRing { visible: sendButton.visualFocus; corner: 16 }
                    }
                    contentItem: Item {
                        Icon { anchors.centerIn: parent; glyph: "send"; color: sendButton.enabled ? Theme.accentInk : Theme.disabled }
                    }
                    Tip {
                        visible: (sendButton.hovered || sendButton.visualFocus) && !sendButton.down
                        text: sendButton.text
                        keys: qsTr("Enter")
                    }
                }
            }
        }
    }
}
