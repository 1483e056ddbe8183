// Takes pictures of the overlay over a drawn desktop. Not a test; docs/make_pictures.sh runs it.
//
//   capture_pictures SCENE FILE SCALE [dark]
//   SCENE: aiming, dragging, chosen, waiting
#include <QGuiApplication>
#include <QPainter>
#include <QQmlEngine>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTest>
#include <cstdio>

#include "tests/ui/capture/x_session.h"
#include "ui/capture/region_capture.h"
#include "ui/window.h"

extern void qml_register_types_Sightline();

using namespace sightline;
using testing::XSession;

namespace {

// What somebody may have on the screen.
QImage desktop(const QSize& size, double scale, bool dark) {
    QImage picture(size, QImage::Format_RGB32);
    QPainter p(&picture);
    p.setRenderHint(QPainter::Antialiasing);
    QLinearGradient sky(0, 0, 0, size.height());
    sky.setColorAt(0, dark ? QColor(16, 22, 30) : QColor(120, 165, 200));
    sky.setColorAt(1, dark ? QColor(30, 26, 34) : QColor(214, 200, 176));
    p.fillRect(picture.rect(), sky);
    p.scale(scale, scale);
    const QColor paper = dark ? QColor(30, 32, 36) : QColor(255, 255, 255);
    const QColor ink = dark ? QColor(220, 224, 228) : QColor(30, 34, 40);
    const auto text = [&](double x, double y, const QString& words, int pixels, bool bold = false) {
        QFont font = QGuiApplication::font();
        font.setPixelSize(pixels);
        font.setBold(bold);
        p.setFont(font);
        p.setPen(ink);
        p.drawText(QPointF(x, y), words);
    };
    p.setPen(Qt::NoPen);
    p.setBrush(paper);
    p.drawRoundedRect(QRectF(96, 84, 860, 600), 10, 10);
    p.drawRoundedRect(QRectF(1000, 150, 380, 420), 10, 10);
    text(144, 176, QStringLiteral("3  Visitors and income"), 22, true);
    text(144, 214,
         QStringLiteral("The museum counted 48,210 visitors in the first quarter, more than a year before."),
         14);
    const QStringList rows[] = {{"Month", "Visitors", "Tickets", "Total"},
                                {"January", "13,870", "96,400", "117,450"},
                                {"February", "15,120", "104,900", "129,210"},
                                {"March", "19,220", "139,700", "173,180"},
                                {"Quarter", "48,210", "341,000", "419,840"}};
    for (int row = 0; row < 5; ++row)
        for (int column = 0; column < 4; ++column)
            text(164 + column * 150, 306 + row * 44, rows[row].value(column), 14, row % 4 == 0);
    text(1024, 196, QStringLiteral("Notes"), 18, true);
    text(1024, 236, QStringLiteral("Ask about the March figure"), 14);
    return picture;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fprintf(stderr, "usage: capture_pictures SCENE FILE SCALE [dark]\n");
        return 2;
    }
    const QByteArray scene = argv[1];
    const double scale = QByteArray(argv[3]).toDouble();
    const QSize size = QSize(1440, 900) * scale;
    XSession session;
    if (!session.startWithOneMonitor(size, argv[3]).isEmpty()) return 1;
    prepareWindowing();
    QGuiApplication application(argc, argv);
    dressApplication(application);
    QGuiApplication::setQuitOnLastWindowClosed(false);
    session.paintDesktop(desktop(size, scale, argc > 4));
    qml_register_types_Sightline();
    QQmlEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    RegionCapture capture(makeScreenGrabber(), engine);
    capture.prepare();
    capture.setPriceText([](const QSize& pixels) {
        return QStringLiteral("%1 tok  ·  ~1 s").arg(pixels.width() * pixels.height() / 1'024);
    });
    const auto at = [&](int x, int y) {
        return QStringLiteral("mousemove %1 %2").arg(qRound(x * scale)).arg(qRound(y * scale));
    };
    session.xdotool(at(600, 420));
    if (scene == "waiting") {
        capture.start({.delay_seconds = 3});
        QTest::qWait(700);
        return session.shown(QRect(QPoint(), size)).save(QString::fromLocal8Bit(argv[2])) ? 0 : 1;
    }
    capture.start({.quick = scene == "aiming"});
    QQuickWindow* overlay = nullptr;
    const bool shown = QTest::qWaitFor([&] {
        const auto windows = QGuiApplication::allWindows();
        for (QWindow* window : windows)
            if (window->isExposed() && window->objectName() == QLatin1String("captureOverlay"))
                overlay = qobject_cast<QQuickWindow*>(window);
        return overlay != nullptr;
    });
    if (!shown) return 1;
    if (scene != "aiming") session.xdotool(at(144, 270) + " mousedown 1 " + at(700, 520));
    if (scene == "chosen") session.xdotool("mouseup 1 " + at(830, 640));
    QTest::qWait(300);  // until the pointer's last move is drawn
    return session.shown(QRect(QPoint(), size)).save(QString::fromLocal8Bit(argv[2])) ? 0 : 1;
}
