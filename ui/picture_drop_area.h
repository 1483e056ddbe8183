// Where pictures can be dropped: local files, or picture data (as browsers and image viewers offer).
//
// QML's own DropArea cannot read picture data, so this item does. It takes drags only while they hold files
// or a picture, and lets everything else (text) pass. GUI thread only.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QList>
#include <QQuickItem>
#include <QUrl>

class QMimeData;

namespace sightline {

class PictureDropArea : public QQuickItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(bool hovering READ hovering NOTIFY hoveringChanged)

  public:
    explicit PictureDropArea(QQuickItem* parent = nullptr);

    bool hovering() const { return hovering_; }

  Q_SIGNALS:
    void hoveringChanged();
    // One of the three for each drop. Files are handed on as they are; who takes them decides about addresses
    // that are not local. `name` is that of the picture's address, or empty.
    void filesDropped(const QList<QUrl>& files);
    void encodedDropped(const QByteArray& file, const QString& name);  // not decoded here
    void imageDropped(const QImage& image, const QString& name);

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void setHovering(bool hovering);

    bool hovering_ = false;
};

}  // namespace sightline
