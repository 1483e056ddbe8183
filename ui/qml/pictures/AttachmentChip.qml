import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// An attached picture: thumbnail, name, original -> model size, and how the model will look at it, which a click changes. A
// document is a chip of its own, beside its pages. A refused one is a red tile with its reason.
Rectangle {
    id: root
    property string name
    property string note
    property url thumbnail
    property string sizeText
    property string tokensText
    property string secondsText
    property string error
    property bool loading: false
    property bool locked: false  // waits for its password
    property string detailText
    property var choices: []
    property string pages        // of a document
    property int pageCount: 0
    property var choosePages: (pages) => ""
    signal closed()
    signal readWanted()
    signal openWanted()
    signal detailChosen(string detail)
    readonly property bool document: pageCount > 0
    readonly property bool ready: !error && !loading && !locked && !document
    implicitWidth: 312
    implicitHeight: Math.max(60, labels.implicitHeight + 16)
    radius: Theme.control
    color: error ? Theme.dangerSoft : Theme.sunken
    border.width: 1
    border.color: error ? Theme.danger : Theme.line
    Accessible.role: Accessible.ListItem
    Accessible.name: name
    Accessible.description: error ? error : [note, sizeText, detailText || tokensText, secondsText].filter(part => part).join(", ")

    AbstractButton {
        id: frame
        objectName: "chipOpen"
        x: 6
        y: 6
        width: 64
        height: 48
        enabled: root.ready
        focusPolicy: root.ready ? Qt.StrongFocus : Qt.NoFocus
        Accessible.role: Accessible.Button
        Accessible.name: qsTr("Open %1").arg(root.name)
        onClicked: root.openWanted()
        Keys.onReturnPressed: clicked()
        Keys.onEnterPressed: clicked()
        HoverHandler { enabled: root.ready; cursorShape: Qt.PointingHandCursor }
        background: Rectangle {
            radius: Theme.small
            color: root.error ? "transparent" : Theme.canvas
            border.width: root.error ? 0 : 1
            border.color: frame.hovered ? Theme.outline : Theme.frame
            FocusRing { visible: frame.visualFocus; corner: Theme.small; anchors.margins: -2 }
        }
        contentItem: Item {
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
            Icon { anchors.centerIn: parent; visible: (root.document || root.locked) && !root.error; glyph: "document"; color: Theme.text2 }
        }
        Tip { visible: root.ready && (frame.hovered || frame.visualFocus); text: qsTr("Open large") }
    }
    ColumnLayout {
        id: labels
        anchors.left: frame.right
        anchors.leftMargin: Theme.s2 + 2
        anchors.right: parent.right
        anchors.rightMargin: 6
        anchors.verticalCenter: parent.verticalCenter
        spacing: 1
        AppText {
            role: "caption"
            text: root.name
            font.weight: Font.Medium
            elide: Text.ElideMiddle
            color: root.error ? Theme.dangerText : Theme.text
            Layout.fillWidth: true
            Layout.rightMargin: root.ready ? 48 : 24
        }
        AppText {
            objectName: "chipNote"
            visible: text && !root.error
            role: "micro"
            font.weight: Font.Normal
            text: root.note
            color: Theme.text2
            elide: Text.ElideRight
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
            text: root.error ? root.error : root.loading ? qsTr("Opening…") : root.locked ? qsTr("Encrypted")
                : root.document ? qsTr("Pages %1 of %L2").arg(root.pages.replace(/-/g, "–")).arg(root.pageCount)
                : root.choices.length ? "" : [root.tokensText, root.secondsText].filter(part => part).join(" · ")
            color: root.error ? Theme.dangerText : Theme.text2
            wrapMode: root.error ? Text.Wrap : Text.NoWrap
            elide: root.error ? Text.ElideNone : Text.ElideRight
            Layout.fillWidth: true
        }
        ChipButton {
            objectName: "chipDetail"
            visible: root.ready && root.choices.length > 0
            text: root.detailText
            Layout.fillWidth: true
            Accessible.name: qsTr("Picture detail: %1").arg(root.detailText)
            onClicked: { details.active = true; details.item.open() }
            Loader {
                id: details
                active: false
                sourceComponent: DetailMenu { y: -height - 4; choices: root.choices; onChosen: (detail) => root.detailChosen(detail) }
            }
        }
        ChipButton {
            objectName: "chipPages"
            visible: root.document && !root.error
            text: qsTr("Choose pages…")
            onClicked: { pageChoice.active = true; pageChoice.item.open() }
            Loader {
                id: pageChoice
                active: false
                sourceComponent: PagesPopup { y: -height - 4; name: root.name; pages: root.pages; pageCount: root.pageCount; choose: root.choosePages }
            }
        }
    }
    IconButton {
        objectName: "chipRead"
        visible: root.ready
        anchors.right: close.left
        anchors.verticalCenter: close.verticalCenter
        glyph: "read"
        glyphSize: 16
        text: qsTr("Read text")
        implicitWidth: 24
        implicitHeight: Theme.sized(24)
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
        text: root.document ? qsTr("Remove %1 with its pages").arg(root.name) : qsTr("Remove %1").arg(root.name)
        implicitWidth: 24
        implicitHeight: Theme.sized(24)
        tint: root.error ? Theme.dangerText : Theme.text2
        onClicked: root.closed()
    }
}
