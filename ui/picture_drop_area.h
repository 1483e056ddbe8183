// Where pictures can be dropped: local files, or picture data (as browsers and image viewers offer).
//
// QML's own DropArea cannot read picture data, so this item does. It takes drags only while they hold files
// or a picture, and lets everything else (text) pass. GUI thread only.
#pragma once

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
    // One of the two for each drop. Files are handed on as they are; who takes them decides about addresses
    // that are not local.
    void filesDropped(const QList<QUrl>& files);
    void imageDropped(const QImage& image);

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
