#include "ui/licences.h"

#include <QCoreApplication>
#include <QFile>
#include <QVariantMap>

namespace sightline {

namespace {

QString use(const char* text) {
    return QCoreApplication::translate("Licences", text);
}

QString read(const QString& file) {
    QFile text(QStringLiteral(":/sightline/licences/") + file);
    return text.open(QIODevice::ReadOnly) ? QString::fromUtf8(text.readAll()).trimmed() : QString();
}

QVariantMap entry(const QString& name, const QString& what_for, const QString& licence, const QString& text) {
    return {{QStringLiteral("name"), name},
            {QStringLiteral("use"), what_for},
            {QStringLiteral("licence"), licence},
            {QStringLiteral("text"), text}};
}

}  // namespace

QVariantList licences() {
    const QString apache = read(QStringLiteral("Apache-2.0.txt"));
    const QString lesser =
        read(QStringLiteral("LGPL-3.0.txt")) + QStringLiteral("\n\n\n") + read(QStringLiteral("GPL-3.0.txt"));
    const QString apache_name = QStringLiteral("Apache-2.0");
    return {
        entry(QStringLiteral("Sightline"),
              use(QT_TRANSLATE_NOOP("Licences", "This program and its demo model")), apache_name, apache),
        entry(
            QStringLiteral("Qt ") + QString::fromLatin1(qVersion()),
            use(QT_TRANSLATE_NOOP("Licences", "Window and files; linked dynamically, so it can be replaced")),
            QStringLiteral("LGPL-3.0"), lesser),
        entry(QStringLiteral("libtorch (PyTorch)"), use(QT_TRANSLATE_NOOP("Licences", "Computes the model")),
              QStringLiteral("BSD-3-Clause"), read(QStringLiteral("libtorch.txt"))),
        entry(QStringLiteral("OpenCV"), use(QT_TRANSLATE_NOOP("Licences", "Reads picture and video files")),
              apache_name, apache),
        entry(QStringLiteral("SentencePiece"), use(QT_TRANSLATE_NOOP("Licences", "Cuts text into tokens")),
              apache_name, apache),
        entry(QStringLiteral("JSON for Modern C++"),
              use(QT_TRANSLATE_NOOP("Licences", "Reads the files of a model")), QStringLiteral("MIT"),
              read(QStringLiteral("nlohmann-json.txt"))),
        entry(QStringLiteral("CLI11"), use(QT_TRANSLATE_NOOP("Licences", "Reads the command line")),
              QStringLiteral("BSD-3-Clause"), read(QStringLiteral("cli11.txt"))),
        entry(QStringLiteral("MD4C"), use(QT_TRANSLATE_NOOP("Licences", "Reads the Markdown of replies")),
              QStringLiteral("MIT"), read(QStringLiteral("md4c.txt"))),
        entry(QStringLiteral("libpng"),
              use(QT_TRANSLATE_NOOP("Licences", "Compresses pictures that are kept")),
              QStringLiteral("libpng-2.0"), read(QStringLiteral("libpng.txt"))),
        entry(QStringLiteral("PDFium"),
              use(QT_TRANSLATE_NOOP("Licences", "Shows the pages of PDFs; a part of Qt Pdf")),
              QStringLiteral("BSD-3-Clause"), read(QStringLiteral("pdfium.txt"))),
        entry(QStringLiteral("libheif"),
              use(QT_TRANSLATE_NOOP("Licences",
                                    "Reads HEIC pictures; linked dynamically, so it can be replaced")),
              QStringLiteral("LGPL-3.0"), lesser),
        entry(QStringLiteral("libxcb"),
              use(QT_TRANSLATE_NOOP("Licences", "Keys and pictures of an X11 screen")), QStringLiteral("MIT"),
              read(QStringLiteral("libxcb.txt"))),
        entry(QStringLiteral("libxkbcommon"), use(QT_TRANSLATE_NOOP("Licences", "Knows the names of keys")),
              QStringLiteral("MIT"), read(QStringLiteral("libxkbcommon.txt"))),
        entry(QStringLiteral("qpdf"), use(QT_TRANSLATE_NOOP("Licences", "Writes searchable PDFs")),
              apache_name, apache),
    };
}

}  // namespace sightline
