import QtQuick
import Sightline

// Text in one of the roles of Theme.type. Plain text always: names and replies come from outside.
Text {
    property string role: "body"
    color: Theme.text
    textFormat: Text.PlainText
    font.family: Theme.family
    font.pixelSize: Theme.type[role][0]
    font.weight: Theme.type[role][1]
    renderType: Text.NativeRendering
}
