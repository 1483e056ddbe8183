import QtQuick
import QtQuick.Controls.Basic
import Sightline

// A line of text.
TextField {
    id: root
    property string name
    property bool bad: false
    implicitWidth: 160
    implicitHeight: Theme.controlHeight
    leftPadding: Theme.s2
    rightPadding: Theme.s2
    topPadding: 0
    bottomPadding: 0
    verticalAlignment: Text.AlignVCenter
    font.family: Theme.family
    font.pixelSize: Theme.type.body[0]
    color: Theme.text
    placeholderTextColor: Theme.text3
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    renderType: Text.NativeRendering
    selectByMouse: true
    Accessible.role: Accessible.EditableText
    Accessible.name: name
    background: Rectangle {
        radius: Theme.control
        color: Theme.raised
        border.width: root.activeFocus || root.bad ? 2 : 1
        border.color: root.bad ? Theme.danger : root.activeFocus ? Theme.accent : Theme.edge
    }
}
