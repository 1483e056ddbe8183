import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Sightline

// Before the first question: what belongs here, and the first step.
ScrollView {
    id: root
    required property var chat
    property url sample
    property int margin: Theme.s6
    readonly property bool offer: sample.toString() !== ""
    signal asked(string question)
    contentWidth: availableWidth
    contentHeight: column.implicitHeight + 2 * Theme.s5
    clip: true
    ScrollBar.vertical: AppScrollBar { x: parent.width - width; height: parent.height }

    Item {
        width: root.availableWidth
        height: Math.max(root.availableHeight, column.implicitHeight + 2 * Theme.s5)
        ColumnLayout {
            id: column
            anchors.horizontalCenter: parent.horizontalCenter
            // A little above the middle, where the eye expects it.
            y: Math.max(Theme.s5, Math.round((parent.height - implicitHeight) * 0.42))
            width: Math.min(Theme.readingWidth, parent.width - 2 * root.margin)
            spacing: Theme.s2
            AppText {
                objectName: "headline"
                role: "display"
                text: qsTr("Ask about a picture")
                wrapMode: Text.Wrap
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
                Accessible.role: Accessible.Heading
                Accessible.name: text
            }
            Paragraph {
                color: Theme.text2
                text: qsTr("Drop it anywhere in this window, or paste it. Nothing leaves this computer.")
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
            Card {
                visible: root.offer
                Layout.fillWidth: true
                Layout.topMargin: Theme.s4
                implicitHeight: body.implicitHeight + 24
                GridLayout {
                    id: body
                    x: 12
                    y: 12
                    width: parent.width - 24
                    columns: width < 560 ? 1 : 2
                    columnSpacing: Theme.s4
                    rowSpacing: Theme.s3
                    Rectangle {
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        Layout.preferredWidth: 5
                        Layout.minimumHeight: body.columns === 1 ? 112 : 184
                        radius: Theme.control
                        color: Theme.sunken
                        Image {
                            objectName: "samplePicture"
                            anchors.centerIn: parent
                            readonly property real room: Math.min((parent.width - 24) / Math.max(1, implicitWidth),
                                                                  (parent.height - 24) / Math.max(1, implicitHeight))
                            width: Math.round(implicitWidth * Math.min(room, 1.5))
                            height: Math.round(implicitHeight * Math.min(room, 1.5))
                            source: root.sample
                            mipmap: true
                            Accessible.role: Accessible.Graphic
                            Accessible.name: qsTr("Sample picture")
                            Rectangle { anchors.fill: parent; color: "transparent"; border.width: 1; border.color: Theme.frame }
                        }
                    }
                    ColumnLayout {
                        Layout.fillWidth: true
                        Layout.preferredWidth: 4
                        spacing: Theme.s2
                        AppText {
                            role: "caption"
                            color: Theme.text3
                            text: qsTr("Try it with this sample")
                            Layout.topMargin: 2
                            Layout.bottomMargin: 2
                        }
                        Repeater {
                            model: [
                                { glyph: "text", words: qsTr("Read the text in this image.") },
                                { glyph: "search", words: qsTr("What does it say?") },
                                { glyph: "list", words: qsTr("Write down every word, line by line.") }
                            ]
                            SampleQuestion {
                                required property int index
                                required property var modelData
                                objectName: "sampleQuestion" + index
                                Layout.fillWidth: true
                                glyph: modelData.glyph
                                text: modelData.words
                                onClicked: root.asked(modelData.words)
                            }
                        }
                    }
                }
            }
        }
    }
}
