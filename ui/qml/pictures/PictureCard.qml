import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// A picture in a turn, with its name, size and cost below, and with what the replies name on it. A click opens it large.
Card {
    id: root
    property url source
    property size pictureSize  // of the original, in pixels; 0 = not known
    readonly property bool lost: source == "" || shown.lost
    property string name
    property string caption
    property int maximumWidth: 384
    property var chat
    property int message: -1
    property int picture: 0
    signal readWanted()
    signal openWanted()
    // Nothing moves when the picture comes.
    readonly property real ratio: lost ? 0.4 : pictureSize.width > 0 ? pictureSize.height / pictureSize.width
        : shown.implicitWidth > 0 ? shown.implicitHeight / shown.implicitWidth : 0.625
    readonly property real ownWidth: pictureSize.width || shown.implicitWidth || maximumWidth
    // Never larger than the picture itself, so that small text stays sharp.
    readonly property real shownWidth: lost ? Math.min(maximumWidth, 240) : Math.min(maximumWidth, ownWidth, 320 / ratio)
    implicitWidth: Math.max(shownWidth, Math.min(maximumWidth, labels.implicitWidth + read.width + 16), 160) + 8
    implicitHeight: frame.height + 8 + Math.max(labels.implicitHeight + 16, read.height + 8)
    Accessible.role: Accessible.Graphic
    Accessible.name: name
    Accessible.description: lost ? lostText.text : caption
    Rectangle {
        id: frame
        x: 4
        y: 4
        width: root.width - 8
        height: Math.max(32, Math.round(root.shownWidth * root.ratio))
        radius: Theme.control
        color: Theme.sunken
        PreviewImage {
            id: shown
            objectName: "cardImage"
            anchors.centerIn: parent
            width: root.shownWidth
            height: root.shownWidth * root.ratio
            source: root.source
            fillMode: Image.PreserveAspectFit
        }
        Rectangle {
            anchors.fill: shown
            visible: shown.drawn
            color: "transparent"
            border.width: 1
            border.color: Theme.frame
        }
        ColumnLayout {
            anchors.centerIn: parent
            width: parent.width - 2 * Theme.s3
            visible: root.lost
            spacing: Theme.s1
            Icon { glyph: "image"; size: 20; color: Theme.text3; Layout.alignment: Qt.AlignHCenter }
            AppText {
                id: lostText
                objectName: "pictureLost"
                role: "caption"
                color: Theme.text2
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.Wrap
                text: qsTr("The file of this picture is gone or damaged.")
                Layout.fillWidth: true
            }
        }
        AbstractButton {
            id: opener
            enabled: !root.lost
            objectName: "pictureOpen"
            anchors.fill: parent
            text: qsTr("Open large")
            Accessible.role: Accessible.Button
            Accessible.name: qsTr("Open %1").arg(root.name)
            onClicked: root.openWanted()
            Keys.onReturnPressed: clicked()
            Keys.onEnterPressed: clicked()
            HoverHandler { cursorShape: Qt.PointingHandCursor }
            background: Item { FocusRing { visible: opener.visualFocus; anchors.margins: -2 } }
        }
        PlaceMarks {
            anchors.fill: shown
            visible: root.chat && shown.drawn
            viewer: root.chat?.viewer ?? null
            places: root.chat?.places ?? null
            message: root.message
            picture: root.picture
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
        enabled: !root.lost
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
