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
        function onMessageWanted(row) { Qt.callLater(root.showRow, row); root.lit = row; unlight.restart() }
        function onConversationChanged() { root.lit = -1 }
    }
    property int lit: -1  // the row that a search led to, for a moment
    Timer { id: unlight; interval: 2500; onTriggered: root.lit = -1 }
    function toEnd() { list.follow = true; list.positionViewAtEnd() }

    // A drag selects over questions and replies, and scrolls at the edges; it goes on when the text where it began is
    // scrolled away.
    ConversationSelection { id: selection; objectName: "selection"; messages: root.chat.messages }
    Item {
        // Above the list: a handler is told of a press only before somebody has grabbed it.
        anchors.fill: parent
        z: 1
        PointHandler {
            id: drag
            acceptedButtons: Qt.LeftButton
            property bool decided: false    // whether this press selects
            property bool selecting: false
            property bool extending: false  // with Shift
            property point start
            property int startRow: -1
            property int startPosition: 0
            onActiveChanged: active ? begin() : end()
            onPointChanged: if (active) root.dragTo()
            function begin() {
                start = point.position
                decided = selecting = false
                extending = point.modifiers & Qt.ShiftModifier
                if (!extending) selection.clear()
            }
            // With the first move: by now the press has gone where it belongs.
            function decide() {
                decided = true
                const place = root.placeAt(start.x, start.y, true)
                if (!place || place.turn.clicks > 1 || extending) return
                startRow = place.row
                startPosition = place.position
                selecting = true
            }
            function end() {
                const place = decided ? null : root.placeAt(start.x, start.y, false)
                // From where the last one began; within one text that is the text's own business.
                if (place && extending && startRow >= 0 && startRow < list.count && startRow !== place.row) root.select(place)
                else if (place && !extending) { startRow = place.row; startPosition = place.position }
                selecting = false
            }
        }
    }
    function placeAt(x: real, y: real, pressed: bool): var {
        if (x < 0 || x > width - Theme.s3) return null
        const within = Math.max(0, Math.min(list.height - 1, y))
        const middle = list.width / 2
        // Between two turns the nearer one counts, at the ends the last and the first.
        let row = -1
        for (let away = 0; row < 0 && away < list.height; away += 8) {
            row = list.indexAt(middle, within - away + list.contentY)
            if (row < 0) row = list.indexAt(middle, within + away + list.contentY)
            if (pressed) break
        }
        const turn = row < 0 ? null : list.itemAtIndex(row)
        if (!turn || !turn.content) return null
        const place = turn.content.mapFromItem(root, x, y)
        if (pressed && !turn.content.isPressedAt(place.x, place.y)) return null
        return { row: row, turn: turn.content, position: turn.content.positionAt(place.x, place.y) }
    }
    function dragTo() {
        const at = drag.point.position
        if (!drag.decided) {
            if (Math.abs(at.x - drag.start.x) + Math.abs(at.y - drag.start.y) < 4) return
            drag.decide()
        }
        if (!drag.selecting) return
        const place = placeAt(Math.max(0, Math.min(width - Theme.s3, at.x)), at.y, false)
        if (!place) return
        const question = list.itemAtIndex(drag.startRow)?.role === "user"
        // Within a question its text does it, with words by a double click and all else that one is used to.
        if (question && place.row === drag.startRow && !selection.spans) return
        select(place)
    }
    function select(place: var) {
        selection.select(drag.startRow, drag.startPosition, place.row, place.position)
        if (selection.spans && !keys.activeFocus) keys.forceActiveFocus(Qt.MouseFocusReason)
    }
    Timer {
        objectName: "edgeScroll"
        readonly property real beyond: drag.point.position.y < 0 ? drag.point.position.y : Math.max(0, drag.point.position.y - list.height)
        interval: 16
        repeat: true
        running: drag.active && drag.selecting && beyond !== 0
        onTriggered: {
            const last = Math.max(list.originY, list.originY + list.contentHeight - list.height)
            const step = Math.sign(beyond) * Math.min(40, 2 + Math.abs(beyond) / 5)
            list.follow = false
            list.contentY = Math.max(list.originY, Math.min(last, list.contentY + step))
            root.dragTo()
        }
    }
    function selectAll() {
        selection.selectAll()
        if (selection.spans) keys.forceActiveFocus(Qt.OtherFocusReason)
    }
    Item {
        // Has the focus while the selection belongs to no single text.
        id: keys
        objectName: "selectionKeys"
        Accessible.role: Accessible.StaticText
        Accessible.name: qsTr("Selected text of the conversation")
        onActiveFocusChanged: if (!activeFocus) selection.clear()
        Keys.onShortcutOverride: (event) => event.accepted = event.matches(StandardKey.Copy) || event.matches(StandardKey.SelectAll) || event.key === Qt.Key_Escape
        Keys.onPressed: (event) => {
            event.accepted = true
            if (event.matches(StandardKey.Copy)) selection.copy()
            else if (event.matches(StandardKey.SelectAll)) selection.selectAll()
            else if (event.key === Qt.Key_Escape) selection.clear()
            else event.accepted = false
        }
    }

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
            readonly property Item content: column.item
            readonly property int rangeFrom: { selection.revision; return selection.from(index) }
            readonly property int rangeTo: { selection.revision; return selection.to(index) }
            objectName: "turn" + index
            width: ListView.view.width
            height: column.implicitHeight
            Rectangle {
                objectName: "wantedMark"
                anchors.fill: column
                anchors.margins: -Theme.s3
                radius: Theme.card
                color: Theme.accentSoft
                opacity: root.lit === row.index ? 1 : 0
                visible: opacity > 0
                Behavior on opacity { NumberAnimation { duration: Theme.normal; easing.type: Easing.OutCubic } }
            }
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
                    rangeFrom: row.rangeFrom
                    rangeTo: row.rangeTo
                    onAllWanted: root.selectAll()
                    onFocusLost: if (!selection.spans) selection.clear()
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
                    rangeFrom: row.rangeFrom
                    rangeTo: row.rangeTo
                    onAllWanted: root.selectAll()
                    onFocusLost: if (!selection.spans) selection.clear()
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
                    rangeFrom: row.rangeFrom
                    rangeTo: row.rangeTo
                    onAllWanted: root.selectAll()
                    onFocusLost: if (!selection.spans) selection.clear()
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
