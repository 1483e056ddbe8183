// What may be dropped on the window, and what becomes of it.
#include "ui/picture_drop_area.h"

#include <QGuiApplication>
#include <QMimeData>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTest>

using namespace sightline;

class PictureDropAreaTest : public QObject {
    Q_OBJECT

  private:
    QQuickWindow window_;
    PictureDropArea* area_ = nullptr;

    bool enter(const QMimeData& data) {
        QDragEnterEvent event(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&window_, &event);
        return event.isAccepted();
    }
    bool drop(const QMimeData& data) {
        QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&window_, &event);
        return event.isAccepted();
    }

  private Q_SLOTS:
    void initTestCase() {
        window_.resize(200, 200);
        area_ = new PictureDropArea(window_.contentItem());
        area_->setSize(QSizeF(200, 200));
        window_.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window_));
    }

    // As the system does when a drag goes away, accepted or not.
    void cleanup() {
        QDragLeaveEvent leave;
        QCoreApplication::sendEvent(&window_, &leave);
    }

    void textPasses() {
        QMimeData data;
        data.setText(QStringLiteral("only words"));
        QVERIFY(!enter(data));
        QVERIFY(!area_->hovering());
    }

    void filesAreHandedOn() {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(QStringLiteral("/a/one.png")),
                      QUrl::fromLocalFile(QStringLiteral("/a/two.png"))});
        QSignalSpy files(area_, &PictureDropArea::filesDropped);
        QVERIFY(enter(data));
        QVERIFY(area_->hovering());
        QVERIFY(drop(data));
        QVERIFY(!area_->hovering());
        QCOMPARE(files.count(), 1);
        QCOMPARE(files.at(0).at(0).value<QList<QUrl>>(), data.urls());
    }

    void aPreviewBesideAFileIsIgnored() {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(QStringLiteral("/a/one.png"))});
        data.setImageData(QImage(4, 4, QImage::Format_RGB32));
        QSignalSpy images(area_, &PictureDropArea::imageDropped);
        QSignalSpy files(area_, &PictureDropArea::filesDropped);
        enter(data);
        drop(data);
        QCOMPARE(images.count(), 0);
        QCOMPARE(files.count(), 1);
    }

    // A browser gives pixels and an address: the pixels are taken, the address never leaves the drop.
    void pixelsGoBeforeAWebAddress() {
        QMimeData data;
        data.setUrls({QUrl(QStringLiteral("http://127.0.0.1:9/x.png"))});
        QImage image(7, 5, QImage::Format_RGB32);
        image.fill(Qt::red);
        data.setImageData(image);
        QSignalSpy images(area_, &PictureDropArea::imageDropped);
        QSignalSpy files(area_, &PictureDropArea::filesDropped);
        enter(data);
        drop(data);
        QCOMPARE(images.count(), 1);
        QCOMPARE(images.at(0).at(0).value<QImage>().size(), QSize(7, 5));
        QCOMPARE(files.count(), 0);
    }

    void leavingEndsTheHover() {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(QStringLiteral("/a/one.png"))});
        enter(data);
        QVERIFY(area_->hovering());
        QDragLeaveEvent leave;
        QCoreApplication::sendEvent(&window_, &leave);
        QVERIFY(!area_->hovering());
    }
};

QTEST_MAIN(PictureDropAreaTest)
#include "picture_drop_area_test.moc"
