import QtQuick
import QtQuick.Layouts
import Sightline

// One hotkey: pressed to be recorded, with what is wrong with it and what to do instead. `hotkey` and `hotkeys` are of app/capture/hotkey.h.
ColumnLayout {
    id: root
    required property var hotkeys
    required property var hotkey
    property var shortcut: null     // of the desktop itself, app/capture/desktop_shortcut.h
    property alias name: row.name
    property alias help: row.help
    property bool ruled: true
    property bool recording: false
    property string refused         // why what was pressed is no key for this
    Layout.fillWidth: true
    spacing: 0
    function begin() {
        refused = ""
        recording = true
        hotkeys.pause()
        button.forceActiveFocus(Qt.OtherFocusReason)
    }
    function end() {
        if (!recording) return
        recording = false
        hotkeys.resume()
    }
    Component.onDestruction: end()
    onVisibleChanged: if (!visible) end()
    SettingRow {
        id: row
        ruled: root.ruled
        IconButton {
            objectName: button.objectName + "Reset"
            visible: !root.hotkey.isDefault && !root.hotkeys.desktopOwnsKeys
            glyph: "undo"
            glyphSize: 18
            text: qsTr("Back to the original key")
            onClicked: { root.end(); root.hotkeys.reset(root.hotkey.id) }
        }
        AppButton {
            id: button
            objectName: root.objectName + "Key"
            glyph: "keyboard"
            // Where the desktop owns the keys they are chosen in its own settings.
            enabled: !root.hotkeys.desktopOwnsKeys
            text: root.recording ? qsTr("Press the keys…") : root.hotkey.keys || qsTr("None")
            tip: root.recording ? "" : qsTr("Change the key")
            Accessible.description: row.name
            onClicked: root.recording ? root.end() : root.begin()
            onActiveFocusChanged: if (!activeFocus) root.end()
            Keys.onShortcutOverride: (event) => event.accepted = root.recording
            Keys.priority: Keys.BeforeItem
            Keys.onPressed: (event) => {
                if (!root.recording) return
                event.accepted = true
                if (event.key === Qt.Key_Escape && event.modifiers === Qt.NoModifier) return root.end()
                if (event.key === Qt.Key_Tab && event.modifiers === Qt.NoModifier) { root.end(); event.accepted = false; return }
                if (root.hotkeys.record(root.hotkey.id, event.key, event.modifiers)) root.end()
            }
        }
    }
    Banner {
        objectName: root.objectName + "Problem"
        visible: root.hotkey.state === "conflict" || root.hotkey.state === "unsupported" || root.hotkey.state === "needsUser" || (root.recording && root.hotkey.why !== "")
        Layout.fillWidth: true
        Layout.leftMargin: Theme.s4
        Layout.rightMargin: Theme.s4
        Layout.bottomMargin: Theme.s3
        kind: root.hotkey.state === "needsUser" ? "info" : "warning"
        fact: root.hotkey.why
        sentence: root.hotkey.advice
        actions: root.shortcut && root.shortcut.available && !root.shortcut.installed && !root.shortcut.busy ? [qsTr("Add it to the desktop's shortcuts")] : []
        onTriggered: root.shortcut.add(root.hotkey.keys)
    }
    RowLayout {
        visible: root.shortcut !== null && root.shortcut.available && (root.shortcut.installed || root.shortcut.fault !== "")
        Layout.leftMargin: Theme.s4
        Layout.rightMargin: Theme.s4
        Layout.bottomMargin: Theme.s3
        spacing: Theme.s3
        AppText {
            role: "caption"
            color: Theme.text2
            wrapMode: Text.Wrap
            Layout.fillWidth: true
            text: root.shortcut ? root.shortcut.fault || qsTr("The desktop's own shortcut calls it.") : ""
        }
        LinkButton {
            objectName: root.objectName + "Remove"
            visible: root.shortcut !== null && root.shortcut.installed && !root.shortcut.busy
            role: "caption"
            text: qsTr("Remove it")
            onClicked: root.shortcut.remove()
        }
    }
}
