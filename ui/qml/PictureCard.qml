import QtQuick
import QtQuick.Layouts
import Sightline

// A picture in a turn, with its name, size and cost below.
Card {
    id: root
    property url source
    property string name
    property string caption
    property int maximumWidth: 384
    signal readWanted()
    readonly property real ratio: picture.implicitWidth > 0 ? picture.implicitHeight / picture.implicitWidth : 0.625
    // Never larger than the picture itself, so that small text stays sharp.
    readonly property real shownWidth: Math.min(maximumWidth, picture.implicitWidth || maximumWidth, 320 / ratio)
    implicitWidth: Math.max(shownWidth, Math.min(maximumWidth, labels.implicitWidth + read.width + 16), 160) + 8
    implicitHeight: frame.height + 8 + Math.max(labels.implicitHeight + 16, read.height + 8)
    Accessible.role: Accessible.Graphic
    Accessible.name: name
    Accessible.description: caption
    Rectangle {
        id: frame
        x: 4
        y: 4
        width: root.width - 8
        height: Math.max(32, Math.round(root.shownWidth * root.ratio))
        radius: Theme.control
        color: Theme.sunken
        Image {
            id: picture
            anchors.centerIn: parent
            width: root.shownWidth
            height: root.shownWidth * root.ratio
            source: root.source
            asynchronous: true
            fillMode: Image.PreserveAspectFit
            smooth: true
            mipmap: true
        }
        Rectangle {
            anchors.fill: picture
            visible: picture.status === Image.Ready
            color: "transparent"
            border.width: 1
            border.color: Theme.frame
        }
    }
    GridLayout {
        // Name and facts in one line, or below each other where there is no room.
        id: labels
        x: 12
        y: frame.height + 8 + Math.round((root.height - frame.height - 12 - height) / 2)
        width: root.width - 24 - read.width
        columns: nameText.implicitWidth + captionText.implicitWidth + columnSpacing <= root.maximumWidth - 16 - read.width ? 2 : 1
        columnSpacing: Theme.s2
        rowSpacing: 2
        AppText { id: nameText; role: "caption"; text: root.name; font.weight: Font.Medium; elide: Text.ElideMiddle; Layout.maximumWidth: labels.width }
        AppText { id: captionText; role: "caption"; text: root.caption; color: Theme.text3; wrapMode: Text.Wrap; Layout.fillWidth: true }
    }
    IconButton {
        id: read
        objectName: "pictureRead"
        anchors.right: parent.right
        anchors.rightMargin: 6
        anchors.verticalCenter: labels.verticalCenter
        implicitWidth: Theme.rowControl
        implicitHeight: Theme.rowControl
        glyph: "read"
        glyphSize: 18
        text: qsTr("Read text")
        Accessible.name: qsTr("Read text of %1").arg(root.name)
        onClicked: root.readWanted()
    }
}
