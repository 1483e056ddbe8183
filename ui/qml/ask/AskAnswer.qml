import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// The last question and what became of it. Scrolls when it is higher than its place.
Flickable {
    id: root
    required property var ask
    readonly property Item reply: replies.count > 0 ? replies.itemAt(replies.count - 1) : null
    readonly property bool streaming: reply ? reply.streaming : false
    readonly property int count: replies.count
    signal linkWanted(string address)
    contentHeight: column.implicitHeight
    implicitHeight: contentHeight
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    ScrollBar.vertical: AppScrollBar {}
    // The end stays in sight while it grows, until the reader scrolls back.
    property bool follows: true
    onMovementEnded: follows = atYEnd
    onContentHeightChanged: if (follows && streaming) Qt.callLater(() => { contentY = Math.max(0, contentHeight - height) })
    Column {
        // No layout: what wraps in it would be laid out again and again.
        id: column
        width: root.width
        spacing: Theme.s3
        Repeater {
            id: replies
            model: root.ask.messages
            ColumnLayout {
                id: turn
                required property int index
                required property var model
                readonly property bool streaming: model.streaming
                readonly property bool last: index === replies.count - 1
                readonly property bool written: (model.blocks?.count ?? 0) > 0
                // The last answer, and the question before it.
                visible: index >= replies.count - 2
                width: column.width
                spacing: Theme.s3
                AppText {
                    objectName: turn.visible ? "askedQuestion" : ""
                    visible: turn.model.role === "user"
                    role: "strong"
                    color: Theme.text2
                    text: turn.model.text || qsTr("Read text")
                    wrapMode: Text.Wrap
                    maximumLineCount: 3
                    elide: Text.ElideRight
                    Layout.fillWidth: true
                }
                PhaseCard {
                    objectName: "askPhases"
                    visible: turn.model.role !== "user" && turn.streaming && !turn.written
                    phases: turn.model.phases
                    Layout.fillWidth: true
                }
                Loader {
                    Layout.fillWidth: true
                    active: turn.model.role !== "user" && turn.visible && (turn.written || turn.streaming)
                    visible: active
                    sourceComponent: ReplyBlocks {
                        objectName: "askReply"
                        blocks: turn.model.blocks
                        streaming: turn.streaming
                        onLinkWanted: (address) => root.linkWanted(address)
                    }
                }
                AppText {
                    objectName: "askNothingRead"
                    visible: turn.model.role === "reading" && !turn.written && turn.model.error === ""
                    text: qsTr("There is no text in this region.")
                    color: Theme.text2
                    wrapMode: Text.Wrap
                    Layout.fillWidth: true
                }
                Banner {
                    objectName: "askError"
                    visible: turn.model.error !== ""
                    kind: "danger"
                    sentence: turn.model.error
                    Layout.fillWidth: true
                }
                AppText {
                    visible: turn.model.notice !== "" && turn.model.error === ""
                    text: turn.model.notice
                    color: Theme.text2
                    wrapMode: Text.Wrap
                    Layout.fillWidth: true
                }
                AppText {
                    objectName: "askFacts"
                    visible: turn.model.role !== "user" && !turn.streaming && text !== ""
                    role: "caption"
                    color: Theme.text3
                    text: turn.model.facts
                    elide: Text.ElideRight
                    Layout.fillWidth: true
                }
            }
        }
    }
}
