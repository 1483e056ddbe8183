#include "window_fixture.h"

#include <QAbstractItemModel>
#include <QDropEvent>
#include <QMimeData>
#include <QMutex>
#include <QSignalSpy>
#include <QTest>

#include "app/common/installation.h"
#include "ui/picture_provider.h"

namespace sightline {

namespace {

constexpr int patience_ms = 60000;  // for a loaded machine; nothing here waits longer than it must

QMutex caught_mutex;
QStringList caught;
QtMessageHandler previous_handler = nullptr;

void catchWarning(QtMsgType type, const QMessageLogContext& context, const QString& message) {
    if (type != QtDebugMsg && type != QtInfoMsg) {
        const QMutexLocker lock(&caught_mutex);
        caught << message;
    }
    if (previous_handler != nullptr) previous_handler(type, context, message);
}

QQuickItem* search(QQuickItem* item, const QString& name) {
    if (!item->isVisible()) return nullptr;
    if (item->objectName() == name) return item;
    const QList<QQuickItem*> children = item->childItems();
    for (auto child = children.rbegin(); child != children.rend(); ++child) {
        if (QQuickItem* found = search(*child, name)) return found;
    }
    return nullptr;
}

QVariant cell(const QAbstractItemModel& model, int row, const QByteArray& role) {
    return model.data(model.index(row, 0), model.roleNames().key(role, -1));
}

}  // namespace

WarningsCaught::WarningsCaught() {
    take();
    previous_handler = qInstallMessageHandler(catchWarning);
}

WarningsCaught::~WarningsCaught() {
    qInstallMessageHandler(previous_handler);
}

QStringList WarningsCaught::take() {
    const QMutexLocker lock(&caught_mutex);
    return std::exchange(caught, {});
}

QString endOf(std::unique_ptr<WarningsCaught>& caught) {
    const QString lines = caught->take().join(QLatin1Char('\n'));
    caught.reset();
    return lines;
}

WindowOptions WindowFixture::withSample() {
    return {.sample = QUrl::fromLocalFile(samplePicture()), .question = {}};
}

QUrl WindowFixture::sampleFile(const QString& name) {
    return QUrl::fromLocalFile(dataFolder() + QStringLiteral("/samples/") + name);
}

WindowFixture::WindowFixture(bool start_worker, const WindowOptions& options,
                             const std::filesystem::path& text_reader, const QString& history) {
    settings_ = std::make_unique<Settings>(folder_.filePath(QStringLiteral("sightline.ini")));
    ModelWorkerOptions worker_options;
    worker_options.cache_folder = folder_.filePath(QStringLiteral("cache"));
    worker_options.text_reader = text_reader;
    worker_ = std::make_unique<ModelWorker>(worker_options);
    if (!history.isEmpty()) history_ = std::make_unique<History>(history);
    chat_ = std::make_unique<ChatController>(*worker_, *settings_, history_.get());
    if (history_) {
        shelf_ = std::make_unique<ConversationShelf>(*history_);
        chat_->setShelf(shelf_.get());
    }
    window_ = std::make_unique<Window>(*chat_, new PictureProvider(chat_->pictures()), options);
    view().resize(1000, 760);
    view().requestActivate();
    if (!QTest::qWaitForWindowActive(&view())) qFatal("the window does not become active");
    if (start_worker) worker_->start();
}

WindowFixture::~WindowFixture() = default;

QQuickItem* WindowFixture::item(const QString& name) const {
    return search(window_->window().contentItem(), name);
}

QString WindowFixture::text(const QString& name) const {
    const QQuickItem* found = item(name);
    return found == nullptr ? QString() : found->property("text").toString();
}

void WindowFixture::click(const QString& name) {
    QQuickItem* found = nullptr;
    if (!QTest::qWaitFor([&] { return (found = item(name)) != nullptr; }))
        qFatal("there is nothing called %s to click on", qPrintable(name));
    // What has just appeared gets its place with the next frame, and what it moves with the one after that.
    for (int frame = 0; frame < 2; ++frame) {
        QSignalSpy drawn(&view(), &QQuickWindow::frameSwapped);
        view().update();
        if (drawn.isEmpty() && !drawn.wait()) qFatal("the window is not drawn");
    }
    const QPointF place = found->mapToScene(QPointF(found->width() / 2, found->height() / 2));
    QTest::mouseClick(&view(), Qt::LeftButton, Qt::NoModifier, place.toPoint());
}

bool WindowFixture::waitUntilOpen(const QString& popup) {
    // It may be made only when it is wanted.
    return QTest::qWaitFor([&] {
        const auto* found = view().findChild<QObject*>(popup);
        return found != nullptr && found->property("opened").toBool();
    });
}

void WindowFixture::key(int key, Qt::KeyboardModifiers modifiers) {
    QTest::keyClick(&view(), static_cast<Qt::Key>(key), modifiers);
}

void WindowFixture::write(const QString& text) {
    for (const QChar character : text)
        QTest::keyClick(&view(), character.toLatin1());
}

bool WindowFixture::tabTo(const QString& name, int limit) {
    for (int press = 0; press < limit; ++press) {
        const QQuickItem* focused = view().activeFocusItem();
        if (focused != nullptr && focused->objectName() == name) return true;
        key(Qt::Key_Tab);
    }
    return false;
}

void WindowFixture::drop(const QMimeData& data) {
    QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&view(), &enter);
    QDropEvent event(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&view(), &event);
}

QVariant WindowFixture::message(int row, const QByteArray& role) const {
    return cell(*chat_->messages(), row, role);
}

QVariant WindowFixture::attachment(int row, const QByteArray& role) const {
    return cell(*chat_->attachments(), row, role);
}

bool WindowFixture::waitUntilReady() {
    return QTest::qWaitFor([this] { return chat_->modelState() == QLatin1String("ready"); }, patience_ms);
}

bool WindowFixture::waitForReply() {
    return QTest::qWaitFor([this] { return !chat_->busy(); }, patience_ms);
}

}  // namespace sightline
