import QtQuick
import Sightline

Rectangle {
    radius: Theme.card
    color: Theme.raised
    border.width: 1
    border.color: Theme.line
}
