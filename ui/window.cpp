#include "ui/window.h"

#include <QDir>
#include <QFileInfo>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QIcon>
#include <QLocale>
#include <QQuickImageProvider>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QSGRendererInterface>
#include <QTranslator>
#include <QVariantList>

#include "inference/error.h"
#include "ui/licences.h"
#include "ui/text_shortcuts.h"

// The module is linked statically, so its registration has to be named once to be linked at all.
extern void qml_register_types_Sightline();

namespace sightline {

namespace {

// Without a desktop's settings Qt takes a generic family, which is often one that no interface should be set
// in.
void chooseFont(QGuiApplication& application) {
    static const QStringList generic{QStringLiteral("Sans"), QStringLiteral("Sans Serif"),
                                     QStringLiteral("sans-serif"), QStringLiteral("DejaVu Sans"),
                                     QStringLiteral("Bitstream Vera Sans")};
    if (!application.font().family().isEmpty() &&
        !generic.contains(application.font().family(), Qt::CaseInsensitive))
        return;
    const QStringList families = QFontDatabase::families();
    for (const QString& family : {QStringLiteral("Inter"), QStringLiteral("Noto Sans")}) {
        if (families.contains(family)) {
            application.setFont(QFont(family, application.font().pointSize()));
            return;
        }
    }
}

bool hasGraphicsProcessor() {
#ifdef Q_OS_LINUX
    return !QDir(QStringLiteral("/dev/dri"))
                .entryList({QStringLiteral("renderD*")}, QDir::System)
                .isEmpty() ||
           QFileInfo::exists(QStringLiteral("/dev/nvidiactl"));
#else
    return true;
#endif
}

// Dates and numbers in a sentence are of its language, and written as in the user's country: with 24 hours
// where that has them. Without a language (C) the system speaks English.
void writeDatesIn(const QLocale& wanted) {
    const QLocale system;
    const QLocale::Language spoken = system.language() == QLocale::C ? QLocale::English : system.language();
    if (wanted.language() != spoken)
        QLocale::setDefault(QLocale(wanted.language(), wanted.script(), system.territory()));
}

void installTranslation(QGuiApplication& application, const QString& language) {
    const QStringList wanted = language.isEmpty() ? QLocale().uiLanguages() : QStringList(language);
    auto* translator = new QTranslator(&application);
    for (const QString& name : wanted) {
        // Whoever prefers English to a language that is translated gets English, whose file has only plurals.
        const bool english = name.startsWith(QStringLiteral("en"));
        if (translator->load(QLocale(name), QStringLiteral("sightline"), QStringLiteral("_"),
                             QStringLiteral(":/i18n")))
            QCoreApplication::installTranslator(translator);
        else if (!english)
            continue;
        if (!language.isEmpty()) writeDatesIn(QLocale(language));
        return;
    }
}

}  // namespace

void prepareWindowing() {
    // Without a graphics processor OpenGL is made by the processor that the model needs: Qt's own renderer
    // draws only what changes, and takes a third of the time (./dev bench replies).
    const bool chosen = qEnvironmentVariableIsSet("QT_QUICK_BACKEND") ||
                        qEnvironmentVariableIsSet("QSG_RHI_BACKEND") ||
                        qEnvironmentVariableIsSet("QSG_RHI_PREFER_SOFTWARE_RENDERER");
    if (!chosen && !hasGraphicsProcessor()) QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);
    QQuickStyle::setStyle(QStringLiteral("Basic"));
}

void dressApplication(QGuiApplication& application, const QString& language) {
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Sightline"));
    QGuiApplication::setDesktopFileName(QStringLiteral("sightline"));
    QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/qt/qml/Sightline/icons/sightline.svg")));
    chooseFont(application);
    installTranslation(application, language);
}

Window::Window(QObject& chat, QQuickImageProvider* pictures, const WindowOptions& options)
    : engine_(std::make_unique<QQmlApplicationEngine>()) {
    qml_register_types_Sightline();
    engine_->setNetworkAccessManagerFactory(&no_network_);
    engine_->addImageProvider(QStringLiteral("pictures"), pictures);
    engine_->addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine_->setUiLanguage(
        QCoreApplication::translate("Language", "en", "the code of this translation's language"));
    engine_->setInitialProperties({{QStringLiteral("chat"), QVariant::fromValue(&chat)},
                                   {QStringLiteral("sample"), options.sample},
                                   {QStringLiteral("licences"), licences()},
                                   {QStringLiteral("visible"), options.visible},
                                   {QStringLiteral("desktop"), QVariant::fromValue(options.desktop)},
                                   {QStringLiteral("question"), options.question}});
    engine_->load(QUrl(QStringLiteral("qrc:/qt/qml/Sightline/Main.qml")));
    if (!engine_->rootObjects().isEmpty())
        window_ = qobject_cast<QQuickWindow*>(engine_->rootObjects().constFirst());
    if (window_ == nullptr) throw Error(ErrorKind::internal, "the window's QML could not be loaded");
    new TextShortcuts(*window_);
}

Window::~Window() = default;

}  // namespace sightline
