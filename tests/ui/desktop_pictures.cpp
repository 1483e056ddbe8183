// Takes pictures of the ask panel on a screen, and of the page of settings. Not a test; docs/make_pictures.sh
// runs it.
//
//   desktop_pictures panel|reading|waiting|settings|prompts FILE WIDTH HEIGHT [dark] [zh] [large]
#include <QGuiApplication>
#include <QPainter>
#include <QProcess>
#include <QRasterWindow>
#include <QScreen>
#include <QTest>
#include <cstdio>

#include "app/capture/compositor.h"
#include "desktop_fixture.h"
#include "ui/window.h"

using namespace sightline;

namespace {

constexpr int patience_ms = 60000;
const QRect selection(90, 150, 560, 150);

// What the panel stands beside: a message box on a plain desktop.
class Backdrop : public QRasterWindow {
  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.fillRect(QRect(QPoint(), size()), QColor(0x3b, 0x4a, 0x57));
        painter.fillRect(QRect(40, 90, 700, 420), Qt::white);
        const QImage sample(WindowFixture::sampleFile(QStringLiteral("message.png")).toLocalFile());
        painter.drawImage(selection.topLeft(), sample.scaled(selection.size(), Qt::KeepAspectRatio));
        painter.setPen(QPen(QColor(0x56, 0xc4, 0xd6), 2));
        painter.drawRect(selection);
    }
};

bool showPanel(DesktopFixture& f, const QString& scene, const QString& file, const QSize& size) {
    f.window->view().hide();
    // With it the panel floats; without it, it is shown as where there is none.
    QProcess compositor;
    compositor.start(QStringLiteral("xcompmgr"), {QStringLiteral("-n")});
    if (compositor.waitForStarted() && !QTest::qWaitFor(hasCompositor, patience_ms)) return false;
    Backdrop backdrop;
    backdrop.setFlags(Qt::FramelessWindowHint);
    backdrop.setGeometry(QRect(QPoint(), size));
    backdrop.show();
    const QImage picture(WindowFixture::sampleFile(QStringLiteral("message.png")).toLocalFile());
    f.ask->begin(picture, QStringLiteral("Screen"));
    f.panel->showBeside(selection, nullptr);
    const auto answered = [&] { return f.ask->answered() && !f.ask->busy(); };
    if (scene == QLatin1String("reading")) f.ask->readText();
    if (scene == QLatin1String("panel")) f.ask->ask(QStringLiteral("Read the text in this image."));
    if (scene == QLatin1String("waiting")) {
        f.ask->ask(QStringLiteral("What does it say?"));
    } else if (!QTest::qWaitFor(answered, patience_ms)) {
        return false;
    }
    QTest::qWait(600);
    const bool saved = backdrop.screen()->grabWindow(0).save(file);
    compositor.kill();
    compositor.waitForFinished();
    return saved;
}

}  // namespace

int main(int argc, char** argv) {
    prepareWindowing();
    QGuiApplication application(argc, argv);
    QGuiApplication::setQuitOnLastWindowClosed(false);
    const QStringList words = QCoreApplication::arguments();
    if (words.size() < 5) {
        std::fprintf(stderr, "usage: desktop_pictures SCENE FILE WIDTH HEIGHT [dark] [zh] [large]\n");
        return 2;
    }
    dressApplication(application,
                     words.contains(QStringLiteral("zh")) ? QStringLiteral("zh_CN") : QStringLiteral("en"));
    const QSize size(words[3].toInt(), words[4].toInt());
    DesktopFixture f(words[1] != QLatin1String("waiting"));
    if (words.contains(QStringLiteral("dark"))) f.page->setTheme(QStringLiteral("dark"));
    if (words.contains(QStringLiteral("large"))) f.page->setTextSize(150);
    if (words[1] != QLatin1String("waiting") && !f.window->waitUntilReady()) return 1;
    if (words[1] != QLatin1String("settings") && words[1] != QLatin1String("prompts"))
        return showPanel(f, words[1], words[2], size) ? 0 : 1;
    f.window->view().resize(size);
    if (words[1] == QLatin1String("prompts")) {
        f.keys.set(QStringLiteral("read"), QKeySequence(QStringLiteral("Ctrl+Alt+X")));
        f.prompts->add(QStringLiteral("Find the error"),
                       QStringLiteral("Which of these lines is wrong, and why?"));
    }
    f.window->click(QStringLiteral("settingsToggle"));
    QTest::qWait(400);
    if (words[1] == QLatin1String("prompts")) {
        f.window->click(QStringLiteral("settingsSection2"));
        f.window->click(QStringLiteral("promptEdit5"));
        QTest::qWait(400);
    }
    return f.window->view().grabWindow().save(words[2]) ? 0 : 1;
}
