import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// The text that was read, as text or as Markdown, to select and to copy; or why there is none.
Item {
    id: root
    required property var reading
    readonly property bool done: reading.state === "read"
    readonly property bool plain: formats.current === 0
    readonly property bool someChosen: field.selectionStart < field.selectionEnd
    // The lines that the selection touches: [first, last], -1 = none.
    property int firstMarked: -1
    property int lastMarked: -1

    function chosenText(): string { return someChosen ? field.getText(field.selectionStart, field.selectionEnd) : field.text }
    function chooseLines(first: int, last: int) {
        if (first < 0) { field.deselect(); return }
        formats.current = 0
        field.forceActiveFocus(Qt.MouseFocusReason)
        field.select(reading.lineBegin(first), reading.lineEnd(last))
    }
    function checkNext() {
        const line = reading.nextDoubtful(firstMarked)
        chooseLines(line, line)
    }
    function begin() {
        formats.current = 0
        field.cursorPosition = 0
        if (done) field.forceActiveFocus(Qt.OtherFocusReason)
    }
    onDoneChanged: Qt.callLater(begin)

    ColumnLayout {
        anchors.fill: parent
        visible: root.done
        spacing: 0
        Segments {
            id: formats
            objectName: "readingFormats"
            Layout.fillWidth: true
            Layout.margins: Theme.s4
            Layout.bottomMargin: Theme.s1
            options: [qsTr("Text"), qsTr("Markdown")]
        }
        Flickable {
            id: flick
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            flickableDirection: Flickable.AutoFlickIfNeeded
            ScrollBar.vertical: AppScrollBar {}
            ScrollBar.horizontal: AppScrollBar { implicitHeight: 14 }
            TextArea.flickable: TextArea {
                id: field
                objectName: "readText"
                // What spaces hold together is set in a fixed font and not wrapped.
                readonly property bool fixed: !root.plain || root.reading.aligned
                readOnly: true
                cursorVisible: activeFocus
                selectByMouse: true
                selectByKeyboard: true
                persistentSelection: true
                textFormat: TextEdit.PlainText
                wrapMode: root.plain && root.reading.aligned ? TextArea.NoWrap : TextArea.Wrap
                color: Theme.text
                selectionColor: Theme.accent
                selectedTextColor: Theme.accentInk
                font.family: fixed ? Theme.fixedFamily : Theme.family
                font.pixelSize: fixed ? Theme.type.body[0] : Theme.type.reading[0]
                renderType: Text.NativeRendering
                leftPadding: Theme.s4 + 4
                rightPadding: Theme.s4 + 4
                topPadding: Theme.s2
                bottomPadding: Theme.s5
                background: null
                Accessible.role: Accessible.EditableText
                Accessible.readOnly: true
                Accessible.name: qsTr("Text of the picture")
                Keys.onPressed: (event) => {
                    if (!event.matches(StandardKey.Copy) || root.someChosen) return
                    root.reading.copyText(root.chosenText())
                    event.accepted = true
                }
                StreamedText {
                    document: field.textDocument
                    text: root.plain ? root.reading.text : root.reading.markdown
                    readonly property real leading: Theme.leadingOf(text)
                    lineHeight: field.fixed ? Math.min(leading, 1.3) : leading
                }
                function mark() {
                    root.firstMarked = root.plain && selectionStart < selectionEnd ? root.reading.firstLineIn(selectionStart, selectionEnd) : -1
                    root.lastMarked = root.firstMarked < 0 ? -1 : root.reading.lastLineIn(selectionStart, selectionEnd)
                }
                onSelectionStartChanged: mark()
                onSelectionEndChanged: mark()
                onTextChanged: { deselect(); mark() }
            }
        }
        Rectangle { visible: check.visible; Layout.fillWidth: true; implicitHeight: 1; color: Theme.line }
        AppButton {
            id: check
            objectName: "checkLines"
            visible: root.reading.doubtfulLines > 0
            Layout.margins: Theme.s2
            Layout.leftMargin: Theme.s4
            kind: "quiet"
            glyph: "warning"
            ink: Theme.warning
            text: qsTr("%Ln line(s) to check", "", root.reading.doubtfulLines)
            tip: qsTr("Show the next one")
            onClicked: root.checkNext()
        }
    }
    ColumnLayout {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.s5, 320)
        visible: !root.done
        spacing: Theme.s3
        Icon {
            Layout.alignment: Qt.AlignHCenter
            size: 24
            glyph: root.reading.state === "failed" ? "error" : "read"
            color: root.reading.state === "failed" ? Theme.danger : Theme.text3
        }
        AppText {
            objectName: "readingSentence"
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            lineHeight: 1.3
            color: root.reading.state === "failed" ? Theme.text : Theme.text2
            text: root.reading.state === "failed" ? root.reading.problem
                  : root.reading.state === "empty" ? qsTr("There is no text in this picture.") : qsTr("Reading the text…")
            Accessible.role: Accessible.AlertMessage
            Accessible.name: text
        }
        ProgressLine {
            objectName: "readingLine"
            Layout.alignment: Qt.AlignHCenter
            Layout.preferredWidth: 160
            visible: root.reading.state === "reading"
            value: root.reading.progress
        }
        AppButton {
            objectName: "readAgain"
            Layout.alignment: Qt.AlignHCenter
            visible: root.reading.state === "failed"
            glyph: "refresh"
            text: qsTr("Try again")
            onClicked: root.reading.readAgain()
        }
    }
}
