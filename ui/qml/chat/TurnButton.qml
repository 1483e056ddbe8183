import Sightline

// Small, beside what was said.
IconButton {
    glyphSize: 18
    implicitWidth: 28
    implicitHeight: 28
}
