import QtQuick
import QtQuick.Controls.impl
import Sightline

// A 20 x 20 outline icon in one colour, rasterised at the screen's own scale.
Item {
    id: root
    property string glyph
    property int size: 20
    property color color: Theme.text2
    implicitWidth: size
    implicitHeight: size
    Accessible.ignored: true
    IconImage {
        anchors.fill: parent
        sourceSize: Qt.size(root.size * Screen.devicePixelRatio, root.size * Screen.devicePixelRatio)
        fillMode: Image.PreserveAspectFit
        source: root.glyph ? "icons/" + root.glyph + ".svg" : ""
        color: root.color
    }
}
