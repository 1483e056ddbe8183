import QtQuick
import Sightline

// Text of a message: selectable, never interpreted, and cheap to append to while it streams.
TextEdit {
    id: root
    property string content
    property var hits: []          // of ConversationFind
    property int currentHit: -1
    property bool shared: false    // what is selected is a part of what the conversation has selected
    property int rangeFrom: -1     // that part, [from, to); -1 = nothing
    property int rangeTo: -1
    readonly property bool ranged: rangeFrom >= 0
    signal allWanted()
    signal focusLost()
    function showRange() {
        if (ranged) select(rangeFrom, rangeTo)
        else deselect()
    }
    onRangeFromChanged: showRange()
    onRangeToChanged: showRange()
    Component.onCompleted: if (ranged) showRange()
    Keys.priority: Keys.BeforeItem
    Keys.onPressed: (event) => {
        event.accepted = shared && event.matches(StandardKey.SelectAll)
        if (event.accepted) allWanted()
    }
    readonly property real naturalWidth: streamed.naturalWidth
    // What the line height leaves empty below the last line.
    readonly property real air: (streamed.lineHeight - 1) * metrics.height
    FontMetrics { id: metrics; font: root.font }
    readOnly: true
    selectByMouse: true
    selectByKeyboard: true
    persistentSelection: false
    activeFocusOnTab: true
    textFormat: TextEdit.PlainText
    wrapMode: TextEdit.Wrap
    color: Theme.text
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    font.family: Theme.family
    font.pixelSize: Theme.type.reading[0]
    renderType: Text.NativeRendering
    Accessible.role: Accessible.StaticText
    Accessible.name: content
    Accessible.readOnly: true
    StreamedText {
        id: streamed
        document: root.textDocument
        text: root.content
        lineHeight: Theme.leadingOf(root.content)
        hits: root.hits
        currentHit: root.currentHit
        hitColors: ({ ink: Theme.accentText, paper: Theme.accentSoft, currentInk: Theme.accentInk, currentPaper: Theme.accent })
    }
    onActiveFocusChanged: if (!activeFocus) { focusLost(); if (!ranged) deselect() }
    // Focus by the keyboard, as for controls; a click into the text shows no ring.
    FocusRing { visible: root.activeFocus && (root.focusReason === Qt.TabFocusReason || root.focusReason === Qt.BacktabFocusReason); corner: Theme.small }
}
