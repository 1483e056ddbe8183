// The ask panel on a real X server, with something that says it is a compositor and without: round corners
// and a shadow where what is behind them shows, else a plain opaque window.
#include <xcb/xcb.h>

#include <QGuiApplication>
#include <QQuickItem>
#include <QTest>

#include "app/capture/compositor.h"
#include "desktop_fixture.h"
#include "tests/ui/capture/x_session.h"

using namespace sightline;

namespace {

testing::XSession* session = nullptr;
QString why_not;
constexpr int enough_ms = 60'000;

// Another program that owns the selection of compositors. Nothing is put together: the tests look at what the
// panel itself draws.
class PlayedCompositor {
  public:
    PlayedCompositor() : connection_(session->other()), window_(xcb_generate_id(connection_)) {
        const QByteArray name("_NET_WM_CM_S0");
        xcb_intern_atom_reply_t* atom = xcb_intern_atom_reply(
            connection_,
            xcb_intern_atom(connection_, 0, static_cast<std::uint16_t>(name.size()), name.constData()),
            nullptr);
        xcb_create_window(connection_, XCB_COPY_FROM_PARENT, window_, session->root(), -5, -5, 1, 1, 0,
                          XCB_WINDOW_CLASS_INPUT_ONLY, XCB_COPY_FROM_PARENT, 0, nullptr);
        xcb_set_selection_owner(connection_, window_, atom->atom, XCB_CURRENT_TIME);
        std::free(atom);
        wait();
    }
    ~PlayedCompositor() {
        xcb_destroy_window(connection_, window_);
        wait();
    }

  private:
    void wait() {
        std::free(xcb_get_input_focus_reply(connection_, xcb_get_input_focus(connection_), nullptr));
    }
    xcb_connection_t* const connection_;
    const xcb_window_t window_;
};

}  // namespace

class AskPanelX11Test : public QObject {
    Q_OBJECT

    std::unique_ptr<DesktopFixture> f;
    const QRect selection{120, 140, 300, 120};

    void show() {
        f->ask->begin(QImage(WindowFixture::sampleFile(QStringLiteral("message.png")).toLocalFile()),
                      QStringLiteral("Screen"));
        f->panel->showBeside(selection, nullptr);
        QVERIFY(QTest::qWaitForWindowExposed(f->panel->window()));
    }
    QImage drawn() const { return f->panel->window()->grabWindow(); }
    QRect panelInWindow() const {
        return f->panel->panelGeometry().translated(-f->panel->window()->position());
    }

  private Q_SLOTS:
    void init() {
        if (session == nullptr) QSKIP(qPrintable(why_not));
        f = std::make_unique<DesktopFixture>(false);
    }
    void cleanup() { f.reset(); }

    void floatsWhereWhatIsBehindShows();
    void isPlainWithoutACompositor();
    void followsTheCompositor();
    void shadowEndsWithTheScreen();
    void shadowLetsClicksThrough();
};

void AskPanelX11Test::floatsWhereWhatIsBehindShows() {
    const PlayedCompositor compositor;
    QVERIFY(hasCompositor());
    show();
    QCOMPARE(f->panel->window()->format().alphaBufferSize(), 8);
    const QImage image = drawn();
    const QRect panel = panelInWindow();
    QVERIFY(panel.left() > 0 && panel.top() > 0);
    // The panel's own corner shows what is behind, its middle does not, and beside it is a shadow.
    QVERIFY(qAlpha(image.pixel(panel.topLeft() + QPoint(1, 1))) < 60);
    QCOMPARE(qAlpha(image.pixel(panel.center())), 255);
    const int near = qAlpha(image.pixel(panel.left() - 2, panel.center().y()));
    const int far = qAlpha(image.pixel(panel.left() - 20, panel.center().y()));
    QVERIFY2(near > 12 && near > far, qPrintable(QString::number(near)));
    QCOMPARE(qAlpha(image.pixel(0, 0)), 0);
    // The panel stands where it would without a shadow.
    QVERIFY(!f->panel->panelGeometry().intersects(selection));
    QCOMPARE(f->panel->panelGeometry().width(), 456);
}

void AskPanelX11Test::isPlainWithoutACompositor() {
    QVERIFY(!hasCompositor());
    show();
    QVERIFY(f->panel->window()->format().alphaBufferSize() <= 0);
    QCOMPARE(panelInWindow(), QRect(QPoint(), f->panel->window()->size()));
    const QImage shown = session->shown(f->panel->panelGeometry());
    for (const QPoint corner : {QPoint(0, 0), QPoint(shown.width() - 1, 0), QPoint(0, shown.height() - 1)})
        QVERIFY2(qGray(shown.pixel(corner)) > 120, qPrintable(QString::number(shown.pixel(corner), 16)));
}

