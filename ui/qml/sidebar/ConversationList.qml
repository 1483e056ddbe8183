import QtQuick
import QtQuick.Controls.Basic
import Sightline

// The conversations by day. The keyboard's row is the current one; the open conversation
// is marked.
ListView {
    id: root
    required property var shelf
    property bool marksOpen: true  // the conversation at hand is what the window shows
    property string renaming       // id of the conversation whose title is being changed
    signal rowOpened(Item row)
    signal exportWanted(string conversation)
    signal above()                 // Up on the first row
    function enter() {
        if (count === 0) return
        if (currentIndex < 0 || currentIndex >= count) currentIndex = Math.max(0, shelf.conversations.indexOf(shelf.current))
        forceActiveFocus(Qt.TabFocusReason)
    }
    function openCurrent() {
        if (currentItem) rowOpened(currentItem)
    }
    function rename(row: Item) {
        currentIndex = row.index
        renaming = row.conversation
    }
    function remove(row: Item) {
        shelf.remove(row.conversation)
    }
    function menuFor(row: Item, at: Item) {
        currentIndex = row.index
        menu.openFor(row, at, shelf.isPinned(row.conversation))
    }
    clip: true
    reuseItems: true
    boundsBehavior: Flickable.StopAtBounds
    spacing: 2
    currentIndex: -1
    highlightMoveDuration: 0
    highlightFollowsCurrentItem: true
    keyNavigationEnabled: true
    activeFocusOnTab: count > 0
    model: shelf.conversations
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Conversations")
    onActiveFocusChanged: if (activeFocus && currentIndex < 0) currentIndex = Math.max(0, shelf.conversations.indexOf(shelf.current))
    ScrollBar.vertical: AppScrollBar {}

    Keys.onReturnPressed: openCurrent()
    Keys.onEnterPressed: openCurrent()
    Keys.onSpacePressed: openCurrent()
    Keys.onMenuPressed: if (currentItem) menuFor(currentItem, currentItem)
    Keys.onDeletePressed: if (currentItem) remove(currentItem)
    Keys.onPressed: (event) => {
        event.accepted = true
        if (event.key === Qt.Key_F2 && currentItem) rename(currentItem)
        else if (event.key === Qt.Key_F10 && event.modifiers & Qt.ShiftModifier && currentItem) menuFor(currentItem, currentItem)
        else if (event.key === Qt.Key_Home) currentIndex = 0
        else if (event.key === Qt.Key_End) currentIndex = count - 1
        else if (event.key === Qt.Key_PageUp) currentIndex = Math.max(0, currentIndex - page)
        else if (event.key === Qt.Key_PageDown) currentIndex = Math.min(count - 1, currentIndex + page)
        else if (event.key === Qt.Key_Up && currentIndex <= 0) above()
        else if (event.matches(StandardKey.Undo)) shelf.undo()
        else event.accepted = false
    }
    readonly property int page: Math.max(1, Math.floor(height / (Theme.controlHeight + 2)) - 1)

    section.property: "section"
    // Not a required property: the view takes heads that it has made for other sections, and tells only the context.
    section.delegate: Item {
        width: ListView.view.width
        height: Theme.sized(30)
        AppText {
            x: 10
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 5
            role: "micro"
            objectName: "section"
            text: section
            color: Theme.text3
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
    }
    delegate: ConversationRow {
        id: row
        objectName: "conversation" + index
        width: ListView.view.width - Theme.s3
        open: root.marksOpen && root.shelf.current !== "" && conversation === root.shelf.current
        chosen: ListView.isCurrentItem && root.activeFocus
        renaming: root.renaming === conversation && ListView.isCurrentItem
        onClicked: { root.currentIndex = index; root.rowOpened(row) }
        onMenuWanted: (at) => root.menuFor(row, at)
        onRenamed: (title) => root.shelf.rename(conversation, title)
        onRenameEnded: {
            // Before the field goes, which would keep the list's focus with it.
            if (root.activeFocus) row.forceActiveFocus(Qt.OtherFocusReason)
            root.renaming = ""
        }
    }
    ConversationMenu {
        id: menu
        onClosed: if (root.renaming === "") root.forceActiveFocus(Qt.PopupFocusReason)
        onRenameWanted: if (row) root.rename(row)
        onPinWanted: (pinned) => root.shelf.setPinned(conversation, pinned)
        onExportWanted: root.exportWanted(conversation)
        onDuplicateWanted: root.shelf.duplicate(conversation)
        onDeleteWanted: root.shelf.remove(conversation)
    }
}
