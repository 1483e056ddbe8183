import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// Asks for the password of an encrypted PDF among the attachments, one file after the other. Cancel leaves the file out.
AppDialog {
    id: root
    required property var chat
    property int row: -1
    property bool opening: false  // the password is being tried
    property bool wrong: false
    property string name
    signal finished()
    objectName: "passwordDialog"
    width: Math.min(440, parent ? parent.width - 48 : 440)
    heading: qsTr("This PDF is encrypted")
    closePolicy: Popup.NoAutoClose
    function ask(wanted: int) {
        if (wanted < 0) { close(); return }
        const another = wanted !== row || !opened
        row = wanted
        name = chat.attachments.data(chat.attachments.index(row, 0))
        wrong = false
        opening = false
        if (another) field.text = ""
        open()
        field.forceActiveFocus(Qt.PopupFocusReason)
    }
    function submit() {
        if (opening || field.text === "") return
        opening = true
        wrong = false
        chat.unlockAttachment(row, field.text)
    }
    function leaveOut() {
        const gone = row
        row = -1
        chat.removeAttachment(gone)
        ask(chat.lockedAttachment())
    }
    onClosed: { field.text = ""; row = -1; finished() }
    Connections {
        target: root.chat
        function onPasswordWanted(row, wrong) {
            if (!root.opened && !root.visible) { root.ask(row); return }
            if (row !== root.row) return
            root.opening = false
            root.wrong = wrong
            field.selectAll()
            field.forceActiveFocus(Qt.OtherFocusReason)
        }
        function onAttachmentUnlocked(row) {
            if (row === root.row) Qt.callLater(() => root.ask(root.chat.lockedAttachment()))
        }
    }
    AppText {
        objectName: "passwordOf"
        Layout.fillWidth: true
        text: qsTr("“%1” opens with its password only. It is used here and kept nowhere.").arg(root.name)
        color: Theme.text2
        wrapMode: Text.Wrap
        lineHeight: 1.3
    }
    AppField {
        id: field
        objectName: "passwordField"
        Layout.fillWidth: true
        name: qsTr("Password")
        placeholderText: qsTr("Password")
        echoMode: TextInput.Password
        inputMethodHints: Qt.ImhHiddenText | Qt.ImhNoPredictiveText | Qt.ImhSensitiveData
        maximumLength: 500
        onTextEdited: root.wrong = false
        Keys.onReturnPressed: root.submit()
        Keys.onEnterPressed: root.submit()
        Keys.onShortcutOverride: (event) => event.accepted = event.key === Qt.Key_Escape
        Keys.onEscapePressed: root.leaveOut()
    }
    AppText {
        objectName: "passwordProblem"
        // Keeps its line, so that nothing moves when it comes.
        Layout.fillWidth: true
        role: "caption"
        text: root.wrong ? qsTr("That is not its password.") : root.opening ? qsTr("Opening…") : " "
        color: root.wrong ? Theme.danger : Theme.text3
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
    buttons: [
        AppButton { objectName: "passwordCancel"; text: qsTr("Leave it out"); onClicked: root.leaveOut() },
        AppButton { objectName: "passwordOpen"; kind: "primary"; enabled: field.text !== "" && !root.opening; text: qsTr("Open"); onClicked: root.submit() }
    ]
}
