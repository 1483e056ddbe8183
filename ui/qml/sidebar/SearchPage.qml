import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// What the search found, in place of the conversation. The words stand in the sidebar's field, or in the page's own
// where there is no sidebar. `shelf` is app/shelf/conversation_shelf.h.
FocusScope {
    id: root
    required property var shelf
    property bool ownField: false
    readonly property var results: shelf.results
    readonly property bool narrow: width < 700
    readonly property bool asked: shelf.search.trim() !== ""
    signal closed()
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Search")

    function focusField(select: bool) {
        if (!field.activeFocus) {
            field.forceActiveFocus(Qt.OtherFocusReason)
            field.cursorPosition = field.length
        }
        if (select) field.selectAll()
    }
    // The keyboard's row, also while the focus is in the field.
    function move(step: int) {
        if (list.count === 0) return
        list.currentIndex = Math.max(0, Math.min(list.count - 1, list.currentIndex + step))
    }
    function openCurrent() {
        if (list.count > 0) openRow(Math.max(0, list.currentIndex))
    }
    function openRow(row: int) {
        list.currentIndex = row
        const item = list.itemAtIndex(row)
        if (item) shelf.openAt(item.model.conversationId, item.model.messageId)
    }
    function keyPressed(event: var) {
        event.accepted = true
        if (event.key === Qt.Key_Down) move(1)
        else if (event.key === Qt.Key_Up) move(-1)
        else if (event.key === Qt.Key_PageDown) move(5)
        else if (event.key === Qt.Key_PageUp) move(-5)
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) openCurrent()
        else event.accepted = false
    }
    Keys.onShortcutOverride: (event) => event.accepted = event.key === Qt.Key_Escape
    Keys.onEscapePressed: closed()

    Rectangle { anchors.fill: parent; color: Theme.canvas }
    MouseArea { anchors.fill: parent }  // what misses a row does not reach the conversation
    ColumnLayout {
        id: column
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        anchors.topMargin: root.narrow ? Theme.s4 : Theme.s6
        width: Math.min(760, root.width - (root.narrow ? 2 * Theme.s4 : 64))
        spacing: Theme.s3
        RowLayout {
            visible: root.ownField
            Layout.fillWidth: true
            spacing: Theme.s2
            SearchField {
                id: field
                objectName: "pageSearchField"
                Layout.fillWidth: true
                name: qsTr("Search the conversations")
                placeholderText: qsTr("Search")
                text: root.shelf.search
                onTextEdited: root.shelf.search = text
                onEmptied: { root.shelf.search = ""; forceActiveFocus(Qt.OtherFocusReason) }
                Keys.onShortcutOverride: (event) => event.accepted = event.key === Qt.Key_Escape
                Keys.onPressed: (event) => root.keyPressed(event)
            }
            IconButton { objectName: "searchClose"; glyph: "close"; glyphSize: 18; text: qsTr("Back to the conversation"); keys: "Esc"; onClicked: root.closed() }
        }
        RowLayout {
            visible: root.asked && root.results.answered
            Layout.fillWidth: true
            spacing: Theme.s4
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 4
                AppText {
                    objectName: "searchCount"
                    role: "heading"
                    readonly property string words: root.results.question
                    text: root.results.total === 0 ? qsTr("Nothing found for “%1”").arg(words)
                          : root.shelf.moreFound ? qsTr("More than %Ln result(s) for “%1”", "", root.results.total).arg(words)
                          : qsTr("%Ln result(s) for “%1”", "", root.results.total).arg(words)
                    elide: Text.ElideMiddle
                    Layout.fillWidth: true
                    Accessible.role: Accessible.Heading
                    Accessible.name: text
                }
                AppText {
                    objectName: "searchHint"
                    text: root.results.total === 0 ? qsTr("Titles, messages and the text that was read from pictures were searched. Fewer or other words may find it.")
                          : root.shelf.moreFound ? qsTr("Only the newest are shown. Another word narrows the search.")
                          : qsTr("In titles, messages and text read from pictures")
                    color: Theme.text2
                    wrapMode: Text.Wrap
                    lineHeight: 1.3
                    Layout.fillWidth: true
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }
            }
            AppButton {
                id: order
                objectName: "searchOrder"
                visible: root.results.total > 1
                Layout.alignment: Qt.AlignTop
                text: root.results.bestFirst ? qsTr("Best first") : qsTr("Newest first")
                trailing: "chevron-down"
                Accessible.role: Accessible.ButtonMenu
                Accessible.name: qsTr("Order: %1").arg(text)
                onClicked: menu.opened ? menu.close() : menu.open()
                Popup {
                    id: menu
                    objectName: "searchOrderMenu"
                    x: order.width - width
                    y: order.height + 6
                    width: 208
                    padding: 6
                    margins: Theme.s2
                    focus: true
                    onOpened: newest.forceActiveFocus(Qt.PopupFocusReason)
                    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.fast } }
                    background: Card { Shadow { depth: 24; radius: Theme.card } }
                    contentItem: ColumnLayout {
                        spacing: 2
                        MenuRow { id: newest; objectName: "orderNewest"; Layout.fillWidth: true; text: qsTr("Newest first"); current: !root.results.bestFirst; onClicked: { menu.close(); root.results.bestFirst = false } }
                        MenuRow { objectName: "orderBest"; Layout.fillWidth: true; text: qsTr("Best first"); current: root.results.bestFirst; onClicked: { menu.close(); root.results.bestFirst = true } }
                    }
                }
            }
        }
        Flow {
            visible: kinds.several
            Layout.fillWidth: true
            Layout.bottomMargin: 4
            spacing: Theme.s2
            Repeater {
                id: kinds
                readonly property bool several: root.asked && [root.results.titles, root.results.messages, root.results.pictures].filter(many => many > 0).length > 1
                model: [
                    { kind: "", glyph: "", words: qsTr("All %L1"), many: root.results.total },
                    { kind: "title", glyph: "text", words: qsTr("Titles %L1"), many: root.results.titles },
                    { kind: "message", glyph: "chat", words: qsTr("Messages %L1"), many: root.results.messages },
                    { kind: "picture", glyph: "image", words: qsTr("Pictures %L1"), many: root.results.pictures }
                ]
                ChoiceChip {
                    required property var modelData
                    objectName: "searchKind-" + (modelData.kind || "all")
                    visible: modelData.many > 0
                    text: modelData.words.arg(modelData.many)
                    glyph: modelData.glyph
                    active: root.results.kind === modelData.kind
                    onClicked: root.results.kind = modelData.kind
                }
            }
        }
        ListView {
            id: list
            objectName: "searchResults"
            visible: root.asked && root.results.answered
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.rightMargin: -Theme.s4  // the scroll bar stands beside the cards
            clip: true
            spacing: root.narrow ? Theme.s2 : Theme.s4
            bottomMargin: Theme.s5
            boundsBehavior: Flickable.StopAtBounds
            highlightMoveDuration: 0
            keyNavigationEnabled: false
            activeFocusOnTab: count > 0
            model: root.results
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Results")
            ScrollBar.vertical: AppScrollBar {}
            onCountChanged: currentIndex = count > 0 ? 0 : -1
            Keys.onPressed: (event) => root.keyPressed(event)
            Connections {
                target: root.results
                function onModelReset() { list.currentIndex = list.count > 0 ? 0 : -1; list.positionViewAtBeginning() }
            }
            delegate: SearchCard {
                required property int index
                objectName: "result" + index
                width: ListView.view.width - Theme.s4
                narrow: root.narrow
                chosen: ListView.isCurrentItem
                onClicked: root.openRow(index)
            }
        }
        AppText {
            objectName: "searchEmpty"
            visible: !root.asked
            Layout.fillWidth: true
            Layout.topMargin: Theme.s2
            text: qsTr("Search the titles, the messages, and the text that was read from pictures.")
            color: Theme.text3
            wrapMode: Text.Wrap
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
        Item { visible: !list.visible; Layout.fillHeight: true }
    }
}
