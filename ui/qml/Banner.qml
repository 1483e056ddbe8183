import QtQuick
import QtQuick.Layouts
import Sightline

// What happened, what was kept, what to do: a bold fact, one sentence, at most three actions.
Rectangle {
    id: root
    property string kind: "warning"  // warning, danger, info
    property string fact
    property string sentence
    property var actions: []         // words; `triggered` tells which
    property bool closable: false
    signal triggered(int action)
    signal closed()
    readonly property color ink: kind === "danger" ? Theme.dangerText : kind === "warning" ? Theme.warningText : Theme.accentText
    readonly property bool tight: width < 520
    implicitHeight: Math.max(44, grid.implicitHeight + 20)
    radius: Theme.card
    color: kind === "danger" ? Theme.dangerSoft : kind === "warning" ? Theme.warningSoft : Theme.accentSoft
    Accessible.role: Accessible.AlertMessage
    Accessible.name: [fact, sentence].filter(part => part).join(" ")
    GridLayout {
        id: grid
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: Theme.s3
        anchors.rightMargin: root.closable ? Theme.s2 : Theme.s3
        columns: root.tight ? 2 : 3
        columnSpacing: Theme.s3
        rowSpacing: 6
        Icon {
            Layout.alignment: Qt.AlignVCenter
            glyph: root.kind === "danger" ? "error" : root.kind === "warning" ? "warning" : "info"
            color: root.kind === "danger" ? Theme.danger : root.kind === "warning" ? Theme.warning : Theme.accent
        }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2
            AppText { role: "strong"; visible: text !== ""; text: root.fact; color: root.ink; wrapMode: Text.Wrap; Layout.fillWidth: true }
            AppText { visible: text !== ""; text: root.sentence; color: root.ink; wrapMode: Text.Wrap; lineHeight: 1.3; Layout.fillWidth: true }
        }
        RowLayout {
            spacing: Theme.s4
            visible: root.actions.length > 0 || root.closable
            Layout.row: root.tight ? 1 : 0
            Layout.column: root.tight ? 1 : 2
            Repeater {
                model: root.actions
                LinkButton {
                    required property int index
                    required property string modelData
                    objectName: "bannerAction" + index
                    text: modelData
                    ink: root.ink
                    onClicked: root.triggered(index)
                }
            }
            IconButton {
                visible: root.closable
                glyph: "close"
                glyphSize: 16
                text: qsTr("Close")
                tint: root.ink
                implicitWidth: 28
                implicitHeight: 28
                onClicked: root.closed()
            }
        }
    }
}
