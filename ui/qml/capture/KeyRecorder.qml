import QtQuick
import QtQuick.Layouts
import QtQuick.Controls.Basic
import Sightline

// One global key: shown, recorded by pressing it, and what is wrong with it said at once.
ColumnLayout {
    id: root
    objectName: "keyRecorder-" + hotkey.id
    required property var hotkeys   // Hotkeys
    required property var hotkey    // one of its two
    property var shortcut: null     // a DesktopShortcut for it, where there may be one
    readonly property bool recording: field.recording
    property string refused         // why the key that was pressed cannot be it
    readonly property bool bad: hotkey.state === "conflict" || hotkey.state === "needsUser" || hotkey.state === "unsupported"
    spacing: Theme.s1

    Connections {
        target: root.hotkeys
        function onRefused(id: string, sentence: string) { if (id === root.hotkey.id) root.refused = sentence }
    }
    Component.onCompleted: if (shortcut) shortcut.refresh()

    RowLayout {
        spacing: Theme.s2
        AppText { text: root.hotkey.description; Layout.fillWidth: true; wrapMode: Text.Wrap }
        AbstractButton {
            id: field
            objectName: "keyField"
            property bool recording: false
            readonly property string shown: recording ? qsTr("Press the new key") : root.hotkey.keys || qsTr("none")
            implicitWidth: Math.max(168, label.implicitWidth + 24)
            implicitHeight: Theme.controlHeight
            enabled: !root.hotkeys.desktopOwnsKeys
            Accessible.role: Accessible.Button
            Accessible.name: qsTr("Key for “%1”").arg(root.hotkey.description)
            Accessible.description: shown
            background: Rectangle {
                radius: Theme.control
                color: Theme.raised
                border.width: field.recording ? 2 : 1
                border.color: field.recording ? Theme.accent : root.bad ? Theme.danger : Theme.edge
                Rectangle { anchors.fill: parent; radius: parent.radius; color: field.hovered && field.enabled && !field.recording ? Theme.hover : "transparent" }
                FocusRing { visible: field.visualFocus && !field.recording }
            }
            contentItem: AppText {
                id: label
                text: field.shown
                color: field.recording || !root.hotkey.keys ? Theme.text3 : Theme.text
                font.weight: field.recording ? Font.Normal : Font.Medium
                horizontalAlignment: Text.AlignHCenter
                verticalAlignment: Text.AlignVCenter
            }
            function begin() {
                if (recording) return
                forceActiveFocus()
                root.refused = ""
                recording = true
                root.hotkeys.pause()
            }
            function end() {
                if (!recording) return
                recording = false
                root.hotkeys.resume()
            }
            onClicked: recording ? end() : begin()
            onActiveFocusChanged: if (!activeFocus) end()
            onVisibleChanged: if (!visible) end()
            Component.onDestruction: end()
            // The window's own shortcuts must not take what is being recorded.
            Keys.onShortcutOverride: (event) => event.accepted = recording
            Keys.onPressed: (event) => {
                if (!recording) {
                    if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter || event.key === Qt.Key_Space) begin()
                    else return
                } else if (event.key === Qt.Key_Escape && event.modifiers === Qt.NoModifier) {
                    end()
                } else if (event.key === Qt.Key_Tab && event.modifiers === Qt.NoModifier) {
                    end()
                    return  // goes on to the next control
                } else if (event.key === Qt.Key_Backspace && event.modifiers === Qt.NoModifier) {
                    root.hotkeys.clear(root.hotkey.id)
                    end()
                } else if (!event.isAutoRepeat) {
                    root.refused = ""
                    if (root.hotkeys.record(root.hotkey.id, event.key, event.modifiers)) end()
                }
                event.accepted = true
            }
            Keys.onReleased: (event) => event.accepted = recording || event.key === Qt.Key_Space
        }
        IconButton {
            objectName: "keyReset"
            glyph: "undo"
            text: qsTr("The usual key again")
            opacity: root.hotkey.isDefault || !field.enabled ? 0 : 1  // keeps its place
            enabled: opacity > 0
            onClicked: { root.refused = ""; root.hotkeys.reset(root.hotkey.id) }
        }
    }
    AppText {
        objectName: "keyProblem"
        readonly property string wrong: root.refused || (root.recording ? qsTr("Esc keeps the old key, Backspace takes it away.") : root.hotkey.why)
        visible: text
        text: root.refused || root.recording || !root.hotkey.advice ? wrong : wrong + " " + root.hotkey.advice
        role: "caption"
        color: root.refused || (root.bad && !root.recording) ? Theme.danger : Theme.text3
        wrapMode: Text.Wrap
        Layout.fillWidth: true
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    LinkButton {
        objectName: "desktopShortcut"
        readonly property bool there: root.shortcut && root.shortcut.installed
        visible: root.shortcut && root.shortcut.available && (root.bad || there)
        enabled: visible && !root.shortcut.busy
        role: "caption"
        text: there ? qsTr("Remove it from GNOME's shortcuts") : qsTr("Add it to GNOME's shortcuts")
        onClicked: there ? root.shortcut.remove() : root.shortcut.add(root.hotkey.portableKeys)
    }
    AppText {
        objectName: "desktopShortcutFault"
        visible: text
        text: root.shortcut ? root.shortcut.fault : ""
        role: "caption"
        color: Theme.danger
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
}
