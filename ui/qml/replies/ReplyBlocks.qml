import QtQuick
import Sightline

// The text of a reply, block under block. Selecting runs across all of it; a link opens nothing by itself.
Item {
    id: root
    property var blocks               // BlockListModel
    property bool streaming: false
    property real viewTop: 0
    property real viewBottom: 1e9
    property var hits: []             // of ConversationFind
    property int currentHit: -1
    property var places               // ReplyPlaces
    property var badges: []           // of it, for this reply
    signal placeWanted(int message, int picture, int place)
    readonly property string text: streaming || !blocks ? "" : blocks.plainText
    // What the conversation has selected of it, [from, to); -1 = nothing.
    property int rangeFrom: -1
    property int rangeTo: -1
    readonly property bool ranged: rangeFrom >= 0
    readonly property alias clicks: mouse.clicks    // of the press that is, or was last
    readonly property alias pressed: mouse.pressed  // on the text, not on a button or a scroll bar in it
    signal allWanted()
    signal focusLost()
    function positionAt(x, y) { return replyMarks.positionAt(root, x, y) }
    function showRange() {
        if (ranged) replyMarks.select(rangeFrom, rangeTo)
        else replyMarks.clear()
    }
    onRangeFromChanged: showRange()
    onRangeToChanged: showRange()
    Component.onCompleted: if (ranged) showRange()
    signal linkWanted(string address)
    signal copyWanted(string text)
    signal unfolded()  // thoughts: the reader reads there now
    function rectangleOf(position) { return replyMarks.rectangleOf(root, position) }
    function copyAll() { replyMarks.copyAll() }
    implicitHeight: Math.max(column.height, streaming ? 20 : 0)
    activeFocusOnTab: true
    Accessible.role: Accessible.StaticText
    Accessible.name: streaming ? qsTr("The reply is being written") : text
    Accessible.focusable: true
    property bool clicked: false  // focus by a click shows no ring
    onActiveFocusChanged: if (!activeFocus) { clicked = false; focusLost(); if (!ranged) replyMarks.clear() }

    ReplyMarks {
        id: replyMarks
        objectName: "replyMarks"
        blocks: root.blocks ?? null
        hits: root.hits
        currentHit: root.currentHit
        badges: root.badges
        property var places: root.places
        signal badgeClicked(int message, int picture, int place)
        onBadgeClicked: (message, picture, place) => root.placeWanted(message, picture, place)
    }
    MouseArea {
        id: mouse
        anchors.fill: parent
        preventStealing: true
        property int clicks: 0
        property point start
        property string link
        Timer { id: again; interval: Qt.styleHints.mouseDoubleClickInterval }
        onPressed: (event) => {
            root.clicked = true
            root.forceActiveFocus(Qt.MouseFocusReason)
            const near = Math.abs(event.x - start.x) + Math.abs(event.y - start.y) < 6
            clicks = again.running && near ? clicks % 3 + 1 : 1
            again.restart()
            start = Qt.point(event.x, event.y)
            const position = replyMarks.positionAt(root, event.x, event.y)
            link = clicks === 1 && !(event.modifiers & Qt.ShiftModifier) ? replyMarks.linkAt(root, event.x, event.y) : ""
            if (clicks === 2) replyMarks.selectWord(position)
            else if (clicks === 3) replyMarks.selectBlock(position)
            else replyMarks.moveTo(position, event.modifiers & Qt.ShiftModifier)
        }
        // What a drag selects is the conversation's business: it may go on in another reply.
        onPositionChanged: (event) => { if (pressed && Math.abs(event.x - start.x) + Math.abs(event.y - start.y) >= 4) link = "" }
        onReleased: (event) => { if (link && !replyMarks.selected) { again.stop(); root.linkWanted(link) }; link = "" }
    }
    HoverHandler {
        id: hover
        acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
        cursorShape: replyMarks.linkAt(root, point.position.x, point.position.y) ? Qt.PointingHandCursor : Qt.IBeamCursor
    }
    Keys.onPressed: (event) => {
        const shift = event.modifiers & Qt.ShiftModifier
        const control = event.modifiers & Qt.ControlModifier
        event.accepted = true
        if (event.matches(StandardKey.Copy)) replyMarks.copy()
        else if (event.matches(StandardKey.SelectAll)) root.allWanted()
        else if (event.key === Qt.Key_Left || event.key === Qt.Key_Right) replyMarks.step(event.key === Qt.Key_Right, control, shift)
        else if (event.key === Qt.Key_Home || event.key === Qt.Key_End) replyMarks.toEdge(event.key === Qt.Key_End, shift)
        else event.accepted = false
    }
    Column {
        id: column
        width: root.width
        Repeater {
            id: repeater
            model: root.blocks
            ReplyBlock {
                width: column.width
                height: implicitHeight
                previous: index > 0 ? repeater.itemAt(index - 1) : null
                marks: replyMarks
                seen: y < root.viewBottom && y + height > root.viewTop
                thinking: root.streaming && root.blocks.thinking
                thinkSeconds: root.blocks.thinkSeconds
                onUnfolded: root.unfolded()
                onCopyWanted: (text) => root.copyWanted(text)
            }
        }
    }
    Rectangle {
        // The caret stands after the last character; it never blinks.
        visible: root.streaming && !(root.blocks?.thinking ?? false)
        readonly property rect end: {
            column.height
            return replyMarks.rectangleOf(root, root.blocks?.caret ?? 0)
        }
        x: end.x + 2
        y: end.y + Math.max(0, Math.round((end.height - height) / 2))
        width: 8
        height: 17
        radius: 2
        color: Theme.accent
    }
    FocusRing { visible: root.activeFocus && !root.clicked; corner: Theme.small }
    Keys.onShortcutOverride: (event) => event.accepted = event.matches(StandardKey.Copy) || event.matches(StandardKey.SelectAll)
}
