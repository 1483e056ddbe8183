import QtQuick
import QtQuick.Layouts
import Sightline

// A card of settings under its name.
ColumnLayout {
    id: root
    property string name
    default property alias rows: inner.data
    Layout.fillWidth: true
    spacing: Theme.s2
    AppText { role: "strong"; text: root.name; color: Theme.text2; Accessible.role: Accessible.Heading; Accessible.name: text }
    Card {
        Layout.fillWidth: true
        implicitHeight: inner.implicitHeight
        ColumnLayout { id: inner; width: parent.width; spacing: 0 }
    }
}
