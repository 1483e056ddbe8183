pragma Singleton
import QtQuick

// Every colour, size and duration of Sightline. Nothing else in ui/ names a literal colour.
QtObject {
    id: theme

    // Light or dark follows the system: Qt 6.4 has no colour scheme to ask for, but the palette tells.
    readonly property SystemPalette system: SystemPalette {}
    property string choice  // of the user: "light", "dark"; empty = as the system
    readonly property bool dark: choice === "" ? system.window.hslLightness < 0.5 : choice === "dark"
    // Of the user: 1 to 1.5. Letters grow by it, and with them whatever holds a line of them.
    property real textSize: 1
    function sized(pixels: real): int { return Math.round(pixels * textSize) }

    // Surfaces, from back to front
    readonly property color sidebar: dark ? "#111316" : "#F5F6F7"
    readonly property color canvas: dark ? "#16191D" : "#FFFFFF"
    readonly property color sunken: dark ? "#1E2227" : "#F5F6F7"
    readonly property color raised: dark ? "#1E2227" : "#FFFFFF"
    readonly property color bubble: dark ? "#262B31" : "#ECEFF2"
    readonly property color hover: dark ? "#14FFFFFF" : "#0D0F1720"
    readonly property color pressed: dark ? "#24FFFFFF" : "#1A0F1720"
    readonly property color scrim: "#990A0D10"
    readonly property color veil: dark ? "#E616191D" : "#E6FFFFFF"

    // Lines
    readonly property color line: dark ? "#2B3138" : "#E1E5E9"
    readonly property color edge: dark ? "#3A424A" : "#CDD3D9"
    readonly property color outline: dark ? "#6B7681" : "#7E8893"
    readonly property color track: dark ? "#2F363D" : "#DFE4E8"
    readonly property color segment: dark ? "#3A424A" : "#FFFFFF"  // the chosen one of a few
    readonly property color desk: dark ? "#0D0F11" : "#ECEFF2"     // around a picture
    readonly property color selected: dark ? "#262B31" : "#E4E8EC"

    // Tooltips
    readonly property color tip: dark ? "#E8EBEE" : "#22282E"
    readonly property color tipText: dark ? "#1A1F24" : "#FFFFFF"
    readonly property color tipHint: dark ? "#56606A" : "#B9C2CA"

    // Text
    readonly property color text: dark ? "#E8EBEE" : "#1A1F24"
    readonly property color text2: dark ? "#B0B9C2" : "#4B555F"
    readonly property color text3: dark ? "#929CA6" : "#626C76"
    readonly property color disabled: dark ? "#5C666F" : "#A0A8B0"

    // The one accent
    readonly property color accent: dark ? "#56C4D6" : "#0A6C7E"
    readonly property color accentHover: dark ? "#78D2E0" : "#085A69"
    readonly property color accentSoft: dark ? "#15343A" : "#E1F1F3"
    readonly property color accentText: dark ? "#9BE0EA" : "#07505E"
    readonly property color accentInk: dark ? "#062A31" : "#FFFFFF"

    // Meaning (never decoration)
    readonly property color danger: dark ? "#FF9A91" : "#B3261E"
    readonly property color dangerSoft: dark ? "#381D1C" : "#FCEDEB"
    readonly property color dangerText: dark ? "#FFC4BE" : "#7A1A14"
    readonly property color warning: dark ? "#F0BC5E" : "#855000"
    readonly property color warningSoft: dark ? "#33290F" : "#FFF3DC"
    readonly property color warningText: dark ? "#F6D79B" : "#5E3900"
    readonly property color success: dark ? "#6CCB93" : "#1C7040"

    // Code; what a MarkdownBlock is drawn with, see ui/block_text.h
    readonly property color codeString: dark ? "#8FCFA8" : "#1C6B3E"
    readonly property color codeNumber: dark ? "#E9BE74" : "#7D4C00"
    readonly property var blockLook: ({
        link: accent, code: bubble, head: text2, fixedFamily: fixedFamily,
        keyword: accent, name: accent, string: codeString, number: codeNumber, comment: text3,
        selection: accent, selectionInk: accentInk, hit: accentSoft, hitInk: accentText,
        currentHit: accent, currentHitInk: accentInk
    })

    // The edge of a picture, over any surface
    readonly property color frame: dark ? "#33FFFFFF" : "#22000000"
    // Drawn on pictures, whatever they show: lines and boxes
    readonly property color mark: "#0A8DA5"
    readonly property color markFill: "#330A8DA5"
    readonly property color doubt: "#C26A00"
    readonly property color doubtFill: "#33C26A00"
    readonly property color markHalo: "#E6FFFFFF"
    readonly property color markInk: "#FFFFFF"
    readonly property color gridLine: "#B30A8DA5"
    readonly property color gridHalo: "#66FFFFFF"
    // On the frozen screen, whatever it shows
    readonly property color overlayDesk: "#0A0D10"
    readonly property color overlayPanel: "#F0111316"
    readonly property color overlayText: "#FFFFFF"
    readonly property color overlayText2: "#D4D9DE"
    readonly property color overlayKey: "#2B3138"
    readonly property color overlayKeyEdge: "#4A535C"
    readonly property color overlayLine: "#66FFFFFF"
    readonly property color overlayGrid: "#30808080"
    readonly property color overlayEdge: "#33FFFFFF"
    readonly property color overlayAccent: "#56C4D6"
    readonly property color overlayGrip: "#087A8F"
    // One of the stacked rectangles of a shadow; `abroad` = over what is not ours, which may be dark
    function shadow(depth: int, abroad: bool): color { return Qt.rgba(0.04, 0.06, 0.09, (dark || abroad ? 0.42 : 0.14) / depth) }

    // Type: [pixel size, weight]
    readonly property string family: Qt.application.font.family
    readonly property string fixedFamily: ["Fira Code", "JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono"]
        .find(family => Qt.fontFamilies().includes(family)) ?? "monospace"
    readonly property var type: ({
        display: [sized(26), Font.DemiBold], heading: [sized(18), Font.DemiBold], title: [sized(15), Font.DemiBold],
        reading: [sized(14), Font.Normal], strong: [sized(13), Font.DemiBold], body: [sized(13), Font.Normal],
        caption: [sized(12), Font.Normal], micro: [sized(11), Font.Medium]
    })
    readonly property real leading: 1.45
    readonly property real eastAsianLeading: 1.15  // their fonts bring more of their own
    function leadingOf(text: string): real { return /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/.test(text) ? eastAsianLeading : leading }

    // Spacing (4 px grid) and corners
    readonly property int s1: 4
    readonly property int s2: 8
    readonly property int s3: 12
    readonly property int s4: 16
    readonly property int s5: 24
    readonly property int s6: 32
    readonly property int s7: 48
    readonly property int small: 4
    readonly property int control: 6
    readonly property int card: 10
    readonly property int panel: 14

    // Measures
    readonly property int controlHeight: sized(32)
    readonly property int rowControl: sized(28)
    readonly property int topBar: sized(56)
    readonly property int statusBar: sized(28)
    readonly property int railWidth: 56
    readonly property int sidebarWidth: sized(248)
    readonly property int parameterWidth: sized(296)
    readonly property int readingWidth: sized(760)
    readonly property int wide: sized(1180)    // from here on the parameters stand beside the conversation
    readonly property int docks: sized(960)    // below, the sidebar folds to the rail and opens as a sheet
    readonly property int compact: sized(760)  // below, the composer drops its hints and the model picker its name

    // Motion
    readonly property int fast: 90
    readonly property int normal: 160
}
