import QtQuick
import QtQuick.Controls.Basic
import Sightline

// Code with its language and Copy; what is wider than the reply scrolls sideways.
Rectangle {
    id: root
    required property var row  // of BlockListModel
    property ReplyMarks marks
    signal copyWanted(string code)
    objectName: "codeBlock"
    implicitHeight: body.y + body.height + (bar.visible ? 2 : 10)
    radius: Theme.control
    color: Theme.sunken
    border.width: 1
    border.color: Theme.line
    AppText {
        objectName: "codeLanguage"
        x: Theme.s3
        width: copy.x - 2 * x
        height: Theme.controlHeight
        verticalAlignment: Text.AlignVCenter
        role: "micro"
        text: root.row.language || qsTr("Code")
        color: Theme.text3
        elide: Text.ElideRight
    }
    AppButton {
        id: copy
        objectName: "copyCode"
        property bool done: false
        anchors.right: parent.right
        anchors.rightMargin: 2
        y: 2
        height: Theme.rowControl
        kind: "quiet"
        glyph: done ? "check" : "copy"
        ink: Theme.text2
        text: done ? qsTr("Copied") : qsTr("Copy")
        onClicked: { root.copyWanted(root.row.model.text); done = true; reset.restart() }
        Timer { id: reset; interval: 1500; onTriggered: copy.done = false }
    }
    Rectangle { x: 1; y: Theme.controlHeight; width: parent.width - 2; height: 1; color: Theme.line }
    Flickable {
        id: body
        objectName: "codeScroll"
        x: 1
        y: Theme.controlHeight + 10
        width: root.width - 2
        height: edit.implicitHeight - edit.air + (bar.visible ? 14 : 0)
        contentWidth: edit.width + 2 * Theme.s3
        interactive: false  // a drag selects
        clip: true
        BlockEdit {
            id: edit
            x: Theme.s3
            block: root.row.block
            highlights: root.row.highlights
            offset: root.row.offset
            marks: root.marks
            wrapMode: TextEdit.NoWrap
            lineHeight: 1.3
            font.family: Theme.fixedFamily
            font.pixelSize: Theme.type.body[0]
        }
        ScrollBar.horizontal: AppScrollBar { id: bar; objectName: "codeBar" }
    }
    WheelHandler {
        orientation: Qt.Horizontal
        enabled: bar.visible
        onWheel: (event) => body.contentX = Math.max(0, Math.min(body.contentWidth - body.width, body.contentX - (event.pixelDelta.x || event.angleDelta.x / 2)))
    }
}
