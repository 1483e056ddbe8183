import QtQuick
import Sightline

// One row of a BlockListModel: the space before it, quotes and list marks beside it, and what it is.
Item {
    id: root
    required property int index
    required property string kind
    required property int level
    required property string nesting
    required property string marker
    required property int ordinal
    required property bool joined
    required property var model  // for the text, which is read when it is wanted
    required property var block
    required property string language
    required property var highlights
    required property int offset
    property bool seen: true     // what is out of sight is laid out, but not drawn
    property Item previous       // the block above
    property ReplyMarks marks
    property bool thinking: false
    property real thinkSeconds: 0
    signal copyWanted(string code)
    signal unfolded()

    readonly property int step: 24
    readonly property int indent: nesting.length * step
    readonly property int gap: !previous ? 0 : joined ? 6 : kind === "heading" ? Theme.s5
                             : previous.kind === "heading" ? Theme.s2 : kind === "table" || kind === "code" || previous.kind === "table" || previous.kind === "code" ? Theme.s4 : Theme.s3
    readonly property alias content: loader.item
    implicitHeight: gap + loader.height

    Repeater {  // the bar of each quote; one bar for blocks that follow each other in it
        model: root.nesting.includes("q") ? root.nesting.length : 0
        Rectangle {
            required property int index
            readonly property bool goesOn: root.previous && root.previous.nesting.startsWith(root.nesting.slice(0, index + 1))
            visible: root.nesting[index] === "q"
            x: index * root.step + 4
            y: goesOn ? 0 : root.gap
            width: 3
            height: root.height - y
            radius: 1.5
            color: Theme.edge
        }
    }
    ListMark {
        visible: root.marker !== ""
        x: root.nesting.lastIndexOf("l") * root.step
        y: root.gap
        width: root.step
        // On the line beside it, which sits lower where a font for Chinese makes it higher.
        height: Math.ceil(metrics.height) + (loader.item?.eastAsian ? Theme.sized(5) : 0)
        FontMetrics { id: metrics; font.family: Theme.family; font.pixelSize: Theme.type.reading[0] }
        marker: root.marker
        ordinal: root.ordinal
        depth: root.nesting.length
    }
    Loader {
        id: loader
        x: root.indent
        y: root.gap
        width: root.width - x
        visible: root.seen
        sourceComponent: root.kind === "code" ? code : root.kind === "table" ? table : root.kind === "rule" ? rule
                       : root.kind === "thought" ? thought : paragraph
    }
    Component {
        id: paragraph
        BlockEdit {
            readonly property bool heading: root.kind === "heading"
            objectName: heading ? "headingBlock" : "textBlock"
            height: implicitHeight - air
            block: root.block
            offset: root.offset
            marks: root.marks
            lineHeight: heading ? Math.min(1.25, leading) : leading
            color: root.nesting.includes("q") ? Theme.text2 : Theme.text
            font.pixelSize: !heading ? Theme.type.reading[0] : root.level === 1 ? Theme.sized(20) : root.level === 2 ? Theme.type.heading[0] : root.level === 3 ? Theme.sized(16) : Theme.type.reading[0]
            font.weight: heading ? Font.DemiBold : Font.Normal
        }
    }
    Component { id: code; CodeBlock { row: root; marks: root.marks; onCopyWanted: (text) => root.copyWanted(text) } }
    Component { id: table; TableBlock { row: root; marks: root.marks } }
    Component { id: rule; Item { implicitHeight: 17; Rectangle { y: 8; width: parent.width; height: 1; color: Theme.line } } }
    Component { id: thought; ThinkFold { row: root; thinking: root.thinking; seconds: root.thinkSeconds; onUnfolded: root.unfolded() } }
}
