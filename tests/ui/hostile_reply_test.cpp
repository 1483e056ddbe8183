// Nothing in a reply causes a connection or opens a file. A server counts the one, the kernel the other, and
// both are shown to count: Qt's own Markdown does what ours must not.
#include <sys/inotify.h>
#include <unistd.h>

#include <QFile>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickView>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <array>
#include <memory>

#include "shown_reply.h"

using namespace sightline;

namespace {

// Counts how often files of a folder are opened, by anybody.
class OpenCounter {
  public:
    explicit OpenCounter(const QString& folder) : queue_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
        if (inotify_add_watch(queue_, QFile::encodeName(folder).constData(), IN_OPEN) < 0)
            qFatal("the folder cannot be watched");
    }
    ~OpenCounter() { close(queue_); }
    OpenCounter(const OpenCounter&) = delete;
    OpenCounter& operator=(const OpenCounter&) = delete;

    int count() {
        alignas(inotify_event) std::array<char, 4096> buffer{};
        for (ssize_t size; (size = read(queue_, buffer.data(), buffer.size())) > 0;) {
            for (ssize_t at = 0; at < size;) {
                const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
                // The folder itself is opened by nobody but us.
                if ((event->mask & IN_ISDIR) == 0) ++count_;
                at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
            }
        }
        return count_;
    }

  private:
    const int queue_;
    int count_ = 0;
};

}  // namespace

class HostileReplyTest : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir folder_;
    QTcpServer server_;
    int connections_ = 0;
    std::unique_ptr<OpenCounter> opens_;

    QString picture() const { return folder_.filePath(QStringLiteral("planted.png")); }
    QString web() const { return QStringLiteral("http://127.0.0.1:%1").arg(server_.serverPort()); }
    QString file() const { return QUrl::fromLocalFile(picture()).toString(); }

    QString hostileReply() const {
        QString text = QStringLiteral(
            "![](WEB/a.png) ![x](WEB/b.png \"t\") [![y](WEB/c.png)](WEB/d) <WEB/e> WEB/f.png\n\n"
            "<img src=\"WEB/g.png\"><img src='FILE'> <script src=\"WEB/h.js\"></script>\n\n"
            "![](FILE) ![p](PATH) [link](FILE) [j](javascript:alert(1)) ![](data:image/png;base64,AAAA)\n\n"
            "<iframe src=\"WEB/i\"></iframe>\n<link rel=stylesheet href=WEB/j.css>\n"
            "<style>@import url(WEB/k.css); body { background: url(FILE) }</style>\n\n"
            "| ![](WEB/l.png) | <img src=WEB/m.png> |\n|---|---|\n| ![](FILE) | [a](WEB/n) |\n\n"
            "> ![](WEB/o.png)\n\n- ![](FILE)\n- [ ] <img src=\"FILE\">\n\n"
            "# ![](WEB/p.png) <img src='WEB/q.png'>\n\n"
            "```html\n<img src=\"WEB/r.png\">\n![](FILE)\n```\n\n"
            "[ref]: WEB/s.png\n![ref] ![z][ref] &lt;img src=WEB/t.png&gt; `<img src=WEB/u.png>` ![](qrc:/x) "
            "![](image://pictures/x) \uFFFC \uFDD0\uFDD1\u2028\u2029 \u202Egnp.exe\n");
        return text.replace(QStringLiteral("WEB"), web())
            .replace(QStringLiteral("FILE"), file())
            .replace(QStringLiteral("PATH"), picture());
    }

  private Q_SLOTS:
    void initTestCase() {
        dressApplication(*qGuiApp, QStringLiteral("en"));
        QImage image(8, 8, QImage::Format_RGB32);
        image.fill(Qt::red);
        QVERIFY(image.save(picture()));
        QVERIFY(server_.listen(QHostAddress::LocalHost));
        connect(&server_, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = server_.nextPendingConnection()) {
                ++connections_;
                socket->disconnectFromHost();
            }
        });
        opens_ = std::make_unique<OpenCounter>(folder_.path());
    }

    void aReplyCausesNothing_data() {
        QTest::addColumn<bool>("streamed");
        QTest::newRow("whole") << false;
        QTest::newRow("streamed") << true;
    }

    void aReplyCausesNothing() {
        QFETCH(bool, streamed);
        const QString text = hostileReply();
        ShownReply reply(streamed ? QString() : text, streamed);
        for (qsizetype at = 0; streamed && at < text.size(); at += 5) {
            reply.messages().appendText(1, text.mid(at, 5));
            QCoreApplication::processEvents();
        }
        if (streamed) reply.end();
        reply.draw();
        // Look at every part of it, hover over it, take it all away.
        QQuickItem* list = reply.w.item(QStringLiteral("messages"));
        for (double y = 0; y < reply.reply()->height(); y += 300) {
            list->setProperty("contentY", y);
            reply.draw();
            QTest::mouseMove(&reply.w.view(), QPoint(400, 300));
            QVERIFY(!reply.w.view().grabWindow().isNull());
        }
        reply.reply()->forceActiveFocus();
        reply.w.key(Qt::Key_A, Qt::ControlModifier);
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(reply.w.window().network().refused(), 0);  // nothing was even asked for
        QCOMPARE(opens_->count(), 0);
        QCOMPARE(connections_, 0);
        // It is all there to read.
        const QString shown = reply.blocks().plainText();
        QVERIFY(shown.contains(QStringLiteral("<img src=\"%1/g.png\">").arg(web())));
        QVERIFY(shown.contains(QStringLiteral("<script")));
    }

    // Last: the same addresses in a text of Qt's own are fetched and opened, and the counters see it.
    void theCountersCount() {
        QQuickView view;  // its engine has the network that ours has not
        QQmlComponent component(view.engine());
        component.setData("import QtQuick\nText { width: 300; textFormat: Text.MarkdownText }", {});
        QObject* text = component.create();
        QVERIFY(text);
        view.setContent({}, &component, text);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        text->setProperty("text", QStringLiteral("![x](%1/x.png) ![y](%2)").arg(web(), file()));
        QTRY_VERIFY(connections_ > 0);
        QTRY_VERIFY(opens_->count() > 0);
    }
};

int main(int argc, char** argv) {
    prepareWindowing();
    QGuiApplication application(argc, argv);
    HostileReplyTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "hostile_reply_test.moc"
