import QtQuick
import QtQuick.Layouts
import Sightline

// The files that a folder of Qwen3-VL-2B-Instruct must hold.
GridLayout {
    id: root
    columns: 3
    columnSpacing: Theme.s4
    rowSpacing: 6
    readonly property var files: [
        ["model.safetensors", qsTr("4.3 GB"), qsTr("the weights")],
        ["config.json", qsTr("a few KB"), qsTr("the shape of the model")],
        ["tokenizer.json", qsTr("7 MB"), qsTr("the words; or vocab.json with merges.txt")],
        ["tokenizer_config.json", qsTr("a few KB"), qsTr("special words")],
        ["chat_template.json", qsTr("a few KB"), qsTr("how a conversation is written; or chat_template.jinja")],
        ["preprocessor_config.json", qsTr("a few KB"), qsTr("the limits of pictures")],
        ["generation_config.json", qsTr("a few KB"), qsTr("the model's own parameters")]
    ]
    Repeater {
        model: 3 * root.files.length
        AppText {
            required property int index
            readonly property int column: index % 3
            role: "caption"
            text: root.files[Math.floor(index / 3)][column]
            font.family: column === 0 ? Theme.fixedFamily : Theme.family
            color: column === 0 ? Theme.text : Theme.text2
            horizontalAlignment: column === 1 ? Text.AlignRight : Text.AlignLeft
            wrapMode: column === 2 ? Text.Wrap : Text.NoWrap
            Layout.fillWidth: column === 2
            Layout.alignment: Qt.AlignTop
        }
    }
}
