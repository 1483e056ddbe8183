import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// One model of the page: what it is, what it needs, and what can be done with it.
Card {
    id: root
    required property int index
    required property var model
    required property var models     // the ModelLibrary
    property real loadProgress: 0
    property string loadText
    property bool narrow: false
    readonly property string modelState: model.state
    readonly property bool broken: modelState === "broken"
    readonly property bool loaded: modelState === "loaded"
    readonly property bool reader: model.kind === "reader"
    implicitHeight: Math.max(88, body.implicitHeight + 28)
    border.width: loaded ? 2 : 1
    border.color: loaded ? Theme.accent : Theme.line
    Accessible.role: Accessible.ListItem
    Accessible.name: [model.name, stateWord.text, model.problem || model.description, model.facts].filter(part => part).join(". ")

    GridLayout {
        id: body
        x: Theme.s4
        y: 14
        width: parent.width - Theme.s4 - Theme.s3
        columns: root.narrow ? 1 : 2
        columnSpacing: Theme.s4
        rowSpacing: Theme.s3
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s4
            Rectangle {
                Layout.alignment: Qt.AlignTop
                implicitWidth: 40
                implicitHeight: Theme.sized(40)
                radius: Theme.card
                color: root.broken ? Theme.dangerSoft : root.loaded ? Theme.accentSoft : Theme.bubble
                Icon {
                    anchors.centerIn: parent
                    glyph: root.broken ? "error" : root.reader ? "read" : "model"
                    color: root.broken ? Theme.danger : root.loaded ? Theme.accent : Theme.text2
                }
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 4
                RowLayout {
                    Layout.fillWidth: true
                    spacing: Theme.s2
                    AppText { objectName: "modelName" + root.index; role: "title"; text: root.model.name; elide: Text.ElideMiddle; Layout.fillWidth: true; Layout.maximumWidth: implicitWidth + 1 }
                    Rectangle {
                        visible: stateWord.text !== ""
                        implicitWidth: stateWord.implicitWidth + 16
                        implicitHeight: Theme.sized(20)
                        radius: 10
                        color: Theme.accentSoft
                        AppText {
                            id: stateWord
                            objectName: "modelState" + root.index
                            anchors.centerIn: parent
                            role: "micro"
                            color: Theme.accentText
                            text: root.loaded ? qsTr("Loaded") : root.modelState === "checking" ? qsTr("Being looked at") : ""
                        }
                    }
                    Rectangle {
                        visible: root.model.opensAtStart
                        implicitWidth: startWord.implicitWidth + 16
                        implicitHeight: Theme.sized(20)
                        radius: 10
                        color: Theme.bubble
                        AppText { id: startWord; anchors.centerIn: parent; role: "micro"; color: Theme.text2; text: qsTr("Opens at the start") }
                    }
                    Item { Layout.fillWidth: true }
                }
                AppText {
                    objectName: "modelDescription" + root.index
                    visible: text !== ""
                    Layout.fillWidth: true
                    wrapMode: Text.Wrap
                    text: root.broken ? root.model.problem : root.model.description
                    color: root.broken ? Theme.danger : Theme.text2
                }
                AppText {
                    visible: !root.broken && text !== ""
                    objectName: "modelWarning" + root.index
                    Layout.fillWidth: true
                    wrapMode: Text.Wrap
                    text: root.model.problem
                    color: Theme.warning
                }
                AppText { objectName: "modelFacts" + root.index; visible: text !== ""; role: "caption"; color: Theme.text3; text: root.model.facts; Layout.fillWidth: true; wrapMode: Text.Wrap }
                AppText {
                    objectName: "modelPacked" + root.index
                    visible: root.model.packed !== ""
                    role: "caption"
                    color: Theme.text3
                    text: qsTr("Packed for this computer: %1 on disk").arg(root.model.packed)
                    Layout.fillWidth: true
                    wrapMode: Text.Wrap
                }
                AppText { visible: text !== ""; role: "caption"; color: Theme.text3; text: root.model.folder; elide: Text.ElideMiddle; Layout.fillWidth: true }
            }
        }
        RowLayout {
            visible: !root.reader
            Layout.alignment: Qt.AlignRight | Qt.AlignVCenter
            spacing: Theme.s2
            ColumnLayout {
                visible: root.modelState === "loading"
                spacing: 6
                Layout.preferredWidth: 160
                AppText { role: "caption"; color: Theme.text2; text: root.loadText; wrapMode: Text.Wrap; Layout.fillWidth: true }
                ProgressLine { Layout.fillWidth: true; value: root.loadProgress }
            }
            AppButton {
                objectName: "modelStop" + root.index
                visible: root.modelState === "loading"
                text: qsTr("Stop")
                Accessible.name: qsTr("Stop loading %1").arg(root.model.name)
                onClicked: root.models.unload()
            }
            AppButton {
                objectName: "modelLoad" + root.index
                visible: root.modelState === "available"
                text: qsTr("Load")
                Accessible.name: qsTr("Load %1").arg(root.model.name)
                onClicked: root.models.load(root.index)
            }
            AppButton {
                objectName: "modelUnload" + root.index
                visible: root.loaded
                text: qsTr("Unload")
                tip: qsTr("Gives its memory back. It is loaded again when you write.")
                Accessible.name: qsTr("Unload %1").arg(root.model.name)
                onClicked: root.models.unload()
            }
            AppButton {
                objectName: "modelCheck" + root.index
                visible: root.broken
                text: qsTr("Check again")
                Accessible.name: qsTr("Check %1 again").arg(root.model.name)
                onClicked: root.models.check(root.index)
            }
            IconButton {
                id: more
                objectName: "modelMore" + root.index
                glyph: "more"
                text: qsTr("More")
                Accessible.name: qsTr("More about %1").arg(root.model.name)
                Accessible.role: Accessible.ButtonMenu
                onClicked: menu.opened ? menu.close() : menu.open()
                Popup {
                    id: menu
                    x: more.width - width
                    y: more.height + 4
                    width: 300
                    padding: 6
                    margins: Theme.s2
                    focus: true
                    onOpened: startRow.forceActiveFocus(Qt.PopupFocusReason)
                    background: Card { Shadow { depth: 24; radius: Theme.card } }
                    contentItem: ColumnLayout {
                        spacing: 2
                        MenuRow {
                            id: startRow
                            objectName: "modelStart" + root.index
                            Layout.fillWidth: true
                            glyph: "check"
                            text: root.model.opensAtStart ? qsTr("Do not open at the start") : qsTr("Open at the start")
                            detail: root.model.opensAtStart ? qsTr("The model that was used last is opened") : qsTr("Whatever was used last")
                            onClicked: { menu.close(); root.models.openAtStart(root.index, !root.model.opensAtStart) }
                        }
                        MenuRow {
                            visible: !root.broken
                            Layout.fillWidth: true
                            glyph: "refresh"
                            text: qsTr("Check again")
                            onClicked: { menu.close(); root.models.check(root.index) }
                        }
                        MenuRow {
                            objectName: "modelPackedRemove" + root.index
                            visible: root.model.packed !== ""
                            Layout.fillWidth: true
                            glyph: "trash"
                            text: qsTr("Remove packed weights")
                            detail: qsTr("They are packed again at the next load")
                            onClicked: { menu.close(); root.models.removePacked(root.index) }
                        }
                        MenuRow {
                            objectName: "modelRemove" + root.index
                            visible: root.model.kind === "folder"
                            Layout.fillWidth: true
                            glyph: "close"
                            text: qsTr("Remove from this list")
                            detail: qsTr("The folder stays on the disk")
                            onClicked: { menu.close(); root.models.remove(root.index) }
                        }
                    }
                }
            }
        }
    }
}
