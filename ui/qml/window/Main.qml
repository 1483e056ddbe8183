import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// The window: sidebar or rail, conversation, parameters, status bar. `chat` is app/chat/chat_controller.h and nothing else is known of the program.
ApplicationWindow {
    id: window
    required property var chat
    property url sample            // the bundled picture, for the empty state; empty = none offered
    property var licences: []
    property string question       // from the command line: asked as soon as it can be
    readonly property int wideFrom: Theme.wide
    readonly property bool wide: width >= wideFrom
    readonly property bool narrow: width < Theme.compact
    readonly property int margin: narrow ? Theme.s4 : Theme.s6
    property bool parametersOpen: false
    readonly property bool demo: chat.modelNotice !== ""
    readonly property bool reading: chat.reading.state !== "closed"
    property bool modelsOpen: false     // the page is shown in place of the conversation
    property bool logOpen: false
    property bool trashOpen: false
    property bool searchOpen: false     // and so is what a search found
    property var desktop: null          // settings of the program, ui/desktop/desktop_settings.h; null = there is no page for them
    property bool settingsOpen: false
    readonly property bool elsewhere: reading || modelsOpen || trashOpen || searchOpen || settingsOpen
    readonly property var shelf: chat.shelf ?? null  // null = nothing is kept
    property bool listFolded: false                  // by the user, in a window that has room for it
    property bool listSheet: false                   // over the conversation
    readonly property bool listDocked: shelf !== null && width >= Theme.docks && !listFolded
    onListDockedChanged: if (listDocked) listSheet = false
    property Item opener: null     // had the focus before the reading view

    Binding { target: Theme; property: "choice"; value: window.desktop ? window.desktop.theme : "" }
    Binding { target: Theme; property: "textSize"; value: window.desktop ? window.desktop.textSize / 100 : 1 }
    width: 1200
    height: 800
    minimumWidth: 560
    minimumHeight: 480
    visible: true
    title: chat.title ? qsTr("%1 – Sightline").arg(chat.title) : "Sightline"
    color: Theme.canvas
    font.family: Theme.family
    font.pixelSize: Theme.type.body[0]
    // What the style still draws itself (the file dialog) goes with the window.
    palette {
        window: Theme.canvas
        windowText: Theme.text
        base: Theme.raised
        alternateBase: Theme.sunken
        text: Theme.text
        button: Theme.bubble
        buttonText: Theme.text
        highlight: Theme.accent
        highlightedText: Theme.accentInk
        placeholderText: Theme.text3
        mid: Theme.edge
        midlight: Theme.selected
        light: Theme.sunken
        dark: Theme.outline
        brightText: Theme.accentInk
        link: Theme.accent
        toolTipBase: Theme.tip
        toolTipText: Theme.tipText
    }

    function ask(words: string) {
        chat.draft = words
        chat.send()
    }
    function openPictures() { showConversation(); dialogs.active = true; dialogs.item.pictures.open() }
    function openModelFolder() { dialogs.active = true; dialogs.item.model.open() }
    function addFiles(files: var) {
        showConversation()
        chat.addFiles(files)
        composer.focusField()
    }
    function addImage(image: var, name: string) {
        showConversation()
        chat.addImage(image, name)
        composer.focusField()
    }
    function addEncoded(file: var, name: string) {
        showConversation()
        chat.addEncoded(file, name)
        composer.focusField()
    }
    Connections {
        target: window.chat.viewer
        // A part of a picture waits now, to be asked about.
        function onPartWanted() { window.opener = null; composer.focusField() }
    }
    onActiveFocusItemChanged: if (!elsewhere && !away && activeFocusItem) opener = activeFocusItem
    property string openProblem
    property string deleted  // what can be brought back in the conversation, for a while
    Connections {
        target: window.chat
        function onConversationChanged() { window.openProblem = "" }
        function onOpenFailed(sentence) { window.openProblem = sentence }
        function onDeletedChanged() {
            window.deleted = window.chat.canUndoDelete ? qsTr("Deleted, with all that followed.") : ""
            forget.restart()
        }
    }
    Timer { id: forget; interval: 10000; onTriggered: window.deleted = "" }
    property bool away: false  // until the focus is back where it was
    onReadingChanged: reading ? away = true : Qt.callLater(goBack)
    function goBack() {
        away = false
        if (opener && opener.visible && opener.enabled) opener.forceActiveFocus(Qt.OtherFocusReason)
        else composer.focusField()
    }
    function showConversation() {
        chat.reading.close()
        modelsOpen = trashOpen = searchOpen = settingsOpen = listSheet = false
    }
    function toggleModels() {
        const opens = !modelsOpen
        showConversation()
        modelsOpen = opens
        if (!modelsOpen) composer.focusField()
    }
    function toggleTrash() {
        const opens = !trashOpen
        showConversation()
        trashOpen = opens
        if (!trashOpen) composer.focusField()
    }
    function toggleSettings() {
        const opens = !settingsOpen
        showConversation()
        settingsOpen = opens
        if (!settingsOpen) composer.focusField()
    }
    function leaveList() {
        listSheet = false
        if (!elsewhere) composer.focusField()
    }
    function toggleList() {
        if (width >= Theme.docks && !listSheet) {
            listFolded = !listFolded
            if (listFolded) leaveList()
        } else if (listSheet) {
            leaveList()
        } else {
            listSheet = true
            sidebar.item.focusSearch()
        }
    }
    function searchList() {
        if (listDocked) sidebar.item.focusSearch()
        if (!listDocked || shelf.search.trim() !== "") showSearch()
        if (searchOpen && !listDocked) searchPage.item.focusField(true)
    }
    function showSearch() {
        const wanted = !listDocked || shelf.search.trim() !== ""
        if (wanted && !searchOpen) {
            showConversation()
            searchOpen = true
        } else if (!wanted && searchOpen) {
            searchOpen = false
        }
        if (searchOpen && !listDocked) searchPage.item.focusField(false)
    }
    function leaveSearch() {
        shelf.search = ""
        searchOpen = false
        composer.focusField()
    }
    property string said       // what an export or import ended with, for a while
    Timer { id: unsay; interval: 6000; onTriggered: window.said = "" }
    Connections {
        target: window.shelf?.transfer ?? null
        function onDone(sentence) { window.said = sentence; unsay.restart() }
        function onFailed(sentence) { window.said = ""; window.openProblem = sentence; if (window.elsewhere && !window.reading) window.showConversation() }
    }
    function transfers(): Item {
        transferDialogs.active = true
        return transferDialogs.item
    }
    function exportConversation(id: string) {
        const list = window.shelf.conversations
        const row = list.indexOf(id)
        transfers().exportConversation(id, row >= 0 ? list.data(list.index(row, 0)) : chat.title)
    }
    Connections {
        target: window.shelf
        function onSearchChanged() { if (window.searchOpen) window.showSearch() }
        function onOpenWanted() { window.showConversation(); composer.focusField() }
    }
    function toggleLog() {
        logOpen = !logOpen
        if (logOpen) log.forceActiveFocus(Qt.ShortcutFocusReason)
        else if (!elsewhere) composer.focusField()
    }
    function startNew() {
        showConversation()
        chat.newConversation()
        composer.focusField()
    }
    function toggleParameters() {
        parametersOpen = !parametersOpen
        if (parametersOpen && !wide) panel.forceActiveFocus(Qt.ShortcutFocusReason)
        else if (!parametersOpen) composer.focusField()
    }

    Component.onCompleted: {
        composer.focusField()
        if (question !== "") ask(question)
    }

    Shortcut { sequence: "Esc"; enabled: !window.reading && (window.chat.busy || window.chat.sendWaits); onActivated: window.chat.stop() }
    Shortcut { sequences: [StandardKey.New]; onActivated: window.startNew() }
    Shortcut { sequences: [StandardKey.Open]; onActivated: window.openPictures() }
    Shortcut { sequences: [StandardKey.Find]; enabled: !window.elsewhere && conversation.count > 0; onActivated: findBar.open() }
    Shortcut { sequence: "F9"; enabled: !window.elsewhere; onActivated: window.toggleParameters() }
    Shortcut { sequence: "Ctrl+B"; enabled: window.shelf !== null; onActivated: window.toggleList() }
    Shortcut { sequence: "Ctrl+K"; enabled: window.shelf !== null; onActivated: window.searchList() }
    Shortcut { sequences: [StandardKey.Save]; enabled: window.shelf !== null && !window.elsewhere && conversation.count > 0; onActivated: window.exportConversation(window.chat.conversationId) }
    Shortcut { sequence: "F12"; onActivated: window.toggleLog() }
    Shortcut { sequences: [StandardKey.Preferences]; enabled: window.desktop !== null; onActivated: window.toggleSettings() }
    Shortcut { sequences: [StandardKey.Quit]; onActivated: window.desktop !== null ? Qt.quit() : window.close() }
    Shortcut { sequences: [StandardKey.HelpContents]; onActivated: about.open() }

    Item {
        // What the rest of the window stands beside.
        id: side
        anchors.left: parent.left
        anchors.top: parent.top
        anchors.bottom: log.top
        width: window.listDocked ? Theme.sidebarWidth : Theme.railWidth
        Rail {
            anchors.fill: parent
            visible: !window.listDocked
            chat: window.chat
            modelsOpen: window.modelsOpen
            trashOpen: window.trashOpen
            onModelsToggled: window.toggleModels()
            onTrashToggled: window.toggleTrash()
            hasSettings: window.desktop !== null
            settingsOpen: window.settingsOpen
            onSettingsToggled: window.toggleSettings()
            onNewWanted: window.startNew()
            onAboutWanted: about.open()
            onListWanted: window.toggleList()
            onSearchWanted: window.searchList()
        }
    }
    MouseArea {
        anchors.fill: parent
        z: 1
        visible: window.listSheet
        onClicked: window.leaveList()
    }
    Loader {
        // Beside the conversation; folded or in a narrow window, a sheet over it.
        id: sidebar
        anchors.left: parent.left
        anchors.top: parent.top
        anchors.bottom: log.top
        width: Theme.sidebarWidth
        z: 1
        active: window.shelf !== null
        visible: window.listDocked || window.listSheet
        sourceComponent: Sidebar {
            objectName: "sidebar"
            shelf: window.shelf
            sheet: window.listSheet
            modelsOpen: window.modelsOpen
            trashOpen: window.trashOpen
            searchOpen: window.searchOpen
            onSearchWanted: window.showSearch()
            onResultKeyPressed: (event) => searchPage.item.keyPressed(event)
            onExportWanted: (conversation) => window.exportConversation(conversation)
            onImportWanted: window.transfers().importConversations()
            onBackUpWanted: window.transfers().backUp()
            onNewWanted: window.startNew()
            onModelsToggled: window.toggleModels()
            onTrashToggled: window.toggleTrash()
            hasSettings: window.desktop !== null
            settingsOpen: window.settingsOpen
            onSettingsToggled: window.toggleSettings()
            onAboutWanted: about.open()
            onFoldWanted: window.toggleList()
            onBackWanted: window.leaveList()
            Shadow { depth: 24; radius: 0; visible: window.listSheet }
        }
    }
    ColumnLayout {
        visible: !window.elsewhere
        anchors.left: side.right
        anchors.right: window.parametersOpen && window.wide ? panel.left : parent.right
        anchors.top: parent.top
        anchors.bottom: log.top
        spacing: 0
        TopBar {
            Layout.fillWidth: true
            chat: window.chat
            narrow: window.narrow
            panelOpen: window.parametersOpen
            onPanelToggled: window.toggleParameters()
            onModelFolderWanted: window.openModelFolder()
            onFullModelWanted: fullModel.open()
            onModelsWanted: window.toggleModels()
        }
        Banner {
            objectName: "modelBanner"
            visible: window.chat.modelState === "failed" || window.chat.modelState === "missing" || (window.chat.modelError !== "" && window.chat.modelState === "ready")
            Layout.fillWidth: true
            Layout.maximumWidth: Theme.readingWidth
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: Theme.s4
            Layout.leftMargin: window.margin
            Layout.rightMargin: window.margin
            kind: window.chat.modelState === "missing" ? "warning" : "danger"
            sentence: window.chat.modelError || qsTr("There is no model.")
            actions: window.demo ? [qsTr("Open model folder…")] : [qsTr("Open model folder…"), qsTr("Use the demo model")]
            onTriggered: (action) => action === 0 ? window.openModelFolder() : window.chat.useDemoModel()
        }
        Banner {
            objectName: "openProblem"
            visible: window.openProblem !== ""
            Layout.fillWidth: true
            Layout.maximumWidth: Theme.readingWidth
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: Theme.s4
            Layout.leftMargin: window.margin
            Layout.rightMargin: window.margin
            kind: "warning"
            sentence: window.openProblem
            actions: [qsTr("Dismiss")]
            onTriggered: window.openProblem = ""
        }
        HistoryBanners {
            shelf: window.shelf
            Layout.fillWidth: true
            Layout.maximumWidth: Theme.readingWidth
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: Theme.s4
            Layout.leftMargin: window.margin
            Layout.rightMargin: window.margin
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Conversation {
                id: conversation
                anchors.fill: parent
                visible: count > 0
                chat: window.chat
                margin: window.margin
                onLinkWanted: (address) => { link.address = address; link.open() }
                onFullModelWanted: fullModel.open()
            }
            FindBar {
                id: findBar
                anchors.right: parent.right
                anchors.top: parent.top
                anchors.rightMargin: Theme.s4
                anchors.topMargin: Theme.s2
                find: window.chat.find
                maximumWidth: parent.width - 2 * Theme.s4
                onClosed: composer.focusField()
            }
            EmptyState {
                objectName: "emptyState"
                anchors.fill: parent
                visible: conversation.count === 0
                chat: window.chat
                sample: window.sample
                margin: window.margin
                onAsked: (words) => { window.chat.addSample(); window.ask(words) }
            }
        }
        ColumnLayout {
            id: foot
            Layout.fillWidth: true
            Layout.maximumWidth: Theme.readingWidth
            Layout.alignment: Qt.AlignHCenter
            Layout.leftMargin: window.margin
            Layout.rightMargin: window.margin
            spacing: Theme.s2
            Banner {
                objectName: "sendProblem"
                visible: composer.blocked
                kind: window.chat.modelState === "loading" || window.chat.modelState === "unloaded" || window.chat.sendWaits ? "info" : "warning"
                sentence: window.chat.sendProblem
                Layout.fillWidth: true
            }
            Composer {
                id: composer
                Layout.fillWidth: true
                chat: window.chat
                narrow: window.narrow
                demo: window.demo
                onAttachWanted: window.openPictures()
            }
            RowLayout {
                // The demo model is labelled wherever its replies are read.
                objectName: "demoLabel"
                visible: window.demo
                Layout.alignment: Qt.AlignHCenter
                Layout.bottomMargin: 6
                spacing: 6
                AppText {
                    role: "caption"
                    color: Theme.text3
                    text: window.narrow ? qsTr("Demo: reads short printed text") : qsTr("Demo: reads short printed text, not a general model")
                }
                LinkButton { objectName: "fullModelLink"; role: "caption"; text: qsTr("Use a full model"); onClicked: fullModel.open() }
            }
            Item { visible: !window.demo; implicitHeight: Theme.s3 }
        }
    }
    StatusBar {
        id: status
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        chat: window.chat
        narrow: window.narrow
        hasLog: true
        logOpen: window.logOpen
        onLogToggled: window.toggleLog()
    }
    LogDrawer {
        id: log
        objectName: "logDrawer"
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: status.top
        height: window.logOpen ? Math.min(implicitHeight, Math.round(window.height * 0.45)) : 0
        visible: window.logOpen
        chat: window.chat
        narrow: window.narrow
        onClosed: window.toggleLog()
    }
    MouseArea {
        anchors.fill: parent
        visible: window.parametersOpen && !window.wide && !window.elsewhere
        onClicked: window.toggleParameters()
    }
    ParameterPanel {
        // Beside the conversation; in a window too narrow for that, a sheet over it.
        id: panel
        objectName: "parameterPanel"
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: log.top
        visible: window.parametersOpen && !window.elsewhere
        chat: window.chat
        onClosed: window.toggleParameters()
        Shadow { depth: 24; radius: 0; visible: !window.wide }
        MouseArea { anchors.fill: parent; z: -1 }  // what misses a control does not reach the conversation
    }

    Loader {
        id: readingView
        anchors.left: side.right
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: log.top
        active: window.reading
        sourceComponent: ReadingView {
            reading: window.chat.reading
            viewer: window.chat.viewer
            places: window.chat.places
            narrow: readingView.width < Theme.compact - Theme.railWidth
            onClosed: window.chat.reading.close()
        }
    }

    Loader {
        // Made when first asked for, and kept.
        id: modelsPage
        anchors.left: side.right
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: log.top
        visible: window.modelsOpen && !window.reading
        active: false
        onVisibleChanged: if (visible) active = true
        sourceComponent: ModelsPage {
            objectName: "modelsPage"
            chat: window.chat
            onClosed: window.toggleModels()
        }
    }

    Loader {
        id: trashPage
        anchors.left: side.right
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: log.top
        visible: window.trashOpen && !window.reading
        active: false
        onVisibleChanged: if (visible) active = true
        sourceComponent: TrashPage {
            objectName: "trashPage"
            shelf: window.shelf
            onClosed: window.toggleTrash()
        }
    }
    Loader {
        id: searchPage
        anchors.left: side.right
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: log.top
        visible: window.searchOpen && !window.reading
        active: window.shelf !== null
        sourceComponent: SearchPage {
            objectName: "searchPage"
            shelf: window.shelf
            ownField: !window.listDocked
            onClosed: window.leaveSearch()
        }
    }
    Loader {
        id: settingsPage
        anchors.left: side.right
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: log.top
        visible: window.settingsOpen && !window.reading
        active: false
        onVisibleChanged: if (visible) active = true
        sourceComponent: SettingsPage {
            objectName: "settingsPage"
            desktop: window.desktop
            onClosed: window.toggleSettings()
        }
    }
    Loader {
        // Above the composer, where it hides neither a reply's end nor what one writes.
        readonly property int room: (panel.visible && window.wide ? panel.x : window.width) - side.width - 2 * Theme.s4
        x: side.width + Theme.s4 + Math.round((room - width) / 2)
        anchors.bottom: log.top
        anchors.bottomMargin: Theme.s4 + (window.elsewhere ? 0 : foot.height)
        width: Math.min(room, implicitWidth)
        active: true
        sourceComponent: UndoToast {
            sentence: window.shelf && window.shelf.undoText ? window.shelf.undoText : window.deleted || window.said
            undoable: sentence !== window.said
            onUndone: window.shelf && window.shelf.undoText ? window.shelf.undo() : window.chat.undoDelete()
        }
    }

    PictureDropArea {
        id: drop
        objectName: "dropArea"
        anchors.fill: parent
        onFilesDropped: (files) => window.addFiles(files)
        onEncodedDropped: (file, name) => window.addEncoded(file, name || qsTr("Dropped picture"))
        onImageDropped: (image, name) => window.addImage(image, name || qsTr("Dropped picture"))
    }
    DropOverlay { objectName: "dropOverlay"; anchors.fill: parent; visible: drop.hovering }

    LinkDialog { id: link; onCopyWanted: (text) => window.chat.copyText(text) }
    AboutDialog { id: about; licences: window.licences }
    FullModelDialog { id: fullModel; onModelFolderWanted: window.openModelFolder() }
    PasswordDialog { chat: window.chat; onFinished: composer.focusField() }
    Loader {
        id: transferDialogs
        active: false
        sourceComponent: TransferDialogs { transfer: window.shelf.transfer; onClosed: window.goBack() }
    }
    Loader { id: dialogs; active: false; sourceComponent: FileDialogs { chat: window.chat } }
}
