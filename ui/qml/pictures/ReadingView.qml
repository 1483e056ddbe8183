import QtQuick
import QtQuick.Layouts
import Sightline

// A picture opened large, and beside it, once that is wanted, the text that was read in it. A selection in the text marks its
// lines on the picture, and lines that are clicked or dragged over on the picture are selected in the text.
Rectangle {
    id: root
    required property var reading
    property var viewer: null
    property var places: null
    property bool narrow: false
    readonly property bool viewing: reading.state === "viewing"
    signal closed()
    color: Theme.canvas
    Shortcut { sequence: "Esc"; onActivated: root.closed() }
    Component.onCompleted: {
        picture.ringed = false
        picture.forceActiveFocus(Qt.OtherFocusReason)
        Qt.callLater(words.begin)
    }
    // Another picture begins anew, also one whose text was known before.
    readonly property int shownIndex: reading.index
    onShownIndexChanged: { picture.zoom = 0; Qt.callLater(words.begin) }

    Rectangle {
        id: bar
        width: parent.width
        height: Theme.topBar
        color: Theme.canvas
        Rectangle { anchors.bottom: parent.bottom; width: parent.width; height: 1; color: Theme.line }
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: Theme.s5
            anchors.rightMargin: Theme.s3
            spacing: Theme.s2
            AppText {
                id: title
                objectName: "readingName"
                role: "title"
                text: root.reading.name
                elide: Text.ElideMiddle
                Layout.fillWidth: root.narrow
                Layout.maximumWidth: root.narrow ? -1 : Math.min(implicitWidth + 1, root.width * 0.45)
                Accessible.role: Accessible.Heading
                Accessible.name: text
            }
            AppText {
                objectName: "readingFacts"
                role: "caption"
                visible: !root.narrow
                text: [root.reading.pictureWidth > 0 ? root.reading.pictureWidth + " × " + root.reading.pictureHeight : "",
                       picture.gridShown ? root.viewer?.modelText ?? "" : "", root.reading.facts].filter(part => part).join(" · ")
                color: Theme.text3
                elide: Text.ElideRight
                Layout.topMargin: 2
                Layout.fillWidth: true
            }
            AppButton {
                objectName: "viewerRead"
                visible: root.viewing
                glyph: "read"
                text: qsTr("Read text")
                tip: qsTr("Finds the text in the picture, to select and to copy")
                onClicked: root.reading.read()
            }
            AppButton {
                id: copy
                objectName: "readingCopy"
                property bool copied: false
                visible: words.done
                kind: "primary"
                glyph: copied ? "check" : "copy"
                text: copied ? qsTr("Copied") : words.someChosen ? qsTr("Copy selection") : qsTr("Copy all")
                onClicked: { root.reading.copyText(words.chosenText()); copied = true; reset.restart() }
                Timer { id: reset; interval: 1500; onTriggered: copy.copied = false }
            }
            IconButton { id: close; objectName: "readingClose"; glyph: "close"; text: qsTr("Close"); keys: "Esc"; onClicked: root.closed() }
        }
    }
    GridLayout {
        // Beside each other; below each other in a narrow window.
        anchors.top: bar.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        columns: root.narrow ? 1 : 2
        columnSpacing: 0
        rowSpacing: 0
        ReadPicture {
            id: picture
            objectName: "readPicture"
            Layout.fillWidth: true
            Layout.fillHeight: true
            reading: root.reading
            viewer: root.viewer
            places: root.places
            firstMarked: words.firstMarked
            lastMarked: words.lastMarked
            // What is chosen on the picture is in sight.
            onFirstMarkedChanged: if (firstMarked >= 0 && !choosing) reveal(firstMarked)
            onChosen: (first, last) => words.chooseLines(first, last)
            PictureTools { x: Theme.s4; y: Theme.s4; reading: root.reading; picture: picture }
        }
        Item {
            visible: !root.viewing
            Layout.fillWidth: root.narrow
            Layout.fillHeight: !root.narrow
            Layout.preferredWidth: root.narrow ? -1 : Math.round(Math.max(304, Math.min(520, root.width * 0.4)))
            Layout.preferredHeight: root.narrow ? Math.round((root.height - bar.height) * 0.48) : -1
            ReadTextPane { id: words; anchors.fill: parent; reading: root.reading }
            Rectangle { width: root.narrow ? parent.width : 1; height: root.narrow ? 1 : parent.height; color: Theme.line }
        }
    }
}
