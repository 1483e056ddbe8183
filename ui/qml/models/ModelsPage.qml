import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Dialogs
import QtQuick.Layouts
import Sightline

// The models of this computer, in place of the conversation. `closed` leads back to it.
FocusScope {
    id: root
    required property var chat
    readonly property var models: chat.models
    readonly property bool narrow: width < 700
    property string problem
    signal closed()
    signal fullModelWanted()
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Models")
    Keys.onEscapePressed: closed()
    onVisibleChanged: if (visible) enter()
    Component.onCompleted: Qt.callLater(enter)
    function enter() {
        problem = ""
        add.forceActiveFocus(Qt.OtherFocusReason)
        if (chat.computed) chat.computed.look()
    }
    function addFolder() { dialog.active = true; dialog.item.open() }
    Connections {
        target: root.models
        function onAdded(row: int) { root.problem = ""; list.positionViewAtIndex(row, ListView.Contain) }
        function onRefused(sentence: string) { root.problem = sentence }
    }

    Connections {
        target: root.chat.computed
        function onFailed(sentence: string) { root.problem = sentence }
    }

    Rectangle { anchors.fill: parent; color: Theme.canvas }
    ListView {
        id: list
        objectName: "modelList"
        anchors.fill: parent
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        readonly property int inner: Math.min(880, width - (root.narrow ? 2 * Theme.s4 : 64))
        readonly property int side: Math.round((width - inner) / 2)
        cacheBuffer: 2000
        spacing: Theme.s4
        model: root.models
        ScrollBar.vertical: AppScrollBar {}
        header: ColumnLayout {
            x: list.side
            width: list.inner
            spacing: Theme.s4
            GridLayout {
                Layout.topMargin: root.narrow ? Theme.s4 : Theme.s6
                Layout.fillWidth: true
                columns: root.narrow ? 1 : 2
                rowSpacing: Theme.s3
                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: 4
                    AppText { role: "heading"; text: qsTr("Models"); Accessible.role: Accessible.Heading; Accessible.name: text }
                    AppText { text: qsTr("Folders in the Hugging Face layout. They are read, never changed."); color: Theme.text2; wrapMode: Text.Wrap; Layout.fillWidth: true }
                }
                RowLayout {
                    spacing: Theme.s2
                    AppButton { id: addButton; objectName: "addModelFolder"; glyph: "folder"; text: qsTr("Add a folder…"); onClicked: root.addFolder(); Component.onCompleted: add.target = this }
                    IconButton { objectName: "modelsClose"; glyph: "close"; glyphSize: 18; text: qsTr("Back to the conversation"); keys: "Esc"; onClicked: root.closed() }
                }
            }
            Card {
                objectName: "memoryCard"
                visible: root.chat.status.computer.total > 0
                Layout.fillWidth: true
                implicitHeight: memory.implicitHeight + 28
                color: Theme.sunken
                ColumnLayout {
                    id: memory
                    x: Theme.s4
                    y: 14
                    width: parent.width - 2 * Theme.s4
                    spacing: Theme.s3
                    GridLayout {
                        Layout.fillWidth: true
                        columns: root.narrow ? 1 : 2
                        AppText { role: "strong"; text: qsTr("Memory of this computer"); Layout.fillWidth: true }
                        AppText { objectName: "computerMemory"; role: "caption"; color: Theme.text2; text: root.chat.status.computer.text ?? ""; wrapMode: Text.Wrap; Layout.maximumWidth: list.inner - 2 * Theme.s4 }
                    }
                    Rectangle {
                        Layout.fillWidth: true
                        implicitHeight: 8
                        radius: 4
                        color: Theme.track
                        Accessible.role: Accessible.ProgressBar
                        Accessible.name: root.chat.status.computer.text ?? ""
                        Rectangle { width: parent.width * Math.min(1, root.chat.status.computer.here + root.chat.status.computer.others); height: 8; radius: 4; color: Theme.outline }
                        Rectangle { width: Math.max(4, parent.width * root.chat.status.computer.here); height: 8; radius: 4; color: Theme.accent }
                    }
                }
            }
            Banner {
                objectName: "modelsProblem"
                visible: root.problem !== ""
                Layout.fillWidth: true
                sentence: root.problem
            }
            Item { implicitHeight: 1 }
        }
        delegate: Item {
            id: place
            required property int index
            required property var model
            width: ListView.view.width
            height: card.height
            ModelCard {
                id: card
                objectName: "modelCard" + place.index
                x: list.side
                width: list.inner
                height: implicitHeight
                index: place.index
                model: place.model
                models: root.models
                narrow: root.narrow
                loadProgress: root.chat.loadProgress
                loadText: root.chat.loadText
            }
        }
        footer: ColumnLayout {
            x: list.side
            width: list.inner
            spacing: Theme.s4
            Card {
                Layout.topMargin: Theme.s4
                Layout.fillWidth: true
                implicitHeight: idle.implicitHeight + 24
                GridLayout {
                    id: idle
                    x: Theme.s4
                    y: 12
                    width: parent.width - 2 * Theme.s4
                    columns: 2
                    columnSpacing: Theme.s4
                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: 2
                        AppText { role: "strong"; text: qsTr("Unload when idle, after minutes"); wrapMode: Text.Wrap; Layout.fillWidth: true }
                        AppText { role: "caption"; color: Theme.text3; text: qsTr("Gives the memory back. The model is loaded again while you write. 0 = never."); wrapMode: Text.Wrap; Layout.fillWidth: true }
                    }
                    NumberField {
                        objectName: "idleMinutes"
                        Layout.preferredWidth: 80
                        implicitHeight: Theme.controlHeight
                        name: qsTr("Minutes without use after which the model is unloaded")
                        value: root.models.idleMinutes
                        from: 0
                        to: 1440
                        decimals: 0
                        onEdited: (number) => root.models.idleMinutes = number
                    }
                }
            }
            Card {
                objectName: "computedCard"
                visible: root.chat.computed !== null
                Layout.fillWidth: true
                implicitHeight: computed.implicitHeight + 24
                GridLayout {
                    id: computed
                    x: Theme.s4
                    y: 12
                    width: parent.width - 2 * Theme.s4
                    columns: 2
                    columnSpacing: Theme.s4
                    readonly property string size: root.chat.computed?.sizeText ?? ""
                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: 2
                        AppText { role: "strong"; text: qsTr("Kept of earlier work"); wrapMode: Text.Wrap; Layout.fillWidth: true }
                        AppText {
                            objectName: "computedSize"
                            role: "caption"
                            color: Theme.text3
                            text: computed.size === "" ? qsTr("What was computed of pictures and long conversations. Nothing is kept now.")
                                                       : qsTr("What was computed of pictures and long conversations, so that it is not computed again. %1 on disk.").arg(computed.size)
                            wrapMode: Text.Wrap
                            Layout.fillWidth: true
                        }
                    }
                    AppButton {
                        objectName: "computedEmpty"
                        enabled: computed.size !== ""
                        text: qsTr("Empty")
                        Accessible.name: qsTr("Empty what is kept of earlier work")
                        onClicked: root.chat.computed.clear()
                    }
                }
            }
            Card {
                Layout.fillWidth: true
                Layout.bottomMargin: Theme.s6
                implicitHeight: get.implicitHeight + 32
                color: Theme.sunken
                ColumnLayout {
                    id: get
                    x: Theme.s4
                    y: Theme.s4
                    width: parent.width - 2 * Theme.s4
                    spacing: Theme.s3
                    AppText { role: "title"; text: qsTr("How to get a full model"); Accessible.role: Accessible.Heading; Accessible.name: text }
                    Paragraph {
                        role: "body"
                        color: Theme.text2
                        Layout.fillWidth: true
                        text: qsTr("Sightline downloads nothing. On a computer with a network get the folder Qwen3-VL-2B-Instruct from Hugging Face (4.3 GB), put it anywhere on this computer, and add it here.")
                    }
                    ModelFiles { Layout.fillWidth: true }
                }
            }
        }
    }
    QtObject {
        id: add
        property Item target
        function forceActiveFocus(reason: int) { if (target) target.forceActiveFocus(reason) }
    }
    Loader {
        id: dialog
        active: false
        sourceComponent: FolderDialog {
            title: qsTr("Add a folder with a model")
            onAccepted: root.models.add(selectedFolder)
        }
    }
}
