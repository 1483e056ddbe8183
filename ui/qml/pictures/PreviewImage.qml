import QtQuick

// A small picture of the window by its address, which ui/picture_provider.h answers: a lost one with nothing of a height that no
// other has. Not for a `sourceSize` of one's own, which hides that.
Image {
    readonly property bool lost: status === Image.Error || (status === Image.Ready && sourceSize.height === 769)
    readonly property bool drawn: status === Image.Ready && !lost
    asynchronous: true
    smooth: true
    mipmap: true
}
