import QtQuick
import QtQuick.Dialogs
import Sightline

// The system's own dialogs, made when first asked for.
Item {
    id: root
    required property var chat
    readonly property alias pictures: pictures
    readonly property alias model: model
    FileDialog {
        id: pictures
        title: qsTr("Add pictures or PDFs")
        fileMode: FileDialog.OpenFiles
        nameFilters: [qsTr("Pictures and PDFs (%1)").arg("*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.gif *.heic *.heif *.ppm *.pdf"), qsTr("All files (%1)").arg("*")]
        onAccepted: root.chat.addFiles(selectedFiles)
    }
    FolderDialog {
        id: model
        title: qsTr("Open model folder")
        onAccepted: root.chat.openModelFolder(selectedFolder)
    }
}
