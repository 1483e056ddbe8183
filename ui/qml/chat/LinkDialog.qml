import QtQuick
import QtQuick.Layouts
import Sightline

// Shows where a link of a reply leads before anything is opened. Nothing but web and mail addresses can be opened.
AppDialog {
    id: root
    property string address
    readonly property bool openable: /^(https?:\/\/|mailto:)/i.test(address)
    signal copyWanted(string text)
    objectName: "linkDialog"
    heading: openable ? qsTr("Open this address?") : qsTr("This address is not opened")
    onOpened: cancel.forceActiveFocus(Qt.PopupFocusReason)
    Rectangle {
        Layout.fillWidth: true
        implicitHeight: Math.min(160, words.implicitHeight + 20)
        radius: Theme.control
        color: Theme.sunken
        border.width: 1
        border.color: Theme.line
        clip: true
        AppText {
            id: words
            objectName: "linkAddress"
            x: Theme.s3
            y: 10
            width: parent.width - 2 * x
            // As it is sent: letters that look alike in another script show as what they are.
            text: root.openable ? root.encoded : root.address
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 8
            elide: Text.ElideRight
            font.family: Theme.fixedFamily
            Accessible.name: text
            Accessible.role: Accessible.StaticText
        }
    }
    readonly property string encoded: {
        try { return new URL(address).href } catch (error) { return address }
    }
    AppText {
        Layout.fillWidth: true
        wrapMode: Text.Wrap
        color: Theme.text2
        text: root.openable ? qsTr("It comes from the model's reply. Your browser opens it; Sightline itself stays off the network.")
                            : qsTr("It comes from the model's reply. Only web and mail addresses can be opened.")
    }
    buttons: [
        AppButton { objectName: "linkCopy"; kind: "quiet"; glyph: "copy"; text: qsTr("Copy address"); onClicked: { root.copyWanted(root.address); root.close() } },
        AppButton { id: cancel; objectName: "linkCancel"; text: qsTr("Cancel"); onClicked: root.close() },
        AppButton { objectName: "linkOpen"; visible: root.openable; kind: "primary"; text: qsTr("Open in browser"); onClicked: { root.close(); Qt.openUrlExternally(root.address) } }
    ]
}
