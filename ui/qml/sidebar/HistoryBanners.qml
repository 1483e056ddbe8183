import QtQuick
import QtQuick.Layouts
import Sightline

// What the history has to say: what opening it found, and that nothing can be saved.
ColumnLayout {
    id: root
    required property var shelf  // app/shelf/conversation_shelf.h, or null
    visible: report.sentence !== "" || problem.sentence !== ""
    spacing: Theme.s2
    Banner {
        id: report
        objectName: "historyReport"
        visible: sentence !== ""
        Layout.fillWidth: true
        kind: root.shelf?.reportOfLoss ? "danger" : "warning"
        sentence: root.shelf?.report ?? ""
        actions: [qsTr("Dismiss")]
        onTriggered: root.shelf.dismissReport()
    }
    Banner {
        id: problem
        objectName: "historyProblem"
        visible: sentence !== ""
        Layout.fillWidth: true
        sentence: root.shelf?.problem ?? ""
    }
}
