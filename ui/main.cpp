// The program: the command line, or the window. The one place where the parts are put together.
#include <QApplication>
#include <QMessageBox>
#include <QQuickWindow>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "app/chat/chat_controller.h"
#include "app/cli/cli.h"
#include "app/common/installation.h"
#include "app/common/notifier.h"
#include "app/documents/decode_helper.h"
#include "app/history/computed_files.h"
#include "app/history/history.h"
#include "app/instance/instance_client.h"
#include "app/instance/single_instance.h"
#include "app/models/model_worker.h"
#include "app/settings/settings.h"
#include "app/shelf/conversation_shelf.h"
#include "inference/console.h"
#include "ui/desktop/desktop.h"
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

// This start's request goes to the program that runs already. Its answer is all that the user sees of it.
int handOver() {
    using namespace sightline;
    constexpr int appears_ms = 10'000;  // it may be starting itself
    InstanceClient client(instanceFolder());
    const HandOver handed = client.send(
        requestOfThisProcess(QStringLiteral("open"), QCoreApplication::arguments().mid(1)), appears_ms);
    if (handed.state == HandOver::State::taken) return exit_ok;
    const QString sentence =
        QCoreApplication::translate("main",
                                    "%1. End it, for example from the menu of its tray icon, and start "
                                    "Sightline again.")
            .arg(handed.problem);
    std::fprintf(stderr, "sightline: %s\n", qUtf8Printable(sentence));
    QMessageBox::warning(nullptr, QStringLiteral("Sightline"), sentence);
    return exit_failure;
}

int showWindow(int argc, char** argv) {
    using namespace sightline;
    prepareWindowing();
    QApplication application(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false);  // Resident says when it ends
    Settings settings;
    dressApplication(application, settings.language());
    const StartRequest request = parseStart(QCoreApplication::arguments().mid(1));
    SingleInstance instance;
    const SingleInstance::Claim claim = instance.claim();
    if (claim == SingleInstance::Claim::second) return handOver();
    if (claim == SingleInstance::Claim::impossible)
        std::fprintf(stderr, "sightline: %s\n", qUtf8Printable(instance.problem()));

    ModelWorkerOptions worker_options;
    worker_options.computed_folder = computedFolder();
    worker_options.packed_folder = packedFolder();
    ModelWorker worker(worker_options);
    History history;
    ConversationShelf shelf(history);
    const std::unique_ptr<Notifier> notifier = makeNotifier();
    ChatController chat(worker, settings, &history);
    chat.setShelf(&shelf);
    if (!request.pictures.isEmpty()) chat.addFiles(request.pictures);

    Desktop desktop(chat, worker, settings, *notifier);
    const QString sample = samplePicture();
    Window window(chat, new PictureProvider(chat.pictures()),
                  {.sample = sample.isEmpty() ? QUrl() : QUrl::fromLocalFile(sample),
                   .question = request.question,
                   .visible = !request.tray,
                   .desktop = desktop.settings()});
    traceWindow(window.window(), shelf);
    new RememberedPanels(window.window(), settings);
    QQuickWindow& view = window.window();
    bool seen = false;  // a window that nobody saw leaves the place of the last time alone
    const auto show_first = [&] {
        if (!view.isVisible() || std::exchange(seen, true)) return;
        restorePlace(view, settings);
    };
    show_first();
    QObject::connect(&view, &QWindow::visibleChanged, &view, show_first);
    desktop.attach(window);
    QObject::connect(&instance, &SingleInstance::requested, &desktop, &Desktop::handle);
    chat.setNotifier(*notifier, [&view] { return view.isActive(); });
    QObject::connect(&view, &QQuickWindow::activeChanged, &chat, &ChatController::windowLooked);
    QObject::connect(&chat, &ChatController::windowWanted, &desktop, &Desktop::showWindow);
    if (request.tray) {
        desktop.startInTray();
        QMetaObject::invokeMethod(&worker, &ModelWorker::start, Qt::QueuedConnection);
    }
    // libtorch takes its time to load: the window is on the screen before that begins.
    QObject::connect(
        &view, &QQuickWindow::frameSwapped, &worker, [&worker] { worker.start(); },
        static_cast<Qt::ConnectionType>(Qt::QueuedConnection | Qt::SingleShotConnection));
    const int result = QApplication::exec();
    if (seen) storePlace(view, settings);
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    if (sightline::isDecodeHelper(argc, argv)) return sightline::runDecodeHelper(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("sightline"));
    QCoreApplication::setApplicationName(QStringLiteral("sightline"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SIGHTLINE_VERSION));
    if (sightline::isCommandLine(argc, argv)) return sightline::runCommandLine(argc, argv);
    if (sightline::canShowWindow()) return showWindow(argc, argv);
    if (argc > 1 && argv[1] == std::string_view("--tray")) {
        std::fputs("sightline: there is no display, and so no tray\n", stderr);
        return sightline::exit_failure;
    }
    return answerInTerminal(argc, argv);
}
