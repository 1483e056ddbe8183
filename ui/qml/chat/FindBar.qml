import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// Finds in the conversation: Enter goes on, Shift+Enter back, Esc closes.
Card {
    id: root
    property var find              // app/chat/conversation_find.h
    property real maximumWidth: 400
    signal closed()
    objectName: "findBar"
    visible: find.active
    width: Math.min(400, maximumWidth)
    height: Theme.sized(44)
    radius: Theme.card
    Shadow { depth: 8; visible: !Theme.dark }
    Accessible.role: Accessible.ToolBar
    Accessible.name: qsTr("Find in the conversation")
    function open() {
        find.active = true
        field.text = find.text
        field.forceActiveFocus(Qt.ShortcutFocusReason)
        field.selectAll()
    }
    function close() {
        find.active = false
        closed()
    }
    MouseArea { anchors.fill: parent }  // what misses a control does not reach the conversation
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.s3
        anchors.rightMargin: 6
        spacing: 2
        Icon { glyph: "search"; size: 18; color: Theme.text3 }
        TextField {
            id: field
            objectName: "findField"
            Layout.fillWidth: true
            Layout.leftMargin: 6
            padding: 0
            background: null
            color: Theme.text
            placeholderText: qsTr("Find in the conversation")
            placeholderTextColor: Theme.text3
            selectionColor: Theme.accent
            selectedTextColor: Theme.accentInk
            font.family: Theme.family
            font.pixelSize: Theme.type.reading[0]
            renderType: Text.NativeRendering
            selectByMouse: true
            Accessible.name: placeholderText
            onTextEdited: root.find.text = text
            Keys.onPressed: (event) => {
                event.accepted = true
                if (event.key === Qt.Key_Escape) root.close()
                else if (event.key === Qt.Key_Up || (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) && event.modifiers & Qt.ShiftModifier) root.find.previous()
                else if (event.key === Qt.Key_Down || event.key === Qt.Key_Return || event.key === Qt.Key_Enter) root.find.next()
                else event.accepted = false
            }
            Keys.onShortcutOverride: (event) => event.accepted = event.key === Qt.Key_Escape
        }
        AppText {
            objectName: "findCount"
            visible: root.find.text
            text: root.find.count > 0 ? qsTr("%L1 of %L2").arg(root.find.current).arg(root.find.count) : qsTr("Not found")
            color: root.find.count > 0 ? Theme.text3 : Theme.danger
            Layout.rightMargin: Theme.s1
            Accessible.name: text
            Accessible.role: Accessible.StaticText
        }
        IconButton { objectName: "findPrevious"; glyph: "chevron-up"; text: qsTr("Previous"); keys: "Shift+Enter"; enabled: root.find.count > 0; implicitWidth: 28; implicitHeight: 28; onClicked: root.find.previous() }
        IconButton { objectName: "findNext"; glyph: "chevron-down"; text: qsTr("Next"); keys: "Enter"; enabled: root.find.count > 0; implicitWidth: 28; implicitHeight: 28; onClicked: root.find.next() }
        IconButton { objectName: "findClose"; glyph: "close"; text: qsTr("Close"); keys: "Esc"; implicitWidth: 28; implicitHeight: 28; onClicked: root.close() }
    }
}
