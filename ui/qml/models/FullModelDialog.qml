import QtQuick
import QtQuick.Layouts
import Sightline

// How to come from the demo to a full model, without a network in this program.
AppDialog {
    id: root
    signal modelFolderWanted()
    objectName: "fullModelDialog"
    heading: qsTr("Use a full model")
    onOpened: open.forceActiveFocus(Qt.PopupFocusReason)
    Paragraph {
        Layout.fillWidth: true
        text: qsTr("The demo model only reads short printed text. Sightline runs the Qwen3-VL models with 2, 4 or 8 billion parameters, which describe pictures, read documents and answer questions.")
    }
    Repeater {
        model: [
            qsTr("On any computer with a network, download the whole folder of a model, for example Qwen3-VL-2B-Instruct (4.3 GB), from Hugging Face."),
            qsTr("Copy the folder to this computer. It needs free memory for the size of its files and 1.5 GiB more."),
            qsTr("Open the folder here. Nothing has to be converted.")
        ]
        RowLayout {
            required property int index
            required property string modelData
            Layout.fillWidth: true
            spacing: Theme.s3
            Rectangle {
                Layout.alignment: Qt.AlignTop
                implicitWidth: 24
                implicitHeight: Theme.sized(24)
                radius: 12
                color: Theme.accentSoft
                AppText { anchors.centerIn: parent; role: "strong"; text: index + 1; color: Theme.accentText }
            }
            Paragraph { Layout.fillWidth: true; text: modelData }
        }
    }
    ModelFiles { Layout.fillWidth: true; Layout.leftMargin: 36 }
    buttons: [
        AppButton { kind: "quiet"; text: qsTr("Close"); onClicked: root.close() },
        AppButton { id: open; objectName: "fullModelOpen"; kind: "primary"; glyph: "folder"; text: qsTr("Open model folder…"); onClicked: { root.close(); root.modelFolderWanted() } }
    ]
}
