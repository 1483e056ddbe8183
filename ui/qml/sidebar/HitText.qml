import QtQuick
import Sightline

// A text from outside with ranges in it that were found. The marks are ours; all of the text is escaped.
AppText {
    id: root
    property string lead       // stands before it, without marks
    property string plain
    property var hits: []      // of {start, length} in `plain`, in order, apart from each other
    property color paper: "transparent"  // behind the hits; then the text is not elided
    readonly property string ink: Theme.accentText
    readonly property bool papered: paper.a > 0
    textFormat: papered ? Text.RichText : Text.StyledText
    text: {
        let marked = escaped(lead), at = 0
        for (const hit of hits) {
            marked += escaped(plain.substring(at, hit.start))
            at = hit.start + hit.length
            const words = escaped(plain.substring(hit.start, at))
            marked += papered ? "<span style=\"background-color:" + paper + ";color:" + ink + ";font-weight:600\">" + words + "</span>"
                              : "<b><font color=\"" + ink + "\">" + words + "</font></b>"
        }
        return marked + escaped(plain.substring(at))
    }
    function escaped(words: string): string {
        return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
    }
}
