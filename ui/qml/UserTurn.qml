import QtQuick
import QtQuick.Layouts
import Sightline

ColumnLayout {
    id: root
    property string content
    property var pictures: []
    property int message: -1
    property var chat
    property var hits: []
    property int currentHit: -1
    signal readWanted(int picture)
    signal openWanted(int picture)
    function rectangleOf(position) { return mapFromItem(bubble, bubble.rectangleOf(position)) }
    spacing: Theme.s2
    Flow {
        Layout.alignment: Qt.AlignRight
        Layout.preferredWidth: Math.min(root.width, childrenWidth)
        readonly property real childrenWidth: {
            let sum = 0
            for (let i = 0; i < repeater.count; ++i) sum += (repeater.itemAt(i)?.implicitWidth ?? 0) + (i ? spacing : 0)
            return sum
        }
        visible: repeater.count > 0
        spacing: Theme.s2
        layoutDirection: Qt.RightToLeft
        Repeater {
            id: repeater
            model: root.pictures
            PictureCard {
                required property int index
                required property var modelData
                chat: root.chat
                message: root.message
                picture: index
                onReadWanted: root.readWanted(index)
                onOpenWanted: root.openWanted(index)
                objectName: "turnPicture"
                source: modelData.source
                name: modelData.name
                caption: modelData.caption ?? ""
                maximumWidth: Math.min(repeater.count > 1 ? 240 : 384, root.width - 8)
            }
        }
    }
    Bubble {
        id: bubble
        hits: root.hits
        currentHit: root.currentHit
        visible: root.content
        Layout.alignment: Qt.AlignRight
        text: root.content
        maximumWidth: Math.min(560, root.width)
    }
}
