import QtQuick
import QtQuick.Layouts
import Sightline

// A name, an exact number and a slider for the same value. `exponent`: the slider runs over doublings.
ColumnLayout {
    id: root
    property string name
    property string hint
    property real value: 0
    property real from: 0
    property real to: 1
    property real sliderTo: to    // the slider ends here, the number does not
    property real own: NaN        // the model's own value
    property real step: 0.05      // of the slider
    property real fine: 0.01      // of the number field's arrow keys
    property int decimals: 2
    property bool exponent: false
    property bool changed: false  // differs from the model's own value
    property string key
    signal edited(real number)
    signal resetWanted()
    spacing: 2

    function toSlider(number: real): real { return exponent ? Math.log2(Math.max(1, number)) : number }
    function fromSlider(place: real): real {
        if (!exponent) return Math.min(to, Math.max(from, Math.round(place / step) * step))
        const number = Math.pow(2, place)
        return Math.min(to, Math.max(from, number < 16 ? Math.round(number) : Math.round(number / 16) * 16))
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: 6
        AppText {
            text: root.name
            color: Theme.text2
            elide: Text.ElideRight
            Layout.maximumWidth: 140
            HoverHandler { id: over }
            Tip { visible: over.hovered && root.hint !== ""; text: root.hint }
        }
        Rectangle {
            objectName: root.key + "Dot"
            visible: root.changed
            width: 6
            height: 6
            radius: 3
            color: Theme.accent
            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("changed")
        }
        Item { Layout.fillWidth: true }
        IconButton {
            objectName: root.key + "Reset"
            visible: root.changed
            implicitWidth: 24
            implicitHeight: Theme.sized(24)
            glyph: "undo"
            glyphSize: 16
            text: isNaN(root.own) ? qsTr("Back to the model's own value") : qsTr("Back to the model's own value, %1").arg(field.format(root.own))
            Accessible.name: qsTr("%1: %2").arg(root.name).arg(text)
            onClicked: { field.forceActiveFocus(Qt.OtherFocusReason); root.resetWanted() }
        }
        NumberField {
            id: field
            objectName: root.key + "Field"
            Layout.preferredWidth: 72
            name: root.name
            value: root.value
            from: root.from
            to: root.to
            step: root.fine
            decimals: root.decimals
            onEdited: (number) => root.edited(number)
        }
    }
    AppSlider {
        id: slider
        objectName: root.key + "Slider"
        Layout.fillWidth: true
        from: root.toSlider(root.from)
        to: root.toSlider(root.sliderTo)
        stepSize: root.exponent ? 0 : root.step
        Accessible.role: Accessible.Slider
        Accessible.name: root.name
        Accessible.description: root.hint
        onMoved: root.edited(root.fromSlider(value))
        // One key press is an eighth of a doubling; Slider itself would jump by a tenth of the whole.
        Keys.onPressed: (event) => {
            const direction = event.key === Qt.Key_Right || event.key === Qt.Key_Up ? 1
                            : event.key === Qt.Key_Left || event.key === Qt.Key_Down ? -1 : 0
            if (!root.exponent || direction === 0) return
            const next = root.fromSlider(root.toSlider(root.value) + direction / 8)
            root.edited(next !== root.value ? next : Math.min(root.to, Math.max(root.from, root.value + direction)))
            event.accepted = true
        }
    }
    Binding {
        target: slider
        property: "value"
        value: root.toSlider(root.value)
        when: !slider.pressed
        restoreMode: Binding.RestoreNone
    }
    AppText {
        objectName: root.key + "Range"
        visible: field.bad
        role: "caption"
        color: Theme.danger
        Layout.fillWidth: true
        wrapMode: Text.Wrap
        text: qsTr("Between %1 and %2. The value before stays in use.").arg(field.format(root.from)).arg(field.format(root.to))
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
}
