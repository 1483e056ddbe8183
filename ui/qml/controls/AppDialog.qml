import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Templates as T
import QtQuick.Layouts
import Sightline

// A modal card in the middle of the window: heading, content, and a row of buttons.
Popup {
    id: root
    property string heading
    property alias buttons: buttonRow.data
    default property alias content: column.data
    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(560, parent ? parent.width - 48 : 560)
    height: Math.min(implicitHeight, parent ? parent.height - 48 : implicitHeight)
    modal: true
    focus: true
    padding: Theme.s5
    background: Card { radius: Theme.panel; Shadow { depth: 24 } }
    T.Overlay.modal: Rectangle { color: Theme.scrim }
    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.normal; easing.type: Easing.OutCubic } }
    contentItem: ColumnLayout {
        spacing: Theme.s4
        Accessible.role: Accessible.Dialog
        Accessible.name: root.heading
        RowLayout {
            visible: root.heading
            Layout.fillWidth: true
            AppText { role: "heading"; text: root.heading; wrapMode: Text.Wrap; Layout.fillWidth: true; Accessible.role: Accessible.Heading; Accessible.name: text }
        }
        ColumnLayout { id: column; spacing: Theme.s3; Layout.fillWidth: true; Layout.fillHeight: true }
        RowLayout { id: buttonRow; spacing: Theme.s2; Layout.alignment: Qt.AlignRight }
    }
}
