// Data and knowledge go one way, ui -> app -> inference, and inside app/ from what is used to what uses it.
// The lists here are those of docs/architecture.md.
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QtTest>

#include "tests/test_paths.h"

namespace {

// Each folder of app/ knows only those before it.
const QStringList app_folders = {
    "common", "values", "settings", "models",  "documents", "history", "replies", "transfer", "pictures",
    "shelf",  "chat",   "ask",      "desktop", "instance",  "capture", "cli",     "tools",
};

// What app/ and ui/ may know of inference/: its doors, and values that cross them.
const QStringList doors = {
    "inference/bench/benchmark.h",
    "inference/console.h",
    "inference/console_answer.h",
    "inference/engine.h",
    "inference/error.h",
    "inference/library.h",
    "inference/files/cache_place.h",
    "inference/files/packed_place.h",
    "inference/pages/page.h",
    "inference/pages/word_layout.h",
    "inference/precision.h",
    "inference/reader.h",
    "inference/scheduler.h",
};

struct Include {
    QString file;  // of the checkout
    QString what;
};

QList<Include> includesIn(const QString& folder) {
    static const QRegularExpression directive("^\\s*#include [<\"]([^>\"]+)",
                                              QRegularExpression::MultilineOption);
    QList<Include> includes;
    const QDir root(test_paths::source());
    QDirIterator files(root.filePath(folder), {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QFile::ReadOnly)) qFatal("%s cannot be read", qUtf8Printable(file.fileName()));
        auto found = directive.globalMatch(QString::fromUtf8(file.readAll()));
        while (found.hasNext())
            includes.append({root.relativeFilePath(file.fileName()), found.next().captured(1)});
    }
    return includes;
}

QString sentence(const Include& include) {
    return include.file + " includes " + include.what;
}

}  // namespace

class LayersTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyFolderOfTheAppHasItsPlace() {
        QStringList folders = QDir(test_paths::source("app")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        QStringList known = app_folders;
        folders.sort();
        known.sort();
        QCOMPARE(folders, known);
    }

    void foldersOfTheAppKnowOnlyThoseBelow() {
        QStringList wrong;
        int seen = 0;
        for (const Include& include : includesIn("app")) {
            if (!include.what.startsWith("app/")) continue;
            const qsizetype own = app_folders.indexOf(include.file.section('/', 1, 1));
            const qsizetype other = app_folders.indexOf(include.what.section('/', 1, 1));
            ++seen;
            if (own >= 0 && other > own) wrong.append(sentence(include));
        }
        QVERIFY(seen > 100);
        QCOMPARE(wrong.join('\n'), QString());
    }

    void theAppKnowsTheDoorsOfInferenceOnly() {
        QStringList wrong;
        for (const Include& include : includesIn("app") + includesIn("ui")) {
            const bool inside = include.what.startsWith("inference/") && !doors.contains(include.what);
            const bool upwards = include.file.startsWith("app/") && include.what.startsWith("ui/");
            if (inside || upwards) wrong.append(sentence(include));
        }
        QCOMPARE(wrong.join('\n'), QString());
    }

    void inferenceKnowsNothingOfQtOrOfThoseAbove() {
        static const QRegularExpression above("^(app|ui|tests)/|^Q[A-Z]|^Qt");
        const QList<Include> includes = includesIn("inference");
        QStringList wrong;
        for (const Include& include : includes)
            if (above.match(include.what).hasMatch()) wrong.append(sentence(include));
        QVERIFY(includes.size() > 500);
        QCOMPARE(wrong.join('\n'), QString());
    }
};

QTEST_GUILESS_MAIN(LayersTest)
#include "layers_test.moc"
