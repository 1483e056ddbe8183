import QtQuick
import Sightline

// One frozen screen with the selection on it. Drawn only: pointer and keys go to the chooser.
Rectangle {
    id: root
    objectName: "regionOverlay"
    required property RegionChooser chooser
    property rect area  // of the picture
    color: Theme.overlayDesk
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Choose a region of the screen")
    Accessible.description: chooser.sizeText

    Item {
        id: screen
        x: root.area.x
        y: root.area.y
        width: root.area.width
        height: root.area.height
        readonly property rect chosen: root.chooser.selection
        readonly property bool has: root.chooser.hasSelection
        readonly property bool aiming: root.chooser.pointerInside && (root.chooser.dragging || !has)

        FrozenPicture { objectName: "frozenScreen"; anchors.fill: parent; image: root.chooser.picture }

        // Everything but the selection is dimmed. Without one these four are one.
        Rectangle { width: parent.width; height: screen.chosen.y; color: Theme.scrim }
        Rectangle { y: screen.chosen.y; width: screen.chosen.x; height: screen.chosen.height; color: Theme.scrim }
        Rectangle {
            x: screen.chosen.x + screen.chosen.width
            y: screen.chosen.y
            width: parent.width - x
            height: screen.chosen.height
            color: Theme.scrim
        }
        Rectangle {
            y: screen.chosen.y + screen.chosen.height
            width: parent.width
            height: parent.height - y
            color: Theme.scrim
        }

        Rectangle { visible: screen.aiming; x: Math.round(root.chooser.pointer.x); width: 1; height: parent.height; color: Theme.overlayLine }
        Rectangle { visible: screen.aiming; y: Math.round(root.chooser.pointer.y); height: 1; width: parent.width; color: Theme.overlayLine }

        SelectionFrame {
            visible: screen.has
            x: screen.chosen.x
            y: screen.chosen.y
            width: screen.chosen.width
            height: screen.chosen.height
            handles: !root.chooser.dragging && width >= 40 && height >= 40
        }

        Rectangle {
            id: size
            objectName: "sizeLabel"
            visible: screen.has
            readonly property real above: screen.chosen.y - height - 10
            width: sizeText.implicitWidth + 24
            height: Theme.sized(28)
            radius: Theme.control
            color: Theme.overlayPanel
            border.width: 1
            border.color: Theme.overlayEdge
            x: Math.max(0, Math.min(screen.chosen.x - 2, parent.width - width))
            y: above >= 0 ? above : Math.min(screen.chosen.y + 8, parent.height - height)
            AppText { id: sizeText; objectName: "sizeText"; anchors.centerIn: parent; text: root.chooser.sizeText; color: Theme.overlayText }
        }

        Magnifier {
            id: magnifier
            visible: screen.aiming
            chooser: root.chooser
            readonly property point spot: place(root.chooser.pointer, screen.chosen, Qt.size(parent.width, parent.height))
            x: spot.x
            y: spot.y
        }
    }

    KeyHints {
        id: hints
        chooser: root.chooser
        visible: root.chooser.pointerInside && !root.chooser.dragging
        // Away from where the pointer works.
        readonly property bool low: root.area.y + root.chooser.pointer.y < height + 100 || (screen.has && screen.chosen.y < height + 90)
        width: Math.min(implicitWidth, root.width - 32)
        anchors.horizontalCenter: parent.horizontalCenter
        y: low ? root.height - height - 44 : 44
    }
}
