#include "app/common/installation.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace sightline {

namespace {

QString existing(const QString& relative) {
    const QString path = QDir(dataFolder()).filePath(relative);
    return QFileInfo::exists(path) ? path : QString();
}

}  // namespace

QString dataFolder() {
    return QDir::cleanPath(
        QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("../share/sightline")));
}

QString demoModelFolder() {
    return existing(QStringLiteral("demo-model"));
}

QString textReaderFolder() {
    return existing(QStringLiteral("text-reader"));
}

QString packedFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + QStringLiteral("/packed");
}

QString helperProgram() {
    const QString own = QCoreApplication::applicationFilePath();
    if (QFileInfo(own).fileName() == QLatin1String("sightline")) return own;
    const QFileInfo neighbour(
        QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("../bin/sightline")));
    return neighbour.isExecutable() ? neighbour.canonicalFilePath() : own;
}

QString samplePicture() {
    return existing(QStringLiteral("samples/message.png"));
}

}  // namespace sightline
