import QtQuick
import QtQuick.Layouts
import Sightline

// What floats over the picture: the other pictures, the zoom, the patches, and the outlines.
Rectangle {
    id: root
    required property var reading
    required property var picture  // a ReadPicture
    implicitWidth: row.implicitWidth + 8
    implicitHeight: Theme.sized(40)
    radius: Theme.card
    color: Theme.raised
    border.width: 1
    border.color: Theme.line
    MouseArea { anchors.fill: parent }  // what misses a button does not reach the picture
    RowLayout {
        id: row
        anchors.centerIn: parent
        spacing: 2
        IconButton {
            objectName: "previousPicture"
            visible: root.reading.count > 1
            enabled: root.reading.index > 0
            glyph: "chevron-left"
            text: qsTr("Previous picture")
            keys: "Alt+←"
            onClicked: root.reading.show(root.reading.index - 1)
        }
        AppText {
            objectName: "pictureNumber"
            visible: root.reading.count > 1
            role: "caption"
            text: qsTr("%1 / %2").arg(root.reading.index + 1).arg(root.reading.count)
            Accessible.name: qsTr("Picture %1 of %2").arg(root.reading.index + 1).arg(root.reading.count)
        }
        IconButton {
            objectName: "nextPicture"
            visible: root.reading.count > 1
            enabled: root.reading.index < root.reading.count - 1
            glyph: "chevron-right"
            text: qsTr("Next picture")
            keys: "Alt+→"
            onClicked: root.reading.show(root.reading.index + 1)
        }
        Rectangle { visible: root.reading.count > 1; implicitWidth: 1; implicitHeight: Theme.sized(20); color: Theme.line; Layout.leftMargin: 4; Layout.rightMargin: 4 }
        IconButton { objectName: "zoomOut"; glyph: "minus"; text: qsTr("Smaller"); keys: "Ctrl+−"; onClicked: root.picture.zoomMiddle(0.8) }
        AppText {
            objectName: "zoomText"
            role: "caption"
            text: qsTr("%1 %").arg(Math.round(root.picture.scaleNow / root.picture.actual * 100))
            horizontalAlignment: Text.AlignHCenter
            Layout.preferredWidth: 44
        }
        IconButton { objectName: "zoomIn"; glyph: "plus"; text: qsTr("Larger"); keys: "Ctrl++"; onClicked: root.picture.zoomMiddle(1.25) }
        IconButton {
            objectName: "zoomFit"
            glyph: "fit"
            text: qsTr("Whole picture")
            keys: "Ctrl+0"
            onClicked: root.picture.zoom = 0
        }
        IconButton {
            objectName: "zoomActual"
            glyph: "actual"
            text: qsTr("Pixel for pixel")
            keys: "Ctrl+1"
            onClicked: root.picture.zoomMiddle(root.picture.actual / root.picture.scaleNow)
        }
        IconButton {
            objectName: "showGrid"
            visible: root.picture.hasGrid
            glyph: "grid"
            text: qsTr("What the model sees, patch by patch")
            keys: "Ctrl+G"
            active: root.picture.gridShown
            Accessible.checkable: true
            Accessible.checked: active
            onClicked: root.picture.gridShown = !root.picture.gridShown
        }
        IconButton {
            objectName: "showLines"
            visible: root.reading.state === "read"
            glyph: "outlines"
            text: qsTr("Outline the lines")
            keys: "Ctrl+L"
            active: root.picture.outlined
            Accessible.checkable: true
            Accessible.checked: active
            onClicked: root.picture.outlined = !root.picture.outlined
        }
    }
    Shortcut { sequences: [StandardKey.ZoomIn, "Ctrl+="]; onActivated: root.picture.zoomMiddle(1.25) }
    Shortcut { sequences: [StandardKey.ZoomOut]; onActivated: root.picture.zoomMiddle(0.8) }
    Shortcut { sequence: "Ctrl+0"; onActivated: root.picture.zoom = 0 }
    Shortcut { sequence: "Ctrl+1"; onActivated: root.picture.zoomMiddle(root.picture.actual / root.picture.scaleNow) }
    Shortcut { sequence: "Ctrl+G"; enabled: root.picture.hasGrid; onActivated: root.picture.gridShown = !root.picture.gridShown }
    Shortcut { sequence: "Ctrl+L"; onActivated: root.picture.outlined = !root.picture.outlined }
    Shortcut { sequence: "Alt+Left"; onActivated: root.reading.show(root.reading.index - 1) }
    Shortcut { sequence: "Alt+Right"; onActivated: root.reading.show(root.reading.index + 1) }
}
