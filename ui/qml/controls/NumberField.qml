import QtQuick
import QtQuick.Controls.Basic
import Sightline

// An exact number. What is out of range or no number is refused: the field turns red, says the range, and keeps the old value.
TextField {
    id: root
    property real value: 0
    property real from: 0
    property real to: 1
    property real step: 1
    property int decimals: 0
    property string name
    readonly property bool bad: !accepts(text)
    signal edited(real number)

    function format(number: real): string { return Number(number).toLocaleString(Qt.locale(), "f", decimals) }
    // The locale's way of writing first, then the plain one with a point; NaN when it is neither.
    function parse(written: string): real {
        const trimmed = written.trim()
        if (trimmed === "") return NaN
        try { return Number.fromLocaleString(Qt.locale(), trimmed) } catch (error) { return Number(trimmed) }
    }
    function accepts(written: string): bool {
        const number = parse(written)
        return !isNaN(number) && number >= from && number <= to && (decimals > 0 || Number.isInteger(number))
    }
    function commit() {
        if (!accepts(text)) return  // not `bad`, which follows the text only after this signal
        const number = parse(text)
        if (Math.abs(number - value) > 1e-9) edited(number)
    }
    function show() { text = format(value) }
    function nudge(direction: int) {
        const number = Math.min(to, Math.max(from, (accepts(text) ? parse(text) : value) + direction * step))
        text = format(number)
        commit()
    }

    implicitWidth: Theme.sized(72)
    implicitHeight: Theme.rowControl
    leftPadding: Theme.s2
    rightPadding: Theme.s2
    topPadding: 0
    bottomPadding: 0
    horizontalAlignment: Text.AlignRight
    verticalAlignment: Text.AlignVCenter
    font.family: Theme.family
    font.pixelSize: Theme.type.body[0]
    color: Theme.text
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    renderType: Text.NativeRendering
    selectByMouse: true
    inputMethodHints: Qt.ImhFormattedNumbersOnly
    Accessible.role: Accessible.SpinBox
    Accessible.name: name
    Accessible.description: qsTr("%1 to %2").arg(format(from)).arg(format(to))
    background: Rectangle {
        radius: Theme.control
        color: Theme.raised
        border.width: root.activeFocus || root.bad ? 2 : 1
        border.color: root.bad ? Theme.danger : root.activeFocus ? Theme.accent : Theme.edge
    }
    // Not while the same number is being typed (0.5 must not become 0.50 under the cursor).
    onValueChanged: if (!activeFocus || Math.abs(parse(text) - value) > 1e-9) show()
    onTextEdited: commit()
    onActiveFocusChanged: if (activeFocus) selectAll(); else show()
    Component.onCompleted: show()
    Keys.onUpPressed: nudge(1)
    Keys.onDownPressed: nudge(-1)
    Keys.onReturnPressed: { commit(); if (!bad) { show(); selectAll() } }
    Keys.onEscapePressed: (event) => { if (bad || text !== format(value)) { show(); selectAll() } else event.accepted = false }
}
