import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import Sightline

// Where conversations are exported to and imported from. `transfer` is app/transfer/conversation_transfer.h.
Item {
    id: root
    required property var transfer
    property string format
    signal closed()
    readonly property var filters: ({
        pdf: qsTr("PDF (%1)").arg("*.pdf"), html: qsTr("Web page (%1)").arg("*.html"),
        md: qsTr("Markdown (%1)").arg("*.md"), json: qsTr("JSON (%1)").arg("*.json")
    })
    function exportConversation(conversation: string, title: string) {
        what.conversation = conversation
        what.title = title || qsTr("New conversation")
        what.open()
    }
    function importConversations() { files.open() }
    function backUp() { folder.open() }

    Connections {
        target: root.transfer
        function onReplaceWanted(conversation, file, format) {
            replace.conversation = conversation
            replace.file = file
            replace.format = format
            replace.open()
        }
    }
    ExportDialog {
        id: what
        onClosed: root.closed()
        onChosen: (format) => {
            root.format = format
            target.nameFilters = [root.filters[format]]
            target.defaultSuffix = format
            target.currentFile = target.currentFolder + "/" + encodeURIComponent(root.transfer.nameFor(title)) + "." + format
            target.open()
        }
    }
    FileDialog {
        id: target
        objectName: "exportFile"
        title: qsTr("Export the conversation")
        fileMode: FileDialog.SaveFile
        options: FileDialog.DontConfirmOverwrite  // asked here, whatever dialog the system has
        onAccepted: root.transfer.exportTo(what.conversation, selectedFile, root.format, false)
    }
    FileDialog {
        id: files
        title: qsTr("Import conversations")
        fileMode: FileDialog.OpenFiles
        nameFilters: [root.filters.json, qsTr("All files (%1)").arg("*")]
        onAccepted: root.transfer.importFrom(selectedFiles)
    }
    FolderDialog {
        id: folder
        title: qsTr("Back up everything into this folder")
        onAccepted: root.transfer.backUp(selectedFolder)
    }
    AppDialog {
        id: replace
        property string conversation
        property url file
        property string format
        objectName: "replaceDialog"
        width: Math.min(440, parent ? parent.width - 48 : 440)
        heading: qsTr("Replace the file?")
        onOpened: keep.forceActiveFocus(Qt.PopupFocusReason)
        onClosed: root.closed()
        AppText {
            Layout.fillWidth: true
            wrapMode: Text.Wrap
            color: Theme.text2
            lineHeight: 1.3
            text: qsTr("“%1” is there already. What is in it would be lost.").arg(decodeURIComponent(replace.file.toString().replace(/^.*\//, "")))
        }
        buttons: [
            AppButton { id: keep; objectName: "replaceCancel"; text: qsTr("Cancel"); onClicked: replace.close() },
            AppButton { objectName: "replaceConfirm"; kind: "primary"; text: qsTr("Replace"); onClicked: { replace.close(); root.transfer.exportTo(replace.conversation, replace.file, replace.format, true) } }
        ]
    }
}
