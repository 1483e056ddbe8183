import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// A row of the list. The keyboard works on the list, not on its rows.
// What few rows show is made when they do: a page of them comes with one key.
AbstractButton {
    id: root
    required property int index
    required property var model
    property bool open: false      // the conversation at hand
    property bool chosen: false    // by the keyboard
    property bool renaming: false
    readonly property string conversation: model.conversationId
    readonly property string reply: model.reply
    readonly property bool busy: hovered || chosen || menuOpen
    property bool menuOpen: false
    signal menuWanted(Item at)
    signal renamed(string title)
    signal renameEnded()
    implicitHeight: Math.max(Theme.controlHeight, column.implicitHeight)
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: model.title
    Accessible.description: [when.text, model.pinned ? qsTr("Pinned") : "",
                             reply === "answering" ? qsTr("Being answered") : reply === "answered" ? qsTr("Has a new reply") : "",
                             model.hasDraft ? qsTr("Unsent text") : ""].filter(part => part).join(", ")
    Accessible.selected: open

    background: Rectangle {
        radius: Theme.control
        color: root.open ? Theme.selected : root.down ? Theme.pressed : root.hovered || root.menuOpen ? Theme.hover : "transparent"
        border.width: root.chosen && !root.renaming ? 2 : 0
        border.color: Theme.accent
    }
    contentItem: Item {
        ColumnLayout {
            id: column
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            anchors.leftMargin: 10
            anchors.rightMargin: 4
            spacing: 2
            visible: !root.renaming
            RowLayout {
                Layout.fillWidth: true
                Layout.minimumHeight: 24
                spacing: 6
                AppText {
                    id: title
                    objectName: "conversationTitle"
                    text: root.model.title
                    elide: Text.ElideRight
                    maximumLineCount: 1
                    color: root.open ? Theme.text : Theme.text2
                    font.weight: root.open ? Font.Medium : Font.Normal
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
                Loader {
                    objectName: "replyMark"
                    active: root.reply !== "" && !root.found
                    visible: active
                    sourceComponent: ReplyMark { reply: root.reply }
                }
                Icon { visible: root.model.hasDraft && !root.open; glyph: "edit"; size: 14; color: root.open ? Theme.text2 : Theme.text3 }
                Item {
                    // The button takes the place of the time; nothing moves.
                    implicitWidth: Math.max(when.text ? when.implicitWidth + 6 : 0, 24)
                    implicitHeight: Theme.sized(24)
                    AppText {
                        id: when
                        objectName: "conversationTime"
                        anchors.right: parent.right
                        anchors.rightMargin: 6
                        anchors.verticalCenter: parent.verticalCenter
                        visible: !more.active
                        role: "micro"
                        color: root.open ? Theme.text2 : Theme.text3
                        text: root.inDay ? root.model.updated.toLocaleTimeString(Qt.locale(), root.timeFormat) : ""
                    }
                    Loader {
                        id: more
                        anchors.right: parent.right
                        active: root.busy
                        sourceComponent: IconButton {
                            objectName: "conversationMore" + root.index
                            focusPolicy: Qt.NoFocus
                            glyph: "more"
                            glyphSize: 16
                            implicitWidth: 24
                            implicitHeight: Theme.sized(24)
                            text: qsTr("More")
                            tips: !root.menuOpen
                            Accessible.name: qsTr("More about %1").arg(root.model.title)
                            onClicked: root.menuWanted(this)
                        }
                    }
                }
            }
        }
        Loader {
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            active: root.renaming
            sourceComponent: AppField {
                objectName: "renameField"
                property bool done: false
                name: qsTr("Title of the conversation")
                maximumLength: 200
                text: root.model.title
                Component.onCompleted: {
                    forceActiveFocus(Qt.OtherFocusReason)
                    selectAll()
                }
                function end(keep: bool) {
                    if (done) return
                    done = true
                    const title = text.trim()
                    if (keep && title !== root.model.title) root.renamed(title)
                    root.renameEnded()
                }
                onActiveFocusChanged: if (!activeFocus) end(true)
                Keys.onShortcutOverride: (event) => event.accepted = event.key === Qt.Key_Escape
                Keys.onEscapePressed: end(false)
                Keys.onReturnPressed: end(true)
                Keys.onEnterPressed: end(true)
            }
        }
    }
    padding: 0
    // The short form of the C locale has seconds.
    readonly property var timeFormat: Qt.locale().name === "C" ? "hh:mm" : Locale.ShortFormat
    readonly property bool inDay: {
        const now = new Date()
        return !model.pinned && model.updated.toDateString() === now.toDateString()
    }
    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: root.menuWanted(root)
    }
    Loader {
        active: root.hovered
        sourceComponent: Tip {
            visible: !root.menuOpen && !root.renaming && title.truncated
            text: root.model.title
        }
    }
}
