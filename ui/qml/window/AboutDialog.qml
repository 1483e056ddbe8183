import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// What this is, which version, and under which licences it and what it uses may be used.
AppDialog {
    id: root
    property var licences: []  // [{name, use, licence, text}]
    property int chosen: -1
    objectName: "aboutDialog"
    onOpened: { chosen = -1; close2.forceActiveFocus(Qt.PopupFocusReason) }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.s4
        Logo { size: 48 }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2
            AppText { role: "heading"; text: "Sightline"; Layout.fillWidth: true }
            AppText {
                objectName: "version"
                color: Theme.text2
                text: qsTr("Version %1").arg(Qt.application.version)
                Layout.fillWidth: true
            }
        }
    }
    AppText {
        Layout.fillWidth: true
        wrapMode: Text.Wrap
        lineHeight: 1.4
        color: Theme.text2
        text: qsTr("Answers questions about pictures with a model that runs on this computer and nowhere else. No account, no telemetry, no network.")
    }
    AppText { role: "strong"; text: root.chosen < 0 ? qsTr("Licences") : root.licences[root.chosen].name; Layout.topMargin: Theme.s2 }
    Card {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.preferredHeight: Math.min(root.licences.length * 44 + 8, 320)
        Layout.minimumHeight: 96
        color: Theme.sunken
        clip: true
        ListView {
            id: list
            objectName: "licences"
            visible: root.chosen < 0
            anchors.fill: parent
            anchors.margins: 4
            model: root.licences
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: AppScrollBar {}
            delegate: AbstractButton {
                id: entry
                required property int index
                required property var modelData
                objectName: "licence" + index
                width: ListView.view.width
                implicitHeight: Theme.sized(44)
                text: modelData.name
                Accessible.role: Accessible.Button
                Accessible.name: modelData.name + ", " + modelData.licence
                onClicked: { root.chosen = index; scroll.ScrollBar.vertical.position = 0; back.forceActiveFocus(Qt.TabFocusReason) }
                Keys.onReturnPressed: clicked()
                onActiveFocusChanged: if (activeFocus) ListView.view.positionViewAtIndex(index, ListView.Contain)
                background: Rectangle {
                    radius: Theme.control
                    color: entry.down ? Theme.pressed : entry.hovered ? Theme.hover : "transparent"
                    border.width: entry.visualFocus ? 2 : 0
                    border.color: Theme.accent
                }
                contentItem: RowLayout {
                    spacing: Theme.s3
                    ColumnLayout {
                        spacing: 0
                        Layout.fillWidth: true
                        Layout.leftMargin: Theme.s2
                        AppText { text: entry.modelData.name; font.weight: Font.Medium; elide: Text.ElideRight; Layout.fillWidth: true }
                        AppText { role: "caption"; text: entry.modelData.use; color: Theme.text3; elide: Text.ElideRight; Layout.fillWidth: true }
                    }
                    AppText { role: "caption"; text: entry.modelData.licence; color: Theme.text2 }
                    Icon { glyph: "chevron-right"; size: 16; color: Theme.text3; Layout.rightMargin: Theme.s2 }
                }
            }
        }
        ScrollView {
            id: scroll
            visible: root.chosen >= 0
            anchors.fill: parent
            anchors.margins: 4
            contentWidth: availableWidth
            clip: true
            ScrollBar.vertical: AppScrollBar { x: parent.width - width; height: parent.height }
            AppText {
                objectName: "licenceText"
                width: scroll.availableWidth
                padding: Theme.s2
                role: "caption"
                wrapMode: Text.Wrap
                lineHeight: 1.3
                text: root.chosen >= 0 ? root.licences[root.chosen].text : ""
            }
        }
    }
    buttons: [
        AppButton { id: back; objectName: "licenceBack"; visible: root.chosen >= 0; kind: "quiet"; text: qsTr("All licences"); onClicked: root.chosen = -1 },
        AppButton { id: close2; objectName: "aboutClose"; text: qsTr("Close"); onClicked: root.close() }
    ]
}
