// What happens on one frozen screen while a region is chosen: pointer and keys in, a region out. QML shows
// it.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QColor>
#include <QImage>
#include <QList>
#include <QObject>
#include <QPointF>
#include <QRect>
#include <QRectF>
#include <QSize>
#include <QString>
#include <functional>

#include "app/capture/region_selection.h"

namespace sightline {

// GUI thread only. Points and rectangles for QML are in units of the item that shows the picture, the
// selection itself is in pixels. Every way of the user through it:
//   drag                     makes a region; inside one moves it, at its edges and corners resizes it
//   letting go               takes it, if `quick`; with Ctrl held, or if not, it stays to be adjusted
//   click, drag below 4 px   selects the window under the pointer, or nothing where there is none; never
//   takes it double click             takes the region under it arrows                   move it by a pixel,
//   with Shift by ten; with Alt they resize it. While dragging they
//                            nudge the corner that follows the pointer
//   Space, Ctrl+A, Ctrl+L    select the window under the pointer, the whole screen, the last region
//   Ctrl+D                   away for three seconds, to open a menu, and again
//   Enter                    takes what is selected
//   Esc, right button        cancels
class RegionChooser : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made for each screen that is captured")
    Q_PROPERTY(QImage picture READ picture NOTIFY pictureChanged)
    Q_PROPERTY(QRectF selection READ selection NOTIFY changed)
    Q_PROPERTY(bool hasSelection READ hasSelection NOTIFY changed)
    Q_PROPERTY(bool dragging READ dragging NOTIFY changed)
    Q_PROPERTY(QPointF pointer READ pointer NOTIFY changed)
    Q_PROPERTY(bool pointerInside READ pointerInside NOTIFY changed)
    Q_PROPERTY(QPoint pixel READ pixel NOTIFY changed)
    Q_PROPERTY(QImage magnified READ magnified NOTIFY changed)
    Q_PROPERTY(QColor colour READ colour NOTIFY changed)
    Q_PROPERTY(QString sizeText READ sizeText NOTIFY changed)
    Q_PROPERTY(bool quick READ quick NOTIFY pictureChanged)
    Q_PROPERTY(bool hasLast READ hasLast NOTIFY pictureChanged)
    Q_PROPERTY(bool canDelay READ canDelay NOTIFY pictureChanged)

  public:
    struct Scene {
        QImage picture;        // RGB32
        QList<QRect> windows;  // the topmost first, in pixels of the picture; may reach over its edges
        QRect last;            // the last region, if it was on this screen
        bool quick = true;
        bool can_delay = true;  // whether Ctrl+D makes sense
    };

    explicit RegionChooser(QObject* parent = nullptr);

    void begin(const Scene& scene);
    void end();                        // lets go of the picture
    void setArea(const QRectF& area);  // of the item, in units of the window
    void setPriceText(std::function<QString(const QSize&)> text) { price_text_ = std::move(text); }

    // In units of the window.
    void hover(const QPointF& point);
    void leave();
    void press(const QPointF& point);
    void release(const QPointF& point, Qt::KeyboardModifiers modifiers);
    void doubleClick(const QPointF& point);
    bool key(int key, Qt::KeyboardModifiers modifiers, bool repeated);
    void abandon();  // another screen is being used

    void selectWindow();
    void selectScreen();
    void selectLast();

    QImage picture() const { return scene_.picture; }
    const QRect& pixels() const { return selection_.rectangle(); }
    QRectF selection() const;
    // The pixels around that one, magnified_pixels each way; dark where the screen ends.
    static constexpr int magnified_pixels = 21;
    QImage magnified() const;
    bool hasSelection() const { return !selection_.rectangle().isEmpty(); }
    bool dragging() const { return selection_.dragging(); }
    QPointF pointer() const { return pointer_ - area_.topLeft(); }
    bool pointerInside() const { return pointer_inside_; }
    QPoint pixel() const;
    QColor colour() const;
    QString sizeText() const;
    bool quick() const { return scene_.quick; }
    bool hasLast() const { return !scene_.last.isEmpty(); }
    bool canDelay() const { return scene_.can_delay; }
    Qt::CursorShape cursor() const;

  Q_SIGNALS:
    void pictureChanged();
    void changed();
    void used();  // the user turned to this screen
    void accepted(const QRect& pixels);
    void cancelled();
    void delayWanted();

  private:
    QPoint corner() const;  // of the pointer, with what the arrows added while dragging
    int reach() const;
    bool arrow(int x, int y, Qt::KeyboardModifiers modifiers);
    void accept();

    Scene scene_;
    RegionSelection selection_;
    QRectF area_;
    QPointF pointer_;
    bool pointer_inside_ = false;
    bool held_before_ = false;  // the press took hold of what was selected
    QPoint nudge_;
    std::function<QString(const QSize&)> price_text_;
};

}  // namespace sightline
