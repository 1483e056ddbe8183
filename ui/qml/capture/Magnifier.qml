import QtQuick
import Sightline

// The pixels around the pointer, eight times as large, with the place and the colour of the middle one.
Rectangle {
    id: root
    objectName: "magnifier"
    required property RegionChooser chooser
    readonly property int times: 8
    readonly property int pixels: 21
    width: pixels * times + 8
    height: pixels * times + 8 + 32
    radius: Theme.card
    color: Theme.overlayPanel

    // Beside the pointer, and not over the selection if there is room elsewhere.
    function place(pointer: point, chosen: rect, screen: size): point {
        const gap = 24
        const spots = [Qt.point(pointer.x + gap, pointer.y + gap), Qt.point(pointer.x - gap - width, pointer.y + gap),
                       Qt.point(pointer.x + gap, pointer.y - gap - height), Qt.point(pointer.x - gap - width, pointer.y - gap - height)]
        const fits = spots.filter(s => s.x >= 0 && s.y >= 0 && s.x + width <= screen.width && s.y + height <= screen.height)
        const free = fits.filter(s => s.x >= chosen.x + chosen.width || s.x + width <= chosen.x
                                      || s.y >= chosen.y + chosen.height || s.y + height <= chosen.y)
        const best = free.length > 0 ? free[0] : fits.length > 0 ? fits[0] : Qt.point(8, 8)
        return Qt.point(Math.round(best.x), Math.round(best.y))
    }

    Item {
        x: 4
        y: 4
        width: root.pixels * root.times
        height: width
        clip: true
        FrozenPicture { objectName: "magnified"; anchors.fill: parent; image: root.chooser.magnified }
        Repeater {
            model: root.pixels - 1
            Rectangle { required property int index; x: (index + 1) * root.times; width: 1; height: parent.height; color: Theme.overlayGrid }
        }
        Repeater {
            model: root.pixels - 1
            Rectangle { required property int index; y: (index + 1) * root.times; height: 1; width: parent.width; color: Theme.overlayGrid }
        }
        // A corner between pixels is chosen, not a pixel: the lines run before the middle one.
        Rectangle { x: Math.floor(root.pixels / 2) * root.times - 1; width: 2; height: parent.height; color: Theme.overlayGrip }
        Rectangle { y: Math.floor(root.pixels / 2) * root.times - 1; height: 2; width: parent.width; color: Theme.overlayGrip }
    }
    Row {
        x: 10
        y: root.pixels * root.times + 8 + Math.round((32 - height) / 2) - 4
        spacing: 6
        Rectangle {
            width: 14
            height: 14
            radius: 3
            color: root.chooser.colour
            border.width: 1
            border.color: Theme.overlayKeyEdge
            anchors.verticalCenter: parent.verticalCenter
        }
        AppText {
            role: "micro"
            text: root.chooser.pixel.x + ", " + root.chooser.pixel.y + "  " + String(root.chooser.colour).toUpperCase()
            color: Theme.overlayText2
            font.family: Theme.fixedFamily
        }
    }
}
