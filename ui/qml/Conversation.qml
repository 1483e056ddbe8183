import QtQuick
import QtQuick.Controls.Basic
import Sightline

// The turns, in a column of at most 760 px. Stays at the end while a reply grows, unless the reader has scrolled up.
Item {
    id: root
    required property var chat
    property int margin: Theme.s6
    readonly property alias count: list.count
    readonly property bool atEnd: list.follow
    function toEnd() { list.follow = true; list.positionViewAtEnd() }

    ListView {
        id: list
        objectName: "messages"
        property bool follow: true
        anchors.fill: parent
        clip: true
        model: root.chat.messages
        spacing: Theme.s5
        header: Item { height: Theme.s5 }
        footer: Item { height: Theme.s5 }
        cacheBuffer: 2000
        boundsBehavior: Flickable.StopAtBounds
        pixelAligned: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Conversation")
        function stick() { if (follow) positionViewAtEnd() }
        onContentHeightChanged: Qt.callLater(stick)
        onHeightChanged: Qt.callLater(stick)
        onCountChanged: { follow = true; Qt.callLater(stick) }
        // Only the reader's own scrolling counts: while rows are laid out, positions jump about.
        onContentYChanged: if (moving || bar.pressed) follow = contentY + height >= contentHeight + originY - 24
        ScrollBar.vertical: AppScrollBar { id: bar; objectName: "messagesScroll" }
        delegate: Item {
            id: row
            required property int index
            required property string role
            required property string text
            required property var pictures
            required property bool streaming
            required property var phases
            required property string facts
            required property string stopReason
            required property string error
            required property string notice
            objectName: "turn" + index
            width: ListView.view.width
            height: column.implicitHeight
            Loader {
                id: column
                anchors.horizontalCenter: parent.horizontalCenter
                width: Math.min(Theme.readingWidth, row.width - 2 * root.margin)
                sourceComponent: row.role === "user" ? question : reply
            }
            Component {
                id: question
                UserTurn {
                    content: row.text
                    pictures: row.pictures
                    chat: root.chat
                    message: row.index
                    onReadWanted: (picture) => root.chat.readPicture(row.index, picture)
                    onOpenWanted: (picture) => root.chat.viewer.open(row.index, picture)
                }
            }
            Component {
                id: reply
                ReplyTurn {
                    content: row.text
                    streaming: row.streaming
                    phases: row.phases
                    facts: row.facts
                    stopReason: row.stopReason
                    error: row.error
                    notice: row.notice
                    last: row.index === list.count - 1 && !root.chat.busy
                    onCopied: root.chat.copyText(row.text)
                    onRetried: root.chat.retry()
                }
            }
        }
    }
    Rectangle {
        visible: !list.follow && list.contentHeight > list.height
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.s2
        width: 36
        height: 36
        radius: 18
        color: Theme.raised
        border.width: 1
        border.color: Theme.edge
        Shadow { depth: 8; radius: 18; visible: !Theme.dark }
        IconButton {
            objectName: "toEnd"
            anchors.centerIn: parent
            glyph: "chevron-down"
            text: qsTr("To the end")
            onClicked: root.toEnd()
        }
    }
}
