import QtQuick
import QtQuick.Controls.Basic
import Sightline

// A table: as wide as the reply, or wider and scrolled sideways where its columns would be too narrow.
Rectangle {
    id: root
    required property var row  // of BlockListModel
    property ReplyMarks marks
    objectName: "tableBlock"
    implicitHeight: edit.implicitHeight + (bar.visible ? 14 : 0)
    radius: Theme.control
    color: "transparent"
    Flickable {
        id: body
        objectName: "tableScroll"
        anchors.fill: parent
        contentWidth: edit.width
        interactive: false  // a drag selects
        clip: true
        Item {
            width: edit.width
            height: root.implicitHeight
            Rectangle {  // the head
                width: parent.width
                height: edit.rowTops.length > 0 ? edit.rowTops[0] : edit.height
                radius: Theme.control
                color: Theme.sunken
                Rectangle { anchors.bottom: parent.bottom; width: parent.width; height: Math.min(Theme.control, parent.height); color: parent.color; visible: edit.rowTops.length > 0 }
            }
            Repeater {
                model: edit.rowTops.length
                Rectangle {
                    required property int index
                    y: Math.round(edit.rowTops[index] ?? 0)
                    width: edit.width
                    height: 1
                    color: Theme.line
                }
            }
            BlockEdit {
                id: edit
                objectName: "tableText"
                width: Math.max(root.width, edit.columns * 96)
                block: root.row.block
                offset: root.row.offset
                marks: root.marks
                wrapMode: TextEdit.Wrap
                font.pixelSize: Theme.type.body[0]
            }
        }
        ScrollBar.horizontal: AppScrollBar { id: bar; objectName: "tableBar" }
    }
    Rectangle {
        anchors.fill: parent
        radius: Theme.control
        color: "transparent"
        border.width: 1
        border.color: Theme.line
    }
    WheelHandler {
        orientation: Qt.Horizontal
        enabled: bar.visible
        onWheel: (event) => body.contentX = Math.max(0, Math.min(body.contentWidth - body.width, body.contentX - (event.pixelDelta.x || event.angleDelta.x / 2)))
    }
}
