import QtQuick
import QtQuick.Controls.Basic
import Sightline

// A picture with the lines that were read on it, what replies name, and the patches of the model. Fits the view at first. The
// wheel zooms at the pointer, as pinching and + - 0 1 do; dragging and the arrows move the picture; dragging over lines that
// were read chooses them.
Item {
    id: root
    required property var reading
    property var viewer: null
    property var places: null
    property bool gridShown: false
    readonly property bool hasGrid: (viewer?.columns ?? 0) > 0
    readonly property real actual: 1 / Screen.devicePixelRatio  // one pixel of the picture is one of the screen
    // The lines of the selection: [first, last], -1 = none.
    property int firstMarked: -1
    property int lastMarked: -1
    property bool outlined: true
    property real zoom: 0  // 0 = fits
    readonly property real fit: reading.pictureWidth > 0 ? Math.min((width - 2 * Theme.s5) / reading.pictureWidth, (height - Theme.s5 - Theme.s7 - Theme.s4) / reading.pictureHeight, 2) : 1
    readonly property real scaleNow: zoom > 0 ? zoom : Math.max(fit, 0.01)
    readonly property bool choosing: mouse.anchor >= 0  // lines are being dragged over
    signal chosen(int first, int last)  // -1, -1: none

    function zoomBy(factor: real, x: real, y: real) {
        const left = (view.contentX + x - paper.x) / scaleNow
        const top = (view.contentY + y - paper.y) / scaleNow
        zoom = Math.min(16, Math.max(Math.min(fit, actual) / 2, scaleNow * factor))
        view.contentX = Math.max(0, Math.min(sheet.width - view.width, paper.x + left * scaleNow - x))
        view.contentY = Math.max(0, Math.min(sheet.height - view.height, paper.y + top * scaleNow - y))
    }
    function zoomMiddle(factor: real) { zoomBy(factor, view.width / 2, view.height / 2) }
    // Fits, or shows it pixel for pixel at a place of the view.
    function toggleZoom(x: real, y: real) {
        if (Math.abs(scaleNow - actual) < 1e-6) zoom = 0
        else zoomBy(actual / scaleNow, x, y)
    }
    function moveBy(x: real, y: real) {
        view.contentX = Math.max(0, Math.min(sheet.width - view.width, view.contentX + x))
        view.contentY = Math.max(0, Math.min(sheet.height - view.height, view.contentY + y))
    }
    activeFocusOnTab: true
    Accessible.role: Accessible.Graphic
    Accessible.name: reading.name
    Accessible.description: [viewer?.modelText ?? "", reading.facts].filter(part => part).join(", ")
    Keys.onPressed: (event) => {
        if (event.modifiers & (Qt.ControlModifier | Qt.AltModifier)) return
        event.accepted = true
        switch (event.key) {
        case Qt.Key_Plus: case Qt.Key_Equal: zoomMiddle(1.25); break
        case Qt.Key_Minus: zoomMiddle(0.8); break
        case Qt.Key_0: zoom = 0; break
        case Qt.Key_1: zoomMiddle(actual / scaleNow); break
        case Qt.Key_G: if (hasGrid) gridShown = !gridShown; break
        case Qt.Key_Left: moveBy(-view.width / 8, 0); break
        case Qt.Key_Right: moveBy(view.width / 8, 0); break
        case Qt.Key_Up: moveBy(0, -view.height / 8); break
        case Qt.Key_Down: moveBy(0, view.height / 8); break
        case Qt.Key_PageUp: reading.show(reading.index - 1); break
        case Qt.Key_PageDown: reading.show(reading.index + 1); break
        default: event.accepted = false
        }
    }
    // Brings a place that a reply names into the middle, as large as it can be seen well with what is around it.
    function showPlace() {
        const place = viewer && viewer.place >= 0 && places ? places.onPicture(viewer.message, reading.index)[viewer.place] : null
        if (!place || view.width <= 0 || reading.pictureWidth <= 0) return
        const most = Math.max(fit, 2 * actual)
        const across = place.point ? most : 0.4 * view.width / Math.max(1, place.width * reading.pictureWidth)
        const down = place.point ? most : 0.4 * view.height / Math.max(1, place.height * reading.pictureHeight)
        const wanted = Math.min(across, down, most)
        zoom = wanted > fit * 1.1 ? wanted : 0
        view.contentX = Math.max(0, Math.min(sheet.width - view.width, paper.x + (place.x + place.width / 2) * paper.width - view.width / 2))
        view.contentY = Math.max(0, Math.min(sheet.height - view.height, paper.y + (place.y + place.height / 2) * paper.height - view.height / 2))
        placeShown = places.placeKey(viewer.message, reading.index, viewer.place)
        places.pointed = placeShown
    }
    property string placeShown
    // Once, as soon as it is known how large the view is.
    function showPlaceFirst() { if (!placeShown) showPlace() }
    Component.onCompleted: Qt.callLater(showPlaceFirst)
    onWidthChanged: Qt.callLater(showPlaceFirst)
    onHeightChanged: Qt.callLater(showPlaceFirst)
    Component.onDestruction: if (placeShown && places.pointed === placeShown) places.pointed = ""
    // Scrolls so far that the line is seen.
    function reveal(line: int) {
        const item = marks.itemAt(line)
        if (!item) return
        const x = paper.x + item.x
        const y = paper.y + item.y
        if (y < view.contentY || y + item.height > view.contentY + view.height)
            view.contentY = Math.max(0, Math.min(sheet.height - view.height, y + item.height / 2 - view.height / 2))
        if (x < view.contentX || x + Math.min(item.width, view.width) > view.contentX + view.width)
            view.contentX = Math.max(0, Math.min(sheet.width - view.width, x - Theme.s5))
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
        // A touchpad scrolls the picture, and zooms it with Ctrl.
        WheelHandler {
            onWheel: (event) => root.zoomBy(Math.pow(1.25, event.angleDelta.y / 120), point.position.x - view.contentX, point.position.y - view.contentY)
        }
        WheelHandler {
            acceptedDevices: PointerDevice.TouchPad
            acceptedModifiers: Qt.ControlModifier
            onWheel: (event) => root.zoomBy(Math.pow(1.25, event.angleDelta.y / 120), point.position.x - view.contentX, point.position.y - view.contentY)
        }
        PinchHandler {
            target: null
            property real before: 1
            onActiveChanged: before = 1
            onActiveScaleChanged: {
                if (!active || activeScale <= 0) return
                root.zoomBy(activeScale / before, centroid.position.x - view.contentX, centroid.position.y - view.contentY)
                before = activeScale
            }
        }
        Item {
            id: sheet
            width: Math.max(view.width, paper.width + 2 * Theme.s5)
            height: Math.max(view.height, paper.height + Theme.s5 + Theme.s7 + Theme.s4)
            Item {
                // In the middle of what the tools at the top leave free.
                id: paper
                x: Math.round((parent.width - width) / 2)
                y: Math.round((parent.height - height + Theme.s7 + Theme.s4 - Theme.s5) / 2)
                width: Math.round(root.reading.pictureWidth * root.scaleNow)
                height: Math.round(root.reading.pictureHeight * root.scaleNow)
                Image {
                    objectName: "readImage"
                    anchors.fill: parent
                    source: root.reading.source
                    asynchronous: true
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
                PatchGrid {
                    objectName: "patchGrid"
                    anchors.fill: parent
                    visible: root.gridShown && root.hasGrid
                    columns: root.viewer?.columns ?? 0
                    rows: root.viewer?.rows ?? 0
                }
                Repeater {
                    id: marks
                    objectName: "readLines"
                    model: root.reading.lines
                    Item {
                        id: line
                        required property int index
                        required property var modelData
                        readonly property bool marked: index >= root.firstMarked && index <= root.lastMarked
                        objectName: "readLine" + index
                        width: modelData.width * root.scaleNow + 4
                        height: modelData.height * root.scaleNow + 2
                        x: modelData.x * root.scaleNow - width / 2
                        y: modelData.y * root.scaleNow - height / 2
                        rotation: modelData.angle
                        visible: root.outlined || marked
                        Rectangle {
                            anchors.fill: parent
                            anchors.margins: -1
                            visible: line.marked
                            color: "transparent"
                            radius: 3
                            border.width: 4
                            border.color: Theme.markHalo
                        }
                        Rectangle {
                            anchors.fill: parent
                            antialiasing: line.rotation % 90 !== 0
                            radius: 2
                            color: line.marked ? (line.modelData.doubtful ? Theme.doubtFill : Theme.markFill) : "transparent"
                            border.width: line.marked || line.modelData.doubtful ? 2 : 1
                            border.color: line.modelData.doubtful ? Theme.doubt : Theme.mark
                            opacity: line.marked || line.modelData.doubtful ? 1 : 0.7
                        }
                    }
                }
                MouseArea {
                    id: mouse
                    objectName: "readMouse"
                    property int anchor: -1
                    property int kept: -1  // where Shift goes on from
                    readonly property real px: mouseX / root.scaleNow
                    readonly property real py: mouseY / root.scaleNow
                    anchors.fill: parent
                    hoverEnabled: true
                    readonly property bool movable: sheet.width > view.width || sheet.height > view.height
                    cursorShape: containsMouse && root.reading.lineAt(px, py) >= 0 ? Qt.IBeamCursor
                        : !movable ? Qt.ArrowCursor : view.dragging ? Qt.ClosedHandCursor : Qt.OpenHandCursor
                    function choose(from: int, to: int) { root.chosen(Math.min(from, to), Math.max(from, to)) }
                    onPressed: (event) => {
                        const line = root.reading.lineAt(event.x / root.scaleNow, event.y / root.scaleNow)
                        const extend = (event.modifiers & Qt.ShiftModifier) && kept >= 0
                        anchor = line < 0 ? -1 : extend ? kept : line
                        preventStealing = anchor >= 0
                        if (anchor >= 0) choose(anchor, line)
                    }
                    onPositionChanged: (event) => {
                        if (anchor >= 0) choose(anchor, root.reading.nearestLine(event.x / root.scaleNow, event.y / root.scaleNow))
                    }
                    onReleased: { if (anchor >= 0) kept = anchor; anchor = -1 }
                    onCanceled: anchor = -1
                    onClicked: (event) => {
                        if (root.reading.lineAt(event.x / root.scaleNow, event.y / root.scaleNow) < 0) root.chosen(-1, -1)
                    }
                    onDoubleClicked: (event) => {
                        if (root.reading.lineAt(event.x / root.scaleNow, event.y / root.scaleNow) < 0)
                            root.toggleZoom(paper.x + event.x - view.contentX, paper.y + event.y - view.contentY)
                    }
                }
                PlaceMarks {
                    objectName: "viewerPlaces"
                    anchors.fill: parent
                    visible: root.viewer !== null
                    viewer: root.viewer
                    places: root.places
                    message: root.viewer?.message ?? -1
                    picture: root.reading.index
                }
            }
        }
    }
    Rectangle {
        anchors.fill: parent
        visible: root.activeFocus && root.ringed
        color: "transparent"
        border.width: 2
        border.color: Theme.accent
    }
    property bool ringed: true  // false: the picture was opened, nobody has come here by Tab
    onActiveFocusChanged: if (!activeFocus) ringed = true
}
