#include "ui/startup.h"

#include <QDir>
#include <QFileInfo>

namespace sightline {

namespace {

bool looksLikePicture(const QString& word) {
    static const QStringList endings{QStringLiteral("png"),  QStringLiteral("jpg"), QStringLiteral("jpeg"),
                                     QStringLiteral("webp"), QStringLiteral("bmp"), QStringLiteral("tif"),
                                     QStringLiteral("tiff"), QStringLiteral("gif")};
    return !word.contains(QLatin1Char(' ')) && endings.contains(QFileInfo(word).suffix().toLower());
}

}  // namespace

StartRequest parseStart(const QStringList& arguments, const QString& folder) {
    StartRequest request;
    const QDir here(folder);
    QStringList words;
    for (const QString& word : arguments) {
        if (word == QLatin1String("--tray")) {
            request.tray = true;
        } else if (word.startsWith(QStringLiteral("file:"))) {
            request.pictures << QUrl(word);
        } else if (!word.isEmpty() &&
                   (QFileInfo(here.absoluteFilePath(word)).isFile() || looksLikePicture(word))) {
            request.pictures << QUrl::fromLocalFile(here.absoluteFilePath(word));
        } else {
            words << word;
        }
    }
    request.question = words.join(QLatin1Char(' ')).trimmed();
    return request;
}

bool canShowWindow() {
#ifdef Q_OS_LINUX
    const QByteArray platform = qgetenv("QT_QPA_PLATFORM");
    const bool needs_display =
        platform.isEmpty() || platform.startsWith("xcb") || platform.startsWith("wayland");
    return !needs_display || qEnvironmentVariableIsSet("DISPLAY") ||
           qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
#else
    return true;
#endif
}

std::vector<std::string> asCommandLine(const StartRequest& request, const QString& sample) {
    std::vector<std::string> words{"sightline", "ask"};
    QStringList pictures;
    for (const QUrl& picture : request.pictures)
        pictures << picture.toLocalFile();
    if (pictures.isEmpty() && !sample.isEmpty()) pictures << sample;
    for (const QString& picture : pictures) {
        words.emplace_back("--image");
        words.push_back(QFile::encodeName(picture).toStdString());
    }
    words.push_back(request.question.isEmpty() ? "Read the text in this image."
                                               : request.question.toStdString());
    return words;
}

}  // namespace sightline
