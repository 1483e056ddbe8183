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
    readonly property var find: chat.find
    signal linkWanted(string address)
    signal fullModelWanted()
    function showRow(row) { if (row >= 0) { list.follow = false; list.positionViewAtIndex(row, ListView.Beginning) } }
    Connections {
        target: root.chat
        function onMessageWanted(row) { Qt.callLater(root.showRow, row) }
    }
    function toEnd() { list.follow = true; list.positionViewAtEnd() }

    ListView {
        id: list
        objectName: "messages"
        property bool follow: true
        anchors.fill: parent
        clip: true
        model: root.chat.messages
        spacing: Theme.s5
        header: Item { height: root.find.active ? Theme.topBar + Theme.s2 : Theme.s5 }  // nothing stays behind the bar
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
            required property var model  // for what is long: a reply's text never goes through QML as a whole
            required property var pictures
            required property bool streaming
            required property var phases
            required property string facts
            required property string stopReason
            required property string error
            required property string notice
            required property var blocks
            required property bool demo
            required property bool hasTable
            required property int branch
            required property int branches
            readonly property var found: { root.find.count; root.find.text; return root.find.active ? root.find.hitsIn(index) : [] }
            readonly property int currentHit: root.find.row === index ? root.find.position : -1
            function rectangleOf(position) { return mapFromItem(column.item, column.item.rectangleOf(position)) }
            objectName: "turn" + index
            width: ListView.view.width
            height: column.implicitHeight
            Loader {
                id: column
                anchors.horizontalCenter: parent.horizontalCenter
                width: Math.min(Theme.readingWidth, row.width - 2 * root.margin)
                sourceComponent: row.role === "user" ? question : row.role === "reading" ? readText : reply
            }
            Component {
                id: question
                UserTurn {
                    content: row.model.text
                    pictures: row.pictures
                    hits: row.found
                    currentHit: row.currentHit
                    chat: root.chat
                    message: row.index
                    onReadWanted: (picture) => root.chat.readPicture(row.index, picture)
                    onOpenWanted: (picture) => root.chat.viewer.open(row.index, picture)
                    branch: row.branch
                    branches: row.branches
                    locked: root.chat.busy
                    onEdited: (text) => root.chat.editQuestion(row.index, text)
                    onWalked: (step) => root.chat.showBranch(row.index, step)
                    onRemoved: root.chat.deleteMessage(row.index)
                    onTextCopied: (text) => root.chat.copyText(text)
                }
            }
            Component {
                id: readText
                ReadingTurn {
                    blocks: row.blocks
                    hits: row.found
                    currentHit: row.currentHit
                    viewTop: Math.floor((list.contentY - row.y) / 400) * 400 - 400
                    viewBottom: viewTop + Math.ceil(list.height / 400) * 400 + 1200
                    reading: row.streaming
                    phases: row.phases
                    facts: row.facts
                    error: row.error
                    notice: row.notice
                    hasTable: row.hasTable
                    branch: row.branch
                    branches: row.branches
                    locked: root.chat.busy
                    onCopyWanted: (format) => root.chat.copyReading(row.index, format)
                    onTextCopied: (text) => root.chat.copyText(text)
                    onShowWanted: root.chat.showReading(row.index)
                    onAgainWanted: root.chat.regenerate(row.index)
                    onWalked: (step) => root.chat.showBranch(row.index, step)
                    onRemoved: root.chat.deleteMessage(row.index)
                }
            }
            Component {
                id: reply
                ReplyTurn {
                    blocks: row.blocks
                    places: root.chat.places
                    message: row.index
                    demo: row.demo
                    onFullModelWanted: root.fullModelWanted()
                    onPlaceWanted: (message, picture, place) => root.chat.viewPlace(message, picture, place)
                    hits: row.found
                    currentHit: row.currentHit
                    // In steps, so that blocks do not look at every pixel that is scrolled.
                    viewTop: Math.floor((list.contentY - row.y) / 400) * 400 - 400
                    viewBottom: viewTop + Math.ceil(list.height / 400) * 400 + 1200
                    streaming: row.streaming
                    phases: row.phases
                    facts: row.facts
                    stopReason: row.stopReason
                    error: row.error
                    notice: row.notice
                    last: row.index === list.count - 1 && !root.chat.busy
                    onTextCopied: (text) => root.chat.copyText(text)
                    onUnfolded: list.follow = false
                    onLinkWanted: (address) => root.linkWanted(address)
                    onRetried: root.chat.retry()
                    branch: row.branch
                    branches: row.branches
                    locked: root.chat.busy
                    onRegenerated: root.chat.regenerate(row.index)
                    onContinued: root.chat.continueReply()
                    onWalked: (step) => root.chat.showBranch(row.index, step)
                    onRemoved: root.chat.deleteMessage(row.index)
                }
            }
        }
    }
    // Where a hit is found the list goes, and no further than it must.
    function showHit() {
        if (find.row < 0) return
        list.follow = false
        list.positionViewAtIndex(find.row, ListView.Contain)
        list.forceLayout()
        const turn = list.itemAtIndex(find.row)
        if (!turn) return
        const place = turn.rectangleOf(find.position)
        const top = turn.y + place.y
        const room = 96  // the bar, and a line above
        if (top < list.contentY + room || top + place.height > list.contentY + list.height - Theme.s6)
            list.contentY = Math.max(list.originY, Math.min(top - list.height / 3, list.originY + list.contentHeight - list.height))
    }
    Connections {
        target: root.find
        function onMoved() { Qt.callLater(root.showHit) }
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
