import QtQuick
import QtQuick.Layouts
import Sightline

// What can be set, what that means, and the control for it; below the words where the page is narrow.
Item {
    id: root
    property string name
    property string help
    property bool ruled: true      // a line above it
    property bool stacked: width < 440
    default property alias control: slot.data
    Layout.fillWidth: true
    implicitHeight: grid.implicitHeight + 24
    Rectangle { visible: root.ruled; x: Theme.s4; width: parent.width - x; height: 1; color: Theme.line }
    GridLayout {
        id: grid
        x: Theme.s4
        y: 12
        width: parent.width - 2 * Theme.s4
        columns: root.stacked ? 1 : 2
        columnSpacing: Theme.s5
        rowSpacing: Theme.s2
        ColumnLayout {
            Layout.fillWidth: true
            Layout.minimumHeight: 36
            spacing: 3
            Item { Layout.fillHeight: true; visible: !root.stacked }
            AppText { text: root.name; font.weight: Font.Medium; wrapMode: Text.Wrap; Layout.fillWidth: true }
            AppText { visible: text !== ""; role: "caption"; text: root.help; color: Theme.text3; wrapMode: Text.Wrap; Layout.fillWidth: true }
            Item { Layout.fillHeight: true; visible: !root.stacked }
        }
        RowLayout { id: slot; spacing: Theme.s2; Layout.alignment: Qt.AlignVCenter }
    }
}
