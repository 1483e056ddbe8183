import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// A picture beside the text that was read in it. A selection in the text marks its lines on the picture, and a click on a
// line selects its text.
Rectangle {
    id: root
    required property var reading
    property bool narrow: false
    readonly property bool done: reading.state === "read"
    signal closed()
    color: Theme.canvas
    onVisibleChanged: if (visible) { picture.zoom = 0; formats.current = 0; field.forceActiveFocus(Qt.OtherFocusReason) }
    Keys.onEscapePressed: closed()
    MouseArea { anchors.fill: parent; hoverEnabled: true; acceptedButtons: Qt.AllButtons; onWheel: (wheel) => wheel.accepted = true }
    Shortcut { sequence: "Esc"; enabled: root.visible; onActivated: root.closed() }

    Rectangle {
        id: bar
        width: parent.width
        height: Theme.topBar
        color: Theme.canvas
        Rectangle { anchors.bottom: parent.bottom; width: parent.width; height: 1; color: Theme.line }
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: Theme.s3
            anchors.rightMargin: Theme.s3
            spacing: Theme.s2
            IconButton { objectName: "readingClose"; glyph: "close"; text: qsTr("Close"); keys: "Esc"; onClicked: root.closed() }
            AppText {
                objectName: "readingName"
                role: "title"
                text: root.reading.name
                elide: Text.ElideMiddle
                Layout.maximumWidth: root.width * 0.3
                Accessible.role: Accessible.Heading
                Accessible.name: text
            }
            AppText {
                objectName: "readingFacts"
                role: "caption"
                visible: !root.narrow
                text: root.reading.facts
                color: Theme.text3
                elide: Text.ElideRight
                Layout.fillWidth: true
            }
            Item { visible: root.narrow; Layout.fillWidth: true }
            Segments {
                id: formats
                objectName: "readingFormats"
                visible: root.done
                options: [qsTr("Text"), qsTr("Markdown")]
            }
            AppButton {
                id: copy
                objectName: "readingCopy"
                property bool copied: false
                visible: root.done
                kind: "primary"
                glyph: copied ? "check" : "copy"
                text: copied ? qsTr("Copied") : field.selectedText ? qsTr("Copy selection") : qsTr("Copy all")
                onClicked: { root.reading.copyText(field.selectedText || field.text); copied = true; reset.restart() }
                Timer { id: reset; interval: 1500; onTriggered: copy.copied = false }
            }
        }
        ProgressLine {
            objectName: "readingLine"
            anchors.bottom: parent.bottom
            width: parent.width
            radius: 0
            visible: root.reading.state === "reading"
            value: root.reading.progress
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
            Layout.preferredWidth: 3
            Layout.preferredHeight: 1
            reading: root.reading
            onPicked: (line) => {
                if (line < 0) { field.deselect(); return }
                formats.current = 0
                field.forceActiveFocus(Qt.MouseFocusReason)
                field.select(root.reading.lines[line].begin, root.reading.lines[line].end)
            }
            Rectangle {
                anchors.left: parent.left
                anchors.top: parent.top
                anchors.margins: Theme.s3
                width: tools.implicitWidth + 8
                height: 40
                radius: Theme.card
                color: Theme.raised
                border.width: 1
                border.color: Theme.line
                RowLayout {
                    id: tools
                    anchors.centerIn: parent
                    spacing: 2
                    IconButton { objectName: "zoomOut"; glyph: "minus"; text: qsTr("Smaller"); keys: "Ctrl+−"; onClicked: picture.zoomBy(0.8) }
                    AppText {
                        role: "caption"
                        text: qsTr("%1 %").arg(Math.round(picture.scaleNow * 100))
                        horizontalAlignment: Text.AlignHCenter
                        Layout.preferredWidth: 44
                    }
                    IconButton { objectName: "zoomIn"; glyph: "plus"; text: qsTr("Larger"); keys: "Ctrl++"; onClicked: picture.zoomBy(1.25) }
                    IconButton { objectName: "zoomFit"; glyph: "image"; text: qsTr("Whole picture"); keys: "Ctrl+0"; active: picture.zoom === 0; onClicked: picture.zoom = 0 }
                }
            }
            Shortcut { sequences: [StandardKey.ZoomIn]; enabled: root.visible; onActivated: picture.zoomBy(1.25) }
            Shortcut { sequences: [StandardKey.ZoomOut]; enabled: root.visible; onActivated: picture.zoomBy(0.8) }
            Shortcut { sequence: "Ctrl+0"; enabled: root.visible; onActivated: picture.zoom = 0 }
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 2
            Layout.preferredHeight: 1
            Rectangle { width: root.narrow ? parent.width : 1; height: root.narrow ? 1 : parent.height; color: Theme.line }
            Flickable {
                id: flick
                anchors.fill: parent
                anchors.leftMargin: 1
                visible: root.done
                contentHeight: field.implicitHeight
                clip: true
                boundsBehavior: Flickable.StopAtBounds
                ScrollBar.vertical: AppScrollBar {}
                TextArea.flickable: TextArea {
                    id: field
                    objectName: "readText"
                    readOnly: true
                    selectByMouse: true
                    selectByKeyboard: true
                    persistentSelection: true
                    textFormat: TextEdit.PlainText
                    wrapMode: TextArea.Wrap
                    text: formats.current === 0 ? root.reading.text : root.reading.markdown
                    color: Theme.text
                    selectionColor: Theme.accent
                    selectedTextColor: Theme.accentInk
                    font.family: formats.current === 0 ? Theme.family : Theme.fixedFamily
                    font.pixelSize: Theme.type.reading[0]
                    renderType: Text.NativeRendering
                    leftPadding: Theme.s5
                    rightPadding: Theme.s5
                    topPadding: Theme.s4
                    bottomPadding: Theme.s5
                    background: null
                    Accessible.role: Accessible.EditableText
                    Accessible.name: qsTr("Text of the picture")
                    function mark() {
                        const some = formats.current === 0 && selectionStart < selectionEnd
                        picture.firstMarked = some ? root.firstLineFrom(selectionStart) : -1
                        picture.lastMarked = some ? root.lastLineBefore(selectionEnd) : -1
                        if (picture.firstMarked >= 0) picture.reveal(picture.firstMarked)
                    }
                    onSelectionStartChanged: mark()
                    onSelectionEndChanged: mark()
                    onTextChanged: { deselect(); mark() }
                }
            }
            ColumnLayout {
                anchors.centerIn: parent
                width: Math.min(parent.width - 2 * Theme.s5, 360)
                visible: !root.done
                spacing: Theme.s2
                Icon {
                    Layout.alignment: Qt.AlignHCenter
                    glyph: root.reading.state === "failed" ? "error" : "text"
                    color: root.reading.state === "failed" ? Theme.danger : Theme.text3
                }
                AppText {
                    objectName: "readingSentence"
                    Layout.fillWidth: true
                    horizontalAlignment: Text.AlignHCenter
                    wrapMode: Text.Wrap
                    color: Theme.text2
                    text: root.reading.state === "failed" ? root.reading.problem
                          : root.reading.state === "empty" ? qsTr("There is no text in this picture.") : qsTr("Reading the text…")
                }
            }
        }
    }
    // Lines that a selection touches.
    function firstLineFrom(position: int): int {
        const lines = reading.lines
        for (let i = 0; i < lines.length; ++i) if (lines[i].end > position) return i
        return -1
    }
    function lastLineBefore(position: int): int {
        const lines = reading.lines
        for (let i = lines.length - 1; i >= 0; --i) if (lines[i].begin < position) return i
        return -1
    }
}
