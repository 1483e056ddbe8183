import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// Which pages of a document go with the question.
Popup {
    id: root
    property string name
    property string pages
    property int pageCount: 0
    property var choose: (pages) => ""  // returns why not, or nothing
    objectName: "pagesPopup"
    width: 320
    padding: Theme.s4
    margins: Theme.s2
    focus: true
    onOpened: { field.text = pages; problem.text = ""; field.selectAll(); field.forceActiveFocus(Qt.PopupFocusReason) }
    function submit() {
        problem.text = choose(field.text)
        if (problem.text === "") close()
        else field.forceActiveFocus(Qt.OtherFocusReason)
    }
    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.fast } }
    background: Card { Shadow { depth: 24; radius: Theme.card } }
    contentItem: ColumnLayout {
        spacing: Theme.s2
        AppText { role: "strong"; text: qsTr("Pages of %1").arg(root.name); elide: Text.ElideMiddle; Layout.fillWidth: true }
        AppText { role: "caption"; text: qsTr("1 to %L1, for example 1-3, 7").arg(root.pageCount); color: Theme.text3; Layout.fillWidth: true }
        RowLayout {
            spacing: Theme.s2
            TextField {
                id: field
                objectName: "pagesField"
                Layout.fillWidth: true
                implicitHeight: Theme.controlHeight
                leftPadding: 10
                rightPadding: 10
                verticalAlignment: Text.AlignVCenter
                font.family: Theme.family
                font.pixelSize: Theme.type.body[0]
                color: Theme.text
                selectionColor: Theme.accent
                selectedTextColor: Theme.accentInk
                renderType: Text.NativeRendering
                selectByMouse: true
                maximumLength: 200
                Accessible.role: Accessible.EditableText
                Accessible.name: qsTr("Pages")
                onTextEdited: problem.text = ""
                Keys.onReturnPressed: root.submit()
                Keys.onEnterPressed: root.submit()
                background: Rectangle {
                    radius: Theme.control
                    color: Theme.raised
                    border.width: field.activeFocus || problem.text ? 2 : 1
                    border.color: problem.text ? Theme.danger : field.activeFocus ? Theme.accent : Theme.edge
                }
            }
            AppButton { objectName: "pagesChoose"; kind: "primary"; text: qsTr("Attach"); onClicked: root.submit() }
        }
        AppText {
            id: problem
            objectName: "pagesProblem"
            visible: text !== ""
            role: "caption"
            color: Theme.danger
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }
    }
}
