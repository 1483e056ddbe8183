import QtQuick
import QtQuick.Controls.Basic
import Sightline

// Boxes and points that replies name, over a picture that has this item's size. A click offers what can be done with one.
Item {
    id: root
    required property var viewer  // a PictureViewer
    required property var places  // a ReplyPlaces
    property int message: -1
    property int picture: 0
    readonly property var shown: { places?.revision; return message < 0 || !places ? [] : places.onPicture(message, picture) }
    Repeater {
        model: root.shown
        AbstractButton {
            id: mark
            required property int index
            required property var modelData
            readonly property int boxLeft: Math.round(modelData.x * root.width)
            readonly property int boxTop: Math.round(modelData.y * root.height)
            readonly property int boxWidth: modelData.point ? 0 : Math.max(1, Math.round((modelData.x + modelData.width) * root.width) - boxLeft)
            readonly property int boxHeight: modelData.point ? 0 : Math.max(1, Math.round((modelData.y + modelData.height) * root.height) - boxTop)
            readonly property string key: root.places.placeKey(root.message, root.picture, index)
            readonly property bool here: hovered || visualFocus
            onHereChanged: {
                if (here) root.places.pointed = key
                else if (root.places.pointed === key) root.places.pointed = ""
            }
            readonly property bool pointedAt: root.places.pointed === key || hovered || visualFocus || menu.item?.place === index && menu.item.opened
            // A small one can still be hit.
            readonly property int roomX: Math.max(0, Math.ceil((24 - boxWidth) / 2))
            readonly property int roomY: Math.max(0, Math.ceil((24 - boxHeight) / 2))
            objectName: "place" + index
            x: boxLeft - roomX
            y: boxTop - roomY
            width: boxWidth + 2 * roomX
            height: boxHeight + 2 * roomY
            padding: 0
            z: -boxWidth * boxHeight / Math.max(1, root.width * root.height)  // small ones lie on large ones
            hoverEnabled: true
            text: modelData.label || (modelData.point ? qsTr("Point %1").arg(modelData.number) : qsTr("Box %1").arg(modelData.number))
            Accessible.role: Accessible.Button
            Accessible.name: text
            Accessible.description: root.viewer.coordinates(root.message, root.picture, index)
            HoverHandler { cursorShape: Qt.PointingHandCursor }
            onClicked: { menu.active = true; menu.item.openFor(mark, index) }
            Keys.onReturnPressed: clicked()
            Keys.onEnterPressed: clicked()
            Tip {
                visible: (mark.hovered || mark.visualFocus) && !(menu.item?.opened ?? false)
                text: mark.text
                keys: mark.Accessible.description
            }
            background: Item {
                Rectangle {
                    // The box: what lies inside of its border is what was named.
                    visible: !mark.modelData.point
                    x: mark.roomX - 1
                    y: mark.roomY - 1
                    width: mark.boxWidth + 2
                    height: mark.boxHeight + 2
                    color: "transparent"
                    radius: 1
                    border.width: 1
                    border.color: Theme.markHalo
                    Rectangle {
                        objectName: "placeBox" + mark.index
                        anchors.fill: parent
                        anchors.margins: 1
                        color: mark.pointedAt ? Theme.markFill : "transparent"
                        border.width: 2
                        border.color: Theme.mark
                    }
                }
                Rectangle {
                    visible: mark.modelData.point
                    anchors.centerIn: parent
                    width: mark.pointedAt ? 18 : 14
                    height: width
                    radius: width / 2
                    color: Theme.markHalo
                    Rectangle { anchors.fill: parent; anchors.margins: 2; radius: width / 2; color: Theme.mark }
                    Rectangle { anchors.centerIn: parent; width: 4; height: 4; radius: 2; color: Theme.markInk }
                }
                Rectangle {
                    // Left of the box, so that it never hides what it points at; inside where there is no room.
                    visible: root.shown.length > 1
                    x: Math.max(mark.roomX - (mark.modelData.point ? 28 : 22), -mark.x + 2)
                    y: mark.roomY + Math.round((mark.boxHeight - height) / 2)
                    width: Math.max(18, number.implicitWidth + 8)
                    height: 18
                    radius: 9
                    color: Theme.mark
                    border.width: 1
                    border.color: Theme.markHalo
                    AppText { id: number; anchors.centerIn: parent; role: "micro"; font.weight: Font.DemiBold; text: mark.modelData.number; color: Theme.markInk }
                }
                Rectangle {
                    visible: mark.visualFocus
                    anchors.fill: parent
                    anchors.margins: -3
                    color: "transparent"
                    radius: 3
                    border.width: 2
                    border.color: Theme.accent
                }
            }
        }
    }
    Loader {
        id: menu
        active: false
        sourceComponent: PlaceMenu { viewer: root.viewer; message: root.message; picture: root.picture }
    }
}
