import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// How the model looks at a picture, with what each way costs.
Popup {
    id: root
    property var choices: []  // {id, name, text, current}
    signal chosen(string detail)
    objectName: "detailMenu"
    width: 320
    padding: 6
    margins: Theme.s2
    focus: true
    property string at                // the row that has the focus
    property bool byKeys: false       // which shows where it is
    onOpened: { at = ""; byKeys = false; focusRow() }
    // Prices that change while the menu is open make its rows anew: the focus stays where the keys had moved it, and is seen there.
    onChoicesChanged: if (opened) Qt.callLater(focusRow)
    function focusRow() {
        for (let i = 0; i < rows.count; ++i) {
            const row = rows.itemAt(i)
            if (row && (at === "" ? row.current : row.modelData.id === at)) {
                row.forceActiveFocus(byKeys ? Qt.TabFocusReason : Qt.PopupFocusReason)
                return
            }
        }
    }
    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.fast } }
    background: Card { Shadow { depth: 24; radius: Theme.card } }
    contentItem: ColumnLayout {
        spacing: 2
        AppText {
            role: "micro"
            text: qsTr("What the model sees")
            color: Theme.text3
            Layout.margins: 10
            Layout.topMargin: 6
            Layout.bottomMargin: 4
        }
        Repeater {
            id: rows
            model: root.choices
            MenuRow {
                required property var modelData
                objectName: "detail-" + modelData.id
                Layout.fillWidth: true
                text: modelData.name
                detail: modelData.text
                current: modelData.current
                tip: ({ auto: qsTr("The most pixels that are looked at within 5 seconds; a small picture and its text if small print would be lost"),
                        low: qsTr("A quarter of a megapixel: quick, enough for scenes"),
                        high: qsTr("The most that the model was made for"),
                        exact: qsTr("Every pixel of the original, however long it takes"),
                        assist: qsTr("A small picture together with the text that the reader finds in it at full size") })[modelData.id] ?? ""
                onActiveFocusChanged: if (activeFocus) root.at = modelData.id
                onVisualFocusChanged: if (activeFocus) root.byKeys = visualFocus
                onClicked: { root.close(); root.chosen(modelData.id) }
            }
        }
    }
}
