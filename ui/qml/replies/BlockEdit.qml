import QtQuick
import Sightline

// The text of one Markdown block. Selecting is done by the reply as a whole, see ReplyBlocks.
TextEdit {
    id: root
    required property var block
    property var highlights
    property int offset: -1
    property ReplyMarks marks
    property alias lineHeight: filler.lineHeight
    readonly property alias eastAsian: filler.eastAsian
    readonly property real leading: filler.eastAsian ? Theme.eastAsianLeading : Theme.leading
    readonly property alias columns: filler.columns
    readonly property alias rowTops: filler.rowTops
    // What the line height leaves empty below the last line.
    readonly property real air: Math.floor((lineHeight - 1) * metrics.height)
    FontMetrics { id: metrics; font: root.font }
    readOnly: true
    selectByMouse: false
    selectByKeyboard: false
    activeFocusOnPress: false
    enabled: false  // presses go to the reply
    textFormat: TextEdit.PlainText
    wrapMode: TextEdit.Wrap
    color: Theme.text
    font.family: Theme.family
    font.pixelSize: Theme.type.reading[0]
    renderType: Text.NativeRendering
    Accessible.ignored: true  // the reply says it as a whole
    BlockText {
        id: filler
        look: Theme.blockLook
        lineHeight: root.leading
        offset: root.offset
        marks: root.marks
        block: root.block
        highlights: root.highlights
        item: root
    }
    Item {
        // Beside the text and not in it, because that takes no presses.
        parent: root.parent
        x: root.x
        y: root.y
        z: 1
        Repeater {
            model: filler.rooms.length  // a number: badges stay what they are while the text moves
            PlaceBadge {
                required property int index
                readonly property var room: filler.rooms[index] ?? null
                badge: room?.badge ?? ({ number: 0, message: -1, picture: 0, place: -1, label: "", point: false })
                places: root.marks?.places ?? null
                x: (room?.x ?? 0) + 4
                y: Math.round((room?.y ?? 0) + ((room?.height ?? 0) - height) / 2)
                width: (room?.width ?? 0) - 6
                onClicked: root.marks.badgeClicked(badge.message, badge.picture, badge.place)
            }
        }
    }
}
