import QtQuick
import Sightline

// What happened, what was kept, what to do: a bold fact, one sentence, at most three actions.
Rectangle {
    id: root
    property string kind: "warning"  // warning, danger, info
    property string fact
    property string sentence
    property var actions: []         // words; `triggered` tells which
    signal triggered(int action)
    readonly property color ink: kind === "danger" ? Theme.dangerText : kind === "warning" ? Theme.warningText : Theme.accentText
    readonly property bool tight: buttons.width > 0 && width < 520  // the actions stand below the words
    implicitHeight: Math.max(44, words.height + (tight ? buttons.height + 6 : 0) + 20)
    radius: Theme.card
    color: kind === "danger" ? Theme.dangerSoft : kind === "warning" ? Theme.warningSoft : Theme.accentSoft
    Accessible.role: Accessible.AlertMessage
    Accessible.name: [fact, sentence].filter(part => part).join(" ")
    Icon {
        x: Theme.s3
        anchors.verticalCenter: parent.verticalCenter
        glyph: root.kind === "danger" ? "error" : root.kind === "warning" ? "warning" : "info"
        color: root.kind === "danger" ? Theme.danger : root.kind === "warning" ? Theme.warning : Theme.accent
    }
    Column {
        id: words
        x: 44
        y: root.tight ? 10 : Math.round((root.height - height) / 2)
        width: root.width - x - Theme.s3 - (root.tight || buttons.width === 0 ? 0 : buttons.width + Theme.s4)
        spacing: 2
        AppText { role: "strong"; visible: text !== ""; text: root.fact; color: root.ink; wrapMode: Text.Wrap; width: parent.width }
        AppText { visible: text !== ""; text: root.sentence; color: root.ink; wrapMode: Text.Wrap; lineHeight: 1.3; width: parent.width }
    }
    Row {
        id: buttons
        x: root.tight ? words.x : root.width - width - Theme.s3
        y: root.tight ? words.y + words.height + 6 : Math.round((root.height - height) / 2)
        spacing: Theme.s4
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
    }
}
