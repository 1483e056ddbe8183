import QtQuick
import QtQuick.Controls.Basic
import Sightline

// A picture with the lines that were read on it. Fits the view at first; the wheel with Ctrl and the buttons zoom.
Item {
    id: root
    required property var reading
    // The lines of the selection: [first, last], -1 = none.
    property int firstMarked: -1
    property int lastMarked: -1
    property real zoom: 0  // 0 = fits
    readonly property real fit: reading.pictureWidth > 0 ? Math.min((width - 2 * Theme.s5) / reading.pictureWidth, (height - 2 * Theme.s5) / reading.pictureHeight, 2) : 1
    readonly property real scaleNow: zoom > 0 ? zoom : Math.max(fit, 0.01)
    signal picked(int line)

    function zoomBy(factor: real) {
        const middleX = (view.contentX + view.width / 2) / sheet.width
        const middleY = (view.contentY + view.height / 2) / sheet.height
        zoom = Math.min(8, Math.max(Math.min(fit, 1) / 2, scaleNow * factor))
        view.contentX = Math.max(0, middleX * sheet.width - view.width / 2)
        view.contentY = Math.max(0, middleY * sheet.height - view.height / 2)
        view.returnToBounds()
    }
    // Scrolls so far that the marked line is seen.
    function reveal(line: int) {
        const place = reading.lines[line]
        if (!place) return
        const x = paper.x + place.x * scaleNow
        const y = paper.y + place.y * scaleNow
        if (y < view.contentY + 24 || y > view.contentY + view.height - 24) view.contentY = Math.max(0, Math.min(sheet.height - view.height, y - view.height / 2))
        if (x < view.contentX || x > view.contentX + view.width) view.contentX = Math.max(0, Math.min(sheet.width - view.width, x - view.width / 2))
    }

    Rectangle { anchors.fill: parent; color: Theme.desk }
    Flickable {
        id: view
        anchors.fill: parent
        clip: true
        contentWidth: sheet.width
        contentHeight: sheet.height
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: AppScrollBar {}
        ScrollBar.horizontal: AppScrollBar { implicitHeight: 14 }
        WheelHandler {
            acceptedModifiers: Qt.ControlModifier
            onWheel: (event) => root.zoomBy(event.angleDelta.y > 0 ? 1.25 : 0.8)
        }
        Item {
            id: sheet
            width: Math.max(view.width, paper.width + 2 * Theme.s5)
            height: Math.max(view.height, paper.height + 2 * Theme.s5)
            Item {
                id: paper
                anchors.centerIn: parent
                width: root.reading.pictureWidth * root.scaleNow
                height: root.reading.pictureHeight * root.scaleNow
                Accessible.role: Accessible.Graphic
                Accessible.name: root.reading.name
                Image {
                    objectName: "readImage"
                    anchors.fill: parent
                    source: root.reading.source
                    smooth: true
                    mipmap: root.scaleNow < 1
                    cache: false
                }
                Rectangle {
                    anchors.fill: parent
                    color: "transparent"
                    border.width: 1
                    border.color: Theme.frame
                }
                Repeater {
                    objectName: "readLines"
                    model: root.reading.lines
                    Rectangle {
                        required property int index
                        required property var modelData
                        readonly property bool marked: index >= root.firstMarked && index <= root.lastMarked
                        objectName: "readLine" + index
                        width: modelData.width * root.scaleNow + 4
                        height: modelData.height * root.scaleNow + 2
                        x: modelData.x * root.scaleNow - width / 2
                        y: modelData.y * root.scaleNow - height / 2
                        rotation: modelData.angle
                        antialiasing: rotation % 90 !== 0
                        radius: 2
                        color: marked ? Theme.markFill : "transparent"
                        border.width: marked ? 2 : 1
                        border.color: modelData.doubtful ? Theme.warning : Theme.mark
                        opacity: marked ? 1 : 0.7
                    }
                }
                MouseArea {
                    objectName: "readMouse"
                    anchors.fill: parent
                    onClicked: (mouse) => root.picked(root.reading.lineAt(mouse.x / root.scaleNow, mouse.y / root.scaleNow))
                }
            }
        }
    }
}
