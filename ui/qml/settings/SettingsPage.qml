import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// The settings of the program, in place of the conversation. `desktop` is ui/desktop/desktop_settings.h; `closed` leads back.
FocusScope {
    id: root
    required property var desktop
    readonly property bool narrow: width < 700
    readonly property var sections: [
        {glyph: "sun", name: qsTr("Appearance"), item: appearance},
        {glyph: "capture", name: qsTr("Screen capture"), item: capture},
        {glyph: "chat", name: qsTr("Prompts"), item: prompts},
        {glyph: "shield", name: qsTr("Privacy"), item: privacy}
    ]
    property int section: 0
    signal closed()
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Settings")
    Keys.onEscapePressed: closed()
    onVisibleChanged: if (visible) enter()
    Component.onCompleted: Qt.callLater(enter)
    function enter() {
        desktop.refresh()
        back.forceActiveFocus(Qt.OtherFocusReason)
    }
    function go(index: int) {
        section = index
        const place = sections[index].item.mapToItem(page, 0, 0).y
        flick.contentY = Math.max(0, Math.min(place - Theme.s4, flick.contentHeight - flick.height))
    }

    Rectangle { anchors.fill: parent; color: Theme.canvas }
    Flickable {
        id: flick
        objectName: "settingsFlick"
        anchors.fill: parent
        contentHeight: page.implicitHeight + 2 * Theme.s6
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: AppScrollBar {}
        ColumnLayout {
            id: page
            readonly property int inner: Math.min(920, flick.width - (root.narrow ? 2 * Theme.s4 : 64))
            x: Math.round((flick.width - inner) / 2)
            y: root.narrow ? Theme.s4 : Theme.s6
            width: inner
            spacing: Theme.s5
            RowLayout {
                Layout.fillWidth: true
                AppText { role: "heading"; text: qsTr("Settings"); Accessible.role: Accessible.Heading; Accessible.name: text; Layout.fillWidth: true }
                IconButton { id: back; objectName: "settingsClose"; glyph: "close"; glyphSize: 18; text: qsTr("Back to the conversation"); keys: "Esc"; onClicked: root.closed() }
            }
            RowLayout {
                Layout.fillWidth: true
                spacing: 40
                ColumnLayout {
                    visible: !root.narrow
                    Layout.preferredWidth: Theme.sized(176)
                    Layout.maximumWidth: Theme.sized(176)
                    Layout.alignment: Qt.AlignTop
                    spacing: 2
                    Repeater {
                        model: root.sections
                        SideRow {
                            required property int index
                            required property var modelData
                            objectName: "settingsSection" + index
                            Layout.fillWidth: true
                            glyph: modelData.glyph
                            text: modelData.name
                            active: root.section === index
                            onClicked: root.go(index)
                        }
                    }
                }
                ColumnLayout {
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignTop
                    spacing: Theme.s5
                    SettingGroup {
                        id: appearance
                        name: qsTr("Appearance")
                        SettingRow {
                            ruled: false
                            name: qsTr("Theme")
                            help: qsTr("System follows the desktop")
                            Segments {
                                segmentName: "theme"
                                Layout.preferredWidth: Math.min(Theme.sized(256), page.inner - 64)
                                readonly property var ids: ["", "light", "dark"]
                                options: [qsTr("System"), qsTr("Light"), qsTr("Dark")]
                                current: Math.max(0, ids.indexOf(root.desktop.theme))
                                onCurrentChanged: root.desktop.theme = ids[current]
                            }
                        }
                        SettingRow {
                            name: qsTr("Text size")
                            help: qsTr("Of all words in the window and in the ask panel")
                            Segments {
                                segmentName: "textSize"
                                Layout.preferredWidth: Math.min(Theme.sized(256), page.inner - 64)
                                options: root.desktop.textSizes.map(percent => qsTr("%1 %").arg(percent))
                                current: Math.max(0, root.desktop.textSizes.indexOf(root.desktop.textSize))
                                onCurrentChanged: root.desktop.textSize = root.desktop.textSizes[current]
                            }
                        }
                        SettingRow {
                            name: qsTr("Language")
                            help: root.desktop.restartNeeded ? qsTr("Changes when Sightline starts the next time") : ""
                            Segments {
                                segmentName: "language"
                                Layout.preferredWidth: Math.min(Theme.sized(320), page.inner - 64)
                                options: root.desktop.languages.map(language => language.name)
                                current: Math.max(0, root.desktop.languages.findIndex(language => language.id === root.desktop.language))
                                onCurrentChanged: root.desktop.language = root.desktop.languages[current].id
                            }
                        }
                        SettingRow {
                            name: qsTr("Tell when a long reply is ready")
                            help: qsTr("By the desktop, while the window is not looked at")
                            Toggle { objectName: "notifyToggle"; text: qsTr("Tell when a long reply is ready"); on: root.desktop.notifiesOfReplies; onChanged: (on) => root.desktop.notifiesOfReplies = on }
                        }
                    }
                    SettingGroup {
                        id: capture
                        name: qsTr("Screen capture")
                        Repeater {
                            model: root.desktop.hotkeys ? [root.desktop.hotkeys.ask, root.desktop.hotkeys.read] : []
                            HotkeyRow {
                                required property int index
                                required property var modelData
                                objectName: "hotkey" + (index === 0 ? "Ask" : "Read")
                                ruled: index > 0
                                hotkeys: root.desktop.hotkeys
                                hotkey: modelData
                                shortcut: index === 0 ? root.desktop.askShortcut : root.desktop.readShortcut
                                name: index === 0 ? qsTr("Ask about a region") : qsTr("Read a region")
                                help: index === 0 ? qsTr("Choose a part of the screen, and ask beside it")
                                                  : qsTr("Its text goes onto the clipboard, without a window")
                            }
                        }
                        SettingRow {
                            name: qsTr("Stay in the tray when the window is closed")
                            help: root.desktop.hasTray ? qsTr("The hotkeys work while Sightline is in the tray") : qsTr("This desktop has no tray: closing the window ends Sightline")
                            Toggle { objectName: "trayToggle"; text: qsTr("Stay in the tray when the window is closed"); enabled: root.desktop.hasTray; on: root.desktop.closesToTray && root.desktop.hasTray; onChanged: (on) => root.desktop.closesToTray = on }
                        }
                        SettingRow {
                            visible: root.desktop.canStartAtLogin
                            name: qsTr("Start with the desktop")
                            help: qsTr("In the tray, without a window")
                            Toggle { objectName: "loginToggle"; text: qsTr("Start with the desktop"); on: root.desktop.startsAtLogin; onChanged: (on) => root.desktop.startsAtLogin = on }
                        }
                        Banner {
                            objectName: "loginProblem"
                            visible: root.desktop.startProblem !== ""
                            Layout.fillWidth: true
                            Layout.margins: Theme.s3
                            sentence: root.desktop.startProblem
                        }
                    }
                    SettingGroup {
                        id: prompts
                        name: qsTr("Prompts of the ask panel")
                        PromptEditor { prompts: root.desktop.prompts }
                    }
                    Banner {
                        id: privacy
                        Layout.fillWidth: true
                        kind: "info"
                        fact: qsTr("Network: none")
                        sentence: qsTr("Sightline opens no connection. What you take from the screen stays on this computer.")
                    }
                }
            }
        }
    }
}