void AskPanelX11Test::followsTheCompositor() {
    show();
    QVERIFY(f->panel->window()->format().alphaBufferSize() <= 0);
    {
        const PlayedCompositor compositor;
        f->ask->close();
        show();
        QCOMPARE(f->panel->window()->format().alphaBufferSize(), 8);
        QVERIFY(panelInWindow().left() > 0);
    }
    f->ask->close();
    show();
    QVERIFY(f->panel->window()->format().alphaBufferSize() <= 0);
    QCOMPARE(panelInWindow().left(), 0);
    // It works as before: it has the keyboard's focus and shows what is asked.
    QTRY_VERIFY_WITH_TIMEOUT(f->panel->window()->activeFocusItem() != nullptr, enough_ms);
    QCOMPARE(f->panel->window()->activeFocusItem()->objectName(), QStringLiteral("askField"));
}

void AskPanelX11Test::shadowEndsWithTheScreen() {
    const PlayedCompositor compositor;
    const QRect screen = QGuiApplication::primaryScreen()->availableGeometry();
    f->ask->begin(QImage(40, 40, QImage::Format_RGB32), QStringLiteral("Screen"));
    f->panel->showBeside(QRect(screen.left(), screen.top(), 200, 60), nullptr);
    QVERIFY(screen.contains(f->panel->window()->geometry()));
    QVERIFY(f->panel->window()->geometry().contains(f->panel->panelGeometry()));
}

// The window of the root that takes a click at a place of the screen.
static xcb_window_t takesClicksAt(const QPoint& place) {
    xcb_connection_t* connection = session->other();
    xcb_warp_pointer(connection, XCB_NONE, session->root(), 0, 0, 0, 0, static_cast<std::int16_t>(place.x()),
                     static_cast<std::int16_t>(place.y()));
    auto* reply =
        xcb_query_pointer_reply(connection, xcb_query_pointer(connection, session->root()), nullptr);
    const xcb_window_t child = reply ? reply->child : XCB_NONE;
    std::free(reply);
    return child;
}

void AskPanelX11Test::shadowLetsClicksThrough() {
    {
        const PlayedCompositor compositor;
        show();
        const auto own = static_cast<xcb_window_t>(f->panel->window()->winId());
        const auto sides = [&] {
            const QRect panel = f->panel->panelGeometry();
            const QRect window = f->panel->window()->geometry();
            QTRY_COMPARE(takesClicksAt(panel.center()), own);
            QCOMPARE(takesClicksAt(panel.topLeft() + QPoint(1, 1)), own);
            QCOMPARE(takesClicksAt(panel.bottomRight() - QPoint(1, 1)), own);
            const int x = panel.center().x();
            const int y = panel.center().y();
            for (const QPoint beside : {QPoint(panel.left() - 4, y), QPoint(panel.right() + 4, y),
                                        QPoint(x, panel.top() - 4), QPoint(x, panel.bottom() + 4)}) {
                QVERIFY(window.contains(beside));
                QVERIFY2(takesClicksAt(beside) != own,
                         qPrintable(QString("%1, %2").arg(beside.x()).arg(beside.y())));
            }
        };
        sides();
        // Also when it has grown with its answer.
        const int height = f->panel->panelGeometry().height();
        f->ask->ask(QStringLiteral("Read the text in this image."));
        QTRY_VERIFY_WITH_TIMEOUT(f->panel->panelGeometry().height() > height, enough_ms);
        QTRY_VERIFY_WITH_TIMEOUT(!f->ask->busy(), enough_ms);
        sides();
        f->ask->close();
    }
    show();
    QTRY_COMPARE(takesClicksAt(f->panel->window()->position() + QPoint(1, 1)),
                 static_cast<xcb_window_t>(f->panel->window()->winId()));
}

int main(int argc, char** argv) {
    testing::XSession own;
    why_not = own.startWithOneMonitor({1400, 900}, "1");
    if (why_not.isEmpty()) session = &own;
    prepareWindowing();
    QGuiApplication application(argc, argv);
    QGuiApplication::setQuitOnLastWindowClosed(false);
    AskPanelX11Test test;
    const int result = QTest::qExec(&test, argc, argv);
    session = nullptr;
    return result;
}

#include "ask_panel_x11_test.moc"
