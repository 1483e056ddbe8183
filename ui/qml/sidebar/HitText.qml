import QtQuick
import Sightline

// A text from outside with ranges in it that were found. The marks are ours; all of the text is escaped.
AppText {
    id: root
    property string plain
    property var hits: []  // of {start, length}, in order, apart from each other
    readonly property string ink: Theme.accentText
    textFormat: Text.StyledText
    text: {
        let marked = "", at = 0
        for (const hit of hits) {
            marked += escaped(plain.substring(at, hit.start))
            at = hit.start + hit.length
            marked += "<b><font color=\"" + ink + "\">" + escaped(plain.substring(hit.start, at)) + "</font></b>"
        }
        return marked + escaped(plain.substring(at))
    }
    function escaped(words: string): string {
        return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
    }
}
