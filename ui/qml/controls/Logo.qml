import QtQuick
import Sightline

// The mark: a viewfinder around one line of sight.
Rectangle {
    id: root
    property int size: 28
    implicitWidth: size
    implicitHeight: size
    radius: size * 0.28
    color: Theme.accent
    Icon { anchors.centerIn: parent; glyph: "logo"; size: root.size * 0.8; color: Theme.accentInk }
}
