// text_window X Y: a window like a terminal, with three lines of text that are nowhere else, at this place of
// the screen. Writes a line to standard output as soon as they can be seen.
#include <QGuiApplication>
#include <QPainter>
#include <QRasterWindow>
#include <QTimer>
#include <cstdio>

namespace {

class TextWindow : public QRasterWindow {
  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.fillRect(QRect(QPoint(), size()), QColor(0x1e, 0x1e, 0x1e));
        painter.setPen(QColor(0xe0, 0xe0, 0xe0));
        QFont font(QStringLiteral("Noto Sans Mono"));
        font.setPixelSize(22);
        painter.setFont(font);
        painter.drawText(20, 45, QStringLiteral("$ cat pond.txt"));
        painter.drawText(20, 85, QStringLiteral("The grey heron waits at the pond"));
        painter.drawText(20, 125, QStringLiteral("total 4,807 fish"));
        QTimer::singleShot(200, this, [] {
            std::puts("drawn");
            std::fflush(stdout);
        });
    }
};

}  // namespace

int main(int argc, char** argv) {
    QGuiApplication application(argc, argv);
    const QStringList words = QCoreApplication::arguments();
    TextWindow window;
    window.setTitle(QStringLiteral("terminal"));
    // No frame: what the window manager draws is none of ours.
    window.setFlags(Qt::FramelessWindowHint);
    window.setGeometry(words.value(1).toInt(), words.value(2).toInt(), 620, 170);
    window.show();
    return QGuiApplication::exec();
}
