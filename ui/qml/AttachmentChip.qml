import QtQuick
import QtQuick.Layouts
import Sightline

// An attached picture: thumbnail, name, original -> model size, tokens, seconds. A refused one is a red tile with its reason.
Rectangle {
    id: root
    property string name
    property url thumbnail
    property string sizeText
    property string tokensText
    property string secondsText
    property string error
    property bool loading: false
    signal closed()
    signal readWanted()
    readonly property string cost: error ? error : loading ? qsTr("Reading the picture…")
        : [tokensText, secondsText].filter(part => part).join(" · ")
    implicitWidth: 272
    implicitHeight: Math.max(60, labels.implicitHeight + 16)
    radius: Theme.control
    color: error ? Theme.dangerSoft : Theme.sunken
    border.width: 1
    border.color: error ? Theme.danger : Theme.line
    Accessible.role: Accessible.ListItem
    Accessible.name: name
    Accessible.description: error ? error : [sizeText, tokensText, secondsText].filter(part => part).join(", ")

    Rectangle {
        id: frame
        x: 6
        anchors.verticalCenter: parent.verticalCenter
        width: 64
        height: 48
        radius: Theme.small
        color: root.error ? "transparent" : Theme.canvas
        border.width: root.error ? 0 : 1
        border.color: Theme.frame
        Image {
            anchors.fill: parent
            anchors.margins: 1
            visible: !root.error
            source: root.thumbnail
            sourceSize: Qt.size(128, 96)
            fillMode: Image.PreserveAspectFit
            asynchronous: true
        }
        Icon { anchors.centerIn: parent; visible: root.error; glyph: "error"; color: Theme.danger }
        Icon { anchors.centerIn: parent; visible: root.loading && !root.error; glyph: "image"; color: Theme.text3 }
    }
    ColumnLayout {
        id: labels
        anchors.left: frame.right
        anchors.leftMargin: Theme.s2 + 2
        anchors.right: close.left
        anchors.rightMargin: 2
        anchors.verticalCenter: parent.verticalCenter
        spacing: 1
        AppText {
            role: "caption"
            text: root.name
            font.weight: Font.Medium
            elide: Text.ElideMiddle
            color: root.error ? Theme.dangerText : Theme.text
            Layout.fillWidth: true
        }
        AppText {
            objectName: "chipSize"
            visible: text && !root.error
            role: "micro"
            font.weight: Font.Normal
            text: root.sizeText
            color: Theme.text2
            elide: Text.ElideRight
            Layout.fillWidth: true
        }
        AppText {
            objectName: "chipCost"
            visible: text !== ""
            role: "micro"
            font.weight: Font.Normal
            text: root.cost
            color: root.error ? Theme.dangerText : Theme.text2
            wrapMode: root.error ? Text.Wrap : Text.NoWrap
            elide: root.error ? Text.ElideNone : Text.ElideRight
            Layout.fillWidth: true
        }
    }
    IconButton {
        objectName: "chipRead"
        visible: !root.loading && !root.error
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: 4
        glyph: "read"
        glyphSize: 16
        text: qsTr("Read text")
        implicitWidth: 24
        implicitHeight: 24
        Accessible.name: qsTr("Read text of %1").arg(root.name)
        onClicked: root.readWanted()
    }
    IconButton {
        id: close
        objectName: "chipClose"
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: 4
        glyph: "close"
        glyphSize: 14
        text: qsTr("Remove %1").arg(root.name)
        implicitWidth: 24
        implicitHeight: 24
        tint: root.error ? Theme.dangerText : Theme.text2
        onClicked: root.closed()
    }
}
