import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// One place where the words were found: the conversation, when, and what stands around them.
AbstractButton {
    id: root
    required property var model    // of SearchResultsModel
    property bool chosen: false    // by the keyboard
    property bool narrow: false
    readonly property bool inTitle: model.kind === "title"
    focusPolicy: Qt.NoFocus
    implicitHeight: Math.max(narrow ? 0 : 96, words.implicitHeight + 24)
    Accessible.role: Accessible.ListItem
    Accessible.name: model.title
    Accessible.description: [when.text, inTitle ? "" : snippet.plainText].filter(part => part).join(", ")
    Accessible.selected: chosen
    HoverHandler { cursorShape: Qt.PointingHandCursor }
    background: Rectangle {
        radius: Theme.card
        color: root.down ? Theme.pressed : root.chosen ? Theme.sunken : root.hovered ? Theme.hover : Theme.raised
        border.width: root.chosen ? 2 : 1
        border.color: root.chosen ? Theme.accent : Theme.line
    }
    contentItem: Item {
        Rectangle {
            id: tile
            visible: !root.narrow
            x: 12
            y: 12
            width: 115
            height: Theme.sized(72)
            radius: Theme.small
            color: Theme.bubble
            clip: true
            PreviewImage {
                id: image
                objectName: "resultPicture"
                anchors.fill: parent
                source: root.model.picture
                fillMode: Image.PreserveAspectCrop
            }
            Icon { objectName: "resultGlyph"; anchors.centerIn: parent; visible: !image.drawn; glyph: root.model.kind === "picture" ? "image" : "chat"; size: 24; color: Theme.text3 }
            Rectangle { anchors.fill: parent; visible: image.drawn; color: "transparent"; border.width: 1; border.color: Theme.frame; radius: Theme.small }
        }
        ColumnLayout {
            id: words
            x: root.narrow ? 12 : 143
            y: 12
            width: parent.width - x - 16
            spacing: 6
            RowLayout {
                Layout.fillWidth: true
                spacing: 6
                Icon { glyph: root.inTitle ? "text" : root.model.kind === "picture" ? "image" : "chat"; size: 16; color: Theme.text3 }
                HitText {
                    objectName: "resultTitle"
                    role: "strong"
                    plain: root.model.title
                    hits: root.inTitle ? root.model.snippetHits : []
                    elide: Text.ElideRight
                    maximumLineCount: 1
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
                AppText { id: when; objectName: "resultWhen"; role: "caption"; color: Theme.text3; text: root.whenText(root.model.when) }
            }
            HitText {
                id: snippet
                objectName: "resultSnippet"
                readonly property string plainText: lead + plain
                lead: root.model.kind === "picture" && root.model.pictureName ? qsTr("Read in %1: ").arg(root.model.pictureName) : ""
                plain: root.inTitle ? qsTr("In the title") : root.model.snippet
                hits: root.inTitle ? [] : root.model.snippetHits
                paper: Theme.accentSoft
                color: root.inTitle ? Theme.text3 : Theme.text2
                wrapMode: Text.Wrap
                lineHeight: 1.35
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
    }
    padding: 0
    // The short form of the C locale has seconds.
    readonly property var timeFormat: Qt.locale().name === "C" ? "hh:mm" : Locale.ShortFormat
    function whenText(time: date): string {
        const now = new Date()
        const day = new Date(now.getFullYear(), now.getMonth(), now.getDate())
        if (time >= day) return qsTr("Today, %1").arg(time.toLocaleTimeString(Qt.locale(), timeFormat))
        if (time >= new Date(day.getTime() - 86400000)) return qsTr("Yesterday")
        return time.toLocaleDateString(Qt.locale(), Locale.ShortFormat)
    }
}
