import QtQuick
import QtQuick.Layouts
import Sightline

ColumnLayout {
    id: root
    property string content
    property var pictures: []
    property int message: -1
    property var chat
    property var hits: []
    property int currentHit: -1
    signal readWanted(int picture)
    property int branch: 0
    property int branches: 1
    property bool locked: false    // a reply is being made: nothing can be changed
    property bool editing: false
    signal openWanted(int picture)
    signal edited(string text)
    signal walked(int step)
    signal removed()
    signal textCopied(string text)
    function rectangleOf(position) { return mapFromItem(bubble, bubble.rectangleOf(position)) }
    property int rangeFrom: -1     // of ConversationSelection
    property int rangeTo: -1
    signal allWanted()
    signal focusLost()
    readonly property int clicks: 1  // the text itself knows of more
    function positionAt(x, y) { const place = mapToItem(bubble, x, y); return bubble.visible ? bubble.positionAt(place.x, place.y) : 0 }
    function isPressedAt(x, y) { return bubble.visible && bubble.focused && bubble.contains(mapToItem(bubble, x, y)) }
    spacing: Theme.s2
    Flow {
        Layout.alignment: Qt.AlignRight
        Layout.preferredWidth: Math.min(root.width, childrenWidth)
        readonly property real childrenWidth: {
            let sum = 0
            for (let i = 0; i < repeater.count; ++i) sum += (repeater.itemAt(i)?.implicitWidth ?? 0) + (i ? spacing : 0)
            return sum
        }
        visible: repeater.count > 0
        spacing: Theme.s2
        layoutDirection: Qt.RightToLeft
        Repeater {
            id: repeater
            model: root.pictures
            PictureCard {
                required property int index
                required property var modelData
                chat: root.chat
                message: root.message
                picture: index
                onReadWanted: root.readWanted(index)
                onOpenWanted: root.openWanted(index)
                objectName: "turnPicture"
                source: modelData.source
                pictureSize: Qt.size(modelData.width ?? 0, modelData.height ?? 0)
                name: modelData.name
                caption: modelData.caption ?? ""
                maximumWidth: Math.min(repeater.count > 1 ? 240 : 384, root.width - 8)
            }
        }
    }
    Bubble {
        id: bubble
        hits: root.hits
        currentHit: root.currentHit
        rangeFrom: root.rangeFrom
        rangeTo: root.rangeTo
        onAllWanted: root.allWanted()
        onFocusLost: root.focusLost()
        visible: root.content && !root.editing
        Layout.alignment: Qt.AlignRight
        text: root.content
        maximumWidth: Math.min(560, root.width)
    }
    Loader {
        active: root.editing
        visible: active
        Layout.fillWidth: true
        sourceComponent: QuestionEditor {
            text: root.content
            onAsked: (text) => { root.editing = false; root.edited(text) }
            onGiven: root.editing = false
            Component.onCompleted: begin()
        }
    }
    RowLayout {
        // Kept in the layout, so that nothing moves when it appears.
        visible: !root.editing
        Layout.alignment: Qt.AlignRight
        Layout.topMargin: -4
        spacing: 2
        readonly property bool shown: over.hovered || copyQuestion.activeFocus || editQuestion.activeFocus || deleteQuestion.activeFocus
        BranchWalker { branch: root.branch; branches: root.branches; locked: root.locked; onWalked: (step) => root.walked(step) }
        TurnButton {
            id: copyQuestion
            objectName: "copyQuestion"
            visible: root.content !== ""
            opacity: parent.shown ? 1 : 0
            glyph: "copy"
            text: qsTr("Copy")
            onClicked: root.textCopied(root.content)
        }
        TurnButton {
            id: editQuestion
            objectName: "editQuestion"
            opacity: parent.shown && !root.locked ? 1 : 0
            enabled: !root.locked
            glyph: "edit"
            text: qsTr("Edit and ask again")
            onClicked: root.editing = true
        }
        TurnButton {
            id: deleteQuestion
            objectName: "deleteQuestion"
            opacity: parent.shown && !root.locked ? 1 : 0
            enabled: !root.locked
            glyph: "trash"
            text: qsTr("Delete, with all that follows")
            onClicked: root.removed()
        }
    }
    HoverHandler { id: over }
}
