import Sightline

// Small, beside what was said.
IconButton {
    glyphSize: 18
    implicitWidth: 28
    implicitHeight: Theme.sized(28)
}
