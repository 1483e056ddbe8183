import QtQuick
import QtQuick.Layouts
import Sightline

// The seconds until the screens are frozen, and how to cancel. `countdown` is ui/capture/delay_countdown.h.
Rectangle {
    id: root
    objectName: "countdown"
    required property var countdown
    readonly property bool esc: countdown.escWorks
    implicitWidth: row.implicitWidth + 48
    implicitHeight: Theme.sized(56)
    radius: countdown.floating ? 28 : 0
    color: countdown.floating ? Theme.overlayPanel : Theme.overlayDesk
    border.width: 1
    border.color: Theme.overlayEdge
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text
    RowLayout {
        id: row
        anchors.centerIn: parent
        width: Math.min(implicitWidth, root.width - 48)
        spacing: Theme.s3
        AppText {
            objectName: "countdownSeconds"
            role: "display"
            // As wide as any digit: the row stands still.
            Layout.minimumWidth: digits.advanceWidth
            horizontalAlignment: Text.AlignHCenter
            text: Math.max(1, root.countdown.seconds).toLocaleString(Qt.locale(), "f", 0)
            color: Theme.overlayAccent
            TextMetrics { id: digits; font.family: Theme.family; font.pixelSize: Theme.type.display[0]; font.weight: Theme.type.display[1]; text: "0" }
        }
        AppText {
            id: words
            text: qsTr("Open what is to be seen")
            color: Theme.overlayText
            Layout.fillWidth: true
            elide: Text.ElideRight
        }
        Row {
            spacing: Theme.s2
            Rectangle {
                width: key.implicitWidth + 14
                height: Theme.sized(22)
                radius: Theme.small
                color: Theme.overlayKey
                border.width: 1
                border.color: Theme.overlayKeyEdge
                AppText { id: key; anchors.centerIn: parent; role: "caption"; text: root.esc ? qsTr("Esc") : qsTr("Click"); color: Theme.overlayText; font.weight: Font.Medium }
            }
            AppText { role: "caption"; text: qsTr("cancel"); color: Theme.overlayText2; anchors.verticalCenter: parent.verticalCenter }
        }
    }
    TapHandler { onTapped: Qt.callLater(root.countdown.cancel) }
}
