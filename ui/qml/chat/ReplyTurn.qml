import QtQuick
import QtQuick.Layouts
import Sightline

// The reply takes the whole column: phases while it is made, the text, what went wrong, and the facts when it ends.
ColumnLayout {
    id: root
    property var blocks            // of the reply, a BlockListModel
    property real viewTop: 0       // what of it can be seen, or nearly
    property real viewBottom: 1e9
    readonly property bool written: (blocks?.count ?? 0) > 0
    property var places            // ReplyPlaces
    property int row: -1
    readonly property var named: { places?.revision; blocks?.length; return places && row >= 0 ? places.inReply(row) : [] }
    property bool demo: false      // by the demo model
    signal fullModelWanted()
    signal placeWanted(int message, int picture, int place)
    property var hits: []          // of ConversationFind
    property int currentHit: -1
    property bool streaming: false
    property var phases: []
    property string facts
    property string stopReason
    property string error
    property string notice
    property bool last: false
    property bool locked: false    // a reply is being made: nothing can be changed
    property int branch: 0
    property int branches: 1
    signal walked(int step)
    signal regenerated()
    signal continued()
    signal removed()
    signal textCopied(string text)
    signal linkWanted(string address)
    signal unfolded()
    function rectangleOf(position) {
        const place = body.rectangleOf(position)
        return body.mapToItem(root, place)
    }
    property int rangeFrom: -1     // of ConversationSelection
    property int rangeTo: -1
    signal allWanted()
    signal focusLost()
    readonly property int clicks: body.clicks
    // For a place in this item: the nearest position, and whether a press there is one on the text.
    function positionAt(x, y) { const place = mapToItem(body, x, y); return body.positionAt(place.x, place.y) }
    function isPressedAt(x, y) { return body.pressed }
    signal retried()
    spacing: Theme.s3

    // Stop reasons that may leave the reply incomplete.
    readonly property bool cut: ["max_tokens", "context_full", "repetition"].includes(stopReason)
    // What goes on where it ended.
    readonly property bool continuable: last && written && ["max_tokens", "cancelled", "interrupted", "stop_text"].includes(stopReason)

    PhaseCard {
        objectName: "phases"
        visible: root.streaming
        phases: root.phases
        Layout.fillWidth: true
    }
    ReplyBlocks {
        id: body
        objectName: "replyText"
        visible: root.written || root.streaming
        Layout.fillWidth: true
        blocks: root.blocks
        streaming: root.streaming
        viewTop: root.viewTop - y
        viewBottom: root.viewBottom - y
        hits: root.hits
        currentHit: root.currentHit
        rangeFrom: root.rangeFrom
        rangeTo: root.rangeTo
        onAllWanted: root.allWanted()
        onFocusLost: root.focusLost()
        places: root.places
        // All of very many only when the reply is there: each new one would lay out the others again.
        badges: root.streaming ? root.named.slice(0, 40) : root.named
        onPlaceWanted: (message, picture, place) => root.placeWanted(message, picture, place)
        onUnfolded: root.unfolded()
        onLinkWanted: (address) => root.linkWanted(address)
        onCopyWanted: (text) => root.textCopied(text)
    }
    Banner {
        objectName: "replyError"
        visible: root.error
        Layout.fillWidth: true
        kind: "danger"
        sentence: root.error
        actions: root.last ? [qsTr("Retry")] : []
        onTriggered: root.retried()
    }
    RowLayout {
        visible: root.notice && !root.error
        Layout.fillWidth: true
        spacing: Theme.s2
        Icon {
            glyph: root.cut ? "warning" : "info"
            size: 18
            color: root.cut ? Theme.warning : Theme.text3
            Layout.alignment: Qt.AlignTop
        }
        AppText {
            objectName: "notice"
            text: root.notice
            color: Theme.text2
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }
    }
    RowLayout {
        // An answer of the demo model says so, wherever and whenever it is read.
        objectName: "demoReply"
        visible: root.demo && !root.error
        Layout.fillWidth: true
        spacing: 6
        Icon { glyph: "info"; size: 16; color: Theme.text3 }
        AppText {
            role: "caption"
            color: Theme.text2
            text: qsTr("By the demo model, which only reads short printed text")
            elide: Text.ElideRight
            Layout.fillWidth: true
            Layout.maximumWidth: implicitWidth + 1
        }
        LinkButton { objectName: "demoReplyLink"; role: "caption"; text: qsTr("Use a full model"); onClicked: root.fullModelWanted() }
        Item { Layout.fillWidth: true }
    }
    RowLayout {
        visible: !root.streaming
        Layout.fillWidth: true
        spacing: 2
        TurnButton {
            objectName: "copyReply"
            visible: root.written
            property bool done: false
            glyph: done ? "check" : "copy"
            text: done ? qsTr("Copied") : qsTr("Copy")
            Layout.leftMargin: -5
            onClicked: { body.copyAll(); done = true; reset.restart() }
            Timer { id: reset; interval: 1500; onTriggered: parent.done = false }
        }
        TurnButton {
            objectName: "retryReply"
            visible: !root.error || !root.last
            enabled: !root.locked
            glyph: "refresh"
            text: qsTr("Answer again")
            Layout.leftMargin: root.written ? 0 : -5
            onClicked: root.last ? root.retried() : root.regenerated()
        }
        TurnButton {
            objectName: "deleteReply"
            enabled: !root.locked
            glyph: "trash"
            text: qsTr("Delete, with all that follows")
            onClicked: root.removed()
        }
        BranchWalker { branch: root.branch; branches: root.branches; locked: root.locked; onWalked: (step) => root.walked(step) }
        LinkButton {
            objectName: "continueReply"
            visible: root.continuable && !root.locked
            Layout.leftMargin: Theme.s2
            text: qsTr("Continue")
            onClicked: root.continued()
        }
        AppText {
            objectName: "facts"
            role: "caption"
            text: root.facts
            color: Theme.text3
            elide: Text.ElideRight
            horizontalAlignment: Text.AlignRight
            Layout.fillWidth: true
            Layout.leftMargin: Theme.s2
        }
    }
}
