import QtQuick
import QtQuick.Controls.Basic
import Sightline

// Several lines of text that are kept: `edited` follows a pause in the typing, and leaving the field.
FocusScope {
    id: root
    property string value
    property string name
    property string hint
    property int lowest: 76
    property int highest: 200
    signal edited(string text)
    implicitHeight: Math.min(highest, Math.max(lowest, area.implicitHeight + 2))
    onValueChanged: if (area.text !== value && !pause.running) area.text = value
    function commit() {
        pause.stop()
        if (area.text !== value) edited(area.text)
    }
    Timer { id: pause; interval: 400; onTriggered: root.commit() }
    Rectangle {
        anchors.fill: parent
        radius: Theme.control
        color: Theme.raised
        border.width: area.activeFocus ? 2 : 1
        border.color: area.activeFocus ? Theme.accent : Theme.edge
    }
    Flickable {
        anchors.fill: parent
        anchors.margins: 2
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        contentHeight: area.implicitHeight
        ScrollBar.vertical: AppScrollBar {}
        TextArea.flickable: TextArea {
            id: area
            objectName: root.objectName + "Area"
            focus: true
            text: root.value
            placeholderText: root.hint
            placeholderTextColor: Theme.text3
            color: Theme.text
            selectionColor: Theme.accent
            selectedTextColor: Theme.accentInk
            wrapMode: TextArea.Wrap
            textFormat: TextEdit.PlainText
            selectByMouse: true
            font.family: Theme.family
            font.pixelSize: Theme.type.body[0]
            renderType: Text.NativeRendering
            leftPadding: 8
            rightPadding: 8
            topPadding: 5
            bottomPadding: 5
            background: null
            Accessible.role: Accessible.EditableText
            Accessible.name: root.name
            onTextChanged: if (activeFocus && text !== root.value) pause.restart()
            onActiveFocusChanged: if (!activeFocus) root.commit()
            Keys.onPressed: (event) => {
                if (event.key !== Qt.Key_Tab && event.key !== Qt.Key_Backtab) return
                const forward = event.key === Qt.Key_Tab
                nextItemInFocusChain(forward).forceActiveFocus(forward ? Qt.TabFocusReason : Qt.BacktabFocusReason)
                event.accepted = true
            }
        }
    }
}
