import QtQuick
import QtQuick.Layouts
import Sightline

// What the text reader found in the pictures above, as a message of its own: labelled as the reader's, with all ways to take it
// along, and the way to the picture with its lines.
ColumnLayout {
    id: root
    property var blocks            // of the text, a BlockListModel
    property real viewTop: 0
    property real viewBottom: 1e9
    property var hits: []          // of ConversationFind
    property int currentHit: -1
    property bool reading: false
    property var phases: []
    property string facts
    property string error
    property string notice
    property bool hasTable: false
    property bool locked: false    // a reply is being made: nothing can be changed
    property int branch: 0
    property int branches: 1
    readonly property bool written: (blocks?.count ?? 0) > 0
    readonly property bool empty: !written && !reading && !error && !notice
    signal copyWanted(string format)
    signal textCopied(string text)
    signal showWanted()
    signal againWanted()
    signal walked(int step)
    signal removed()
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
    function positionAt(x, y) { const place = mapToItem(body, x, y); return written ? body.positionAt(place.x, place.y) : 0 }
    function isPressedAt(x, y) { return body.pressed }
    spacing: Theme.s2

    component CopyButton: AppButton {
        id: button
        property string format
        property string words
        property bool done: false
        implicitHeight: Theme.rowControl
        leftPadding: Theme.s2
        rightPadding: Theme.s2
        kind: "quiet"
        glyph: done ? "check" : "copy"
        ink: Theme.text2
        text: done ? qsTr("Copied") : words
        onClicked: { root.copyWanted(format); done = true; reset.restart() }
        Timer { id: reset; interval: 1500; onTriggered: button.done = false }
    }

    PhaseCard {
        objectName: "readingPhases"
        visible: root.reading
        phases: root.phases
        Layout.fillWidth: true
    }
    Rectangle {
        objectName: "readingCard"
        visible: root.written || root.empty
        Layout.fillWidth: true
        implicitHeight: head.height + inside.implicitHeight + 2 * Theme.s3 + 1
        radius: Theme.card
        color: Theme.canvas
        border.width: 1
        border.color: Theme.line
        Accessible.role: Accessible.Grouping
        Accessible.name: qsTr("Text read in the picture")
        Rectangle {
            x: 1
            y: 1
            width: parent.width - 2
            height: head.height - 1
            radius: parent.radius - 1
            color: Theme.sunken
            Rectangle { anchors.bottom: parent.bottom; width: parent.width; height: parent.radius; color: parent.color }
        }
        RowLayout {
            id: head
            x: Theme.s3
            width: parent.width - x - 4
            height: Theme.sized(36)
            spacing: 2
            Icon { glyph: "read"; size: 18; color: Theme.accent }
            AppText {
                objectName: "readingLabel"
                role: "strong"
                text: qsTr("Text reader")
                color: Theme.text2
                elide: Text.ElideRight
                Layout.leftMargin: 6
                Layout.fillWidth: true
            }
            CopyButton { objectName: "copyReading"; visible: root.written; format: "text"; words: qsTr("Copy text"); Accessible.name: words }
            CopyButton { objectName: "copyReadingMarkdown"; visible: root.written; format: "markdown"; words: qsTr("Markdown"); Accessible.name: qsTr("Copy as Markdown") }
            CopyButton { objectName: "copyReadingTable"; visible: root.written && root.hasTable; format: "table"; words: qsTr("Table"); Accessible.name: qsTr("Copy as a table") }
        }
        Rectangle { x: 1; y: head.height; width: parent.width - 2; height: 1; color: Theme.line }
        Column {
            id: inside
            x: Theme.s4
            y: head.height + Theme.s3 + 1
            width: parent.width - 2 * x
            AppText {
                objectName: "readingEmpty"
                visible: root.empty
                text: qsTr("There is no text in this picture.")
                color: Theme.text2
                wrapMode: Text.Wrap
                width: parent.width
            }
            ReplyBlocks {
                id: body
                objectName: "readingText"
                visible: root.written
                width: parent.width
                height: implicitHeight
                blocks: root.blocks
                streaming: false
                viewTop: root.viewTop - inside.y
                viewBottom: root.viewBottom - inside.y
                hits: root.hits
                currentHit: root.currentHit
                rangeFrom: root.rangeFrom
                rangeTo: root.rangeTo
                onAllWanted: root.allWanted()
                onFocusLost: root.focusLost()
                onCopyWanted: (text) => root.textCopied(text)
            }
        }
    }
    Banner {
        objectName: "readingError"
        visible: root.error
        Layout.fillWidth: true
        kind: "danger"
        sentence: root.error
        actions: [qsTr("Retry")]
        onTriggered: root.againWanted()
    }
    RowLayout {
        visible: root.notice && !root.error
        Layout.fillWidth: true
        spacing: Theme.s2
        Icon { glyph: "info"; size: 18; color: Theme.text3 }
        AppText { objectName: "readingNotice"; text: root.notice; color: Theme.text2 }
        LinkButton { objectName: "readingAgain"; text: qsTr("Read again"); onClicked: root.againWanted() }
        Item { Layout.fillWidth: true }
    }
    RowLayout {
        visible: !root.reading
        Layout.fillWidth: true
        spacing: 2
        TurnButton {
            objectName: "deleteReading"
            enabled: !root.locked
            glyph: "trash"
            text: qsTr("Delete, with all that follows")
            Layout.leftMargin: -5
            onClicked: root.removed()
        }
        BranchWalker { branch: root.branch; branches: root.branches; locked: root.locked; onWalked: (step) => root.walked(step) }
        LinkButton {
            objectName: "showReading"
            visible: root.written
            Layout.leftMargin: Theme.s2
            text: qsTr("Show in the picture")
            onClicked: root.showWanted()
        }
        AppText {
            objectName: "readingTurnFacts"
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
