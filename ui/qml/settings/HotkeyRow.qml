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
    property string before: hotkey.state
    property bool triedInVain: false
    property bool worksNow: false   // it did not before, and nobody chose another key
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
    function tryAgain() {
        hotkeys.retry(hotkey.id)
        triedInVain = hotkey.state === "conflict"
    }
    Connections {
        target: root.hotkey
        function onChanged() {
            root.worksNow = root.hotkey.state === "bound" && (root.before === "conflict" || root.before === "needsUser")
            if (root.hotkey.state !== "conflict") root.triedInVain = false
            root.before = root.hotkey.state
        }
    }
    Component.onDestruction: end()
    onVisibleChanged: if (!visible) { end(); worksNow = false; triedInVain = false }
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
        sentence: (root.triedInVain ? qsTr("It is still so.") + " " : "") + root.hotkey.advice
        readonly property bool retries: root.hotkey.state === "conflict" || (root.hotkey.state === "needsUser" && !root.recording)
        readonly property bool offersShortcut: root.shortcut !== null && root.shortcut.available && !root.shortcut.installed && !root.shortcut.busy
        actions: [retries ? qsTr("Try again") : "", offersShortcut ? qsTr("Add it to the desktop's shortcuts") : ""].filter(word => word !== "")
        onTriggered: (action) => retries && action === 0 ? root.tryAgain() : root.shortcut.add(root.hotkey.keys)
    }
    RowLayout {
        visible: root.worksNow && root.hotkey.state === "bound"
        Layout.leftMargin: Theme.s4
        Layout.rightMargin: Theme.s4
        Layout.bottomMargin: Theme.s3
        spacing: 6
        Icon { glyph: "check"; size: 16; color: Theme.success }
        AppText {
            objectName: root.objectName + "Works"
            role: "caption"
            color: Theme.success
            text: qsTr("%1 works now.").arg(root.hotkey.keys)
            wrapMode: Text.Wrap
            Layout.fillWidth: true
            Accessible.role: Accessible.AlertMessage
            Accessible.name: text
        }
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
