// The program: the command line, or the window. The one place where the parts are put together.
#include <QGuiApplication>
#include <QQuickWindow>
#include <cstdio>
#include <vector>

#include "app/chat/chat_controller.h"
#include "app/cli/cli.h"
#include "app/common/installation.h"
#include "app/common/notifier.h"
#include "app/common/settings.h"
#include "app/documents/decode_helper.h"
#include "app/history/conversation_shelf.h"
#include "app/history/history.h"
#include "app/models/model_worker.h"
#include "ui/picture_provider.h"
#include "ui/startup.h"
#include "ui/window.h"
#include "ui/window_place.h"
#include "ui/window_trace.h"

namespace {

// Without a display: says so, and answers in the terminal instead.
int answerInTerminal(int argc, char** argv) {
    using namespace sightline;
    QCoreApplication application(argc, argv);
    const StartRequest request = parseStart(QCoreApplication::arguments().mid(1));
    std::fprintf(stderr, "sightline: there is no display, so the answer is given here%s\n",
                 request.pictures.isEmpty() ? ", about the sample picture" : "");
    std::vector<std::string> words = asCommandLine(request, samplePicture());
    std::vector<char*> pointers;
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return runCommandLine(static_cast<int>(words.size()), pointers.data());
}

int showWindow(int argc, char** argv) {
    using namespace sightline;
    prepareWindowing();
    QGuiApplication application(argc, argv);
    dressApplication(application);
    const StartRequest request = parseStart(QCoreApplication::arguments().mid(1));

    Settings settings;
    ModelWorker worker;
    History history;
    ConversationShelf shelf(history);
    const std::unique_ptr<Notifier> notifier = makeNotifier();
    ChatController chat(worker, settings, &history);
    chat.setShelf(&shelf);
    if (!request.pictures.isEmpty()) chat.addFiles(request.pictures);

    const QString sample = samplePicture();
    Window window(
        chat, new PictureProvider(chat.pictures()),
        {.sample = sample.isEmpty() ? QUrl() : QUrl::fromLocalFile(sample), .question = request.question});
    restorePlace(window.window(), settings);
    traceWindow(window.window(), shelf);
    new RememberedPanels(window.window(), settings);
    QQuickWindow& view = window.window();
    chat.setNotifier(*notifier, [&view] { return view.isActive(); });
    QObject::connect(&view, &QQuickWindow::activeChanged, &chat, &ChatController::windowLooked);
    QObject::connect(&chat, &ChatController::windowWanted, &view, [&view](const QString& token) {
        // Where the desktop lets only those windows come forward that the user asked for.
        if (!token.isEmpty()) qputenv("XDG_ACTIVATION_TOKEN", token.toUtf8());
        view.show();
        view.raise();
        view.requestActivate();
    });
    // libtorch takes its time to load: the window is on the screen before that begins.
    QObject::connect(
        &window.window(), &QQuickWindow::frameSwapped, &worker, [&worker] { worker.start(); },
        static_cast<Qt::ConnectionType>(Qt::QueuedConnection | Qt::SingleShotConnection));
    const int result = QGuiApplication::exec();
    storePlace(window.window(), settings);
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    if (sightline::isDecodeHelper(argc, argv)) return sightline::runDecodeHelper(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("sightline"));
    QCoreApplication::setApplicationName(QStringLiteral("sightline"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SIGHTLINE_VERSION));
    if (sightline::isCommandLine(argc, argv)) return sightline::runCommandLine(argc, argv);
    return sightline::canShowWindow() ? showWindow(argc, argv) : answerInTerminal(argc, argv);
}
