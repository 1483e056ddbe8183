import QtQuick
import QtQuick.Controls.Basic
import Sightline

// A number in the text of a reply, where it names a place of a picture: the same as beside the mark on the picture. Whoever
// points at one of them sees which other it is; a click opens the picture there.
AbstractButton {
    id: root
    required property var badge  // of ReplyPlaces.inReply
    property var places          // a ReplyPlaces
    readonly property string key: places ? places.placeKey(badge.message, badge.picture, badge.place) : ""
    readonly property bool here: hovered || visualFocus
    readonly property bool lit: here || (places?.pointed ?? "") === key
    objectName: "badge" + badge.number
    implicitHeight: Theme.sized(20)
    padding: 0
    hoverEnabled: true
    text: badge.label || (badge.point ? qsTr("Point %1").arg(badge.number) : qsTr("Box %1").arg(badge.number))
    Accessible.role: Accessible.Button
    Accessible.name: qsTr("%1: %2", "number and name of a place").arg(badge.number).arg(text)
    Accessible.description: qsTr("Show in the picture")
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()
    onHereChanged: {
        if (!places) return
        if (here) places.pointed = key
        else if (places.pointed === key) places.pointed = ""
    }
    HoverHandler { cursorShape: Qt.PointingHandCursor }
    background: Rectangle {
        radius: height / 2
        color: root.lit ? Theme.mark : Theme.raised
        border.width: root.lit ? 0 : 2
        border.color: Theme.mark
        FocusRing { visible: root.visualFocus; corner: 12 }
    }
    contentItem: AppText {
        role: "micro"
        font.weight: Font.DemiBold
        text: root.badge.number
        color: root.lit ? Theme.markInk : Theme.accentText
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
    }
    Tip { visible: root.here && !root.down; text: root.text; keys: qsTr("Show in the picture") }
}
