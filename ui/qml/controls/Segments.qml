import QtQuick
import QtQuick.Controls.Basic
import Sightline

// One choice of a few.
Rectangle {
    id: root
    property var options: []
    property int current: 0
    property string segmentName: "segment"  // of the objects, with their number behind it
    property bool equal: false  // all of one width, for a given width of the whole
    implicitHeight: Theme.controlHeight
    implicitWidth: row.implicitWidth + 4
    radius: Theme.control
    color: Theme.bubble
    Row {
        id: row
        x: 2
        y: 2
        Repeater {
            model: root.options
            AbstractButton {
                id: option
                required property int index
                required property string modelData
                readonly property bool chosen: index === root.current
                objectName: root.segmentName + index
                width: root.equal ? (root.width - 4) / root.options.length
                                  : Math.max(implicitContentWidth + 24, (root.width - 4) / root.options.length)
                padding: 2
                height: root.height - 4
                text: modelData
                Accessible.role: Accessible.RadioButton
                Accessible.name: text
                Accessible.checkable: true
                Accessible.checked: chosen
                onClicked: root.current = index
                background: Rectangle {
                    radius: 5
                    color: option.chosen ? Theme.segment : option.hovered ? Theme.hover : "transparent"
                    border.width: option.chosen ? 1 : 0
                    border.color: Theme.edge
                    FocusRing { visible: option.visualFocus; corner: 5 }
                }
                contentItem: AppText {
                    role: "caption"
                    text: option.text
                    font.weight: option.chosen ? Font.DemiBold : Font.Normal
                    color: option.chosen ? Theme.text : Theme.text2
                    horizontalAlignment: Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                    elide: Text.ElideRight
                }
            }
        }
    }
}
