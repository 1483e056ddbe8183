// What happens where the library of the models is missing, broken or foreign. That it loads where it is whole
// is shown by every test that runs a model.
#include "inference/library.h"

#include <QCoreApplication>
#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

using namespace sightline;

class LibraryTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void liesBesideTheProgram() {
        QDir folder(QCoreApplication::applicationDirPath());
        folder.cdUp();
        QCOMPARE(QString::fromStdString(inferenceLibraryPath().string()),
                 folder.filePath("lib/libsightline_inference.so"));
    }

    void badLibrariesAreRefused_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("reason");
        QTest::newRow("missing") << folder_.filePath("none.so") << "missing";
        QTest::newRow("a folder") << folder_.path() << "missing";
        QFile text(folder_.filePath("text.so"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("no library");
        QTest::newRow("not a library") << text.fileName() << "cannot be loaded";
        QTest::newRow("another library")
            << QLibraryInfo::path(QLibraryInfo::LibrariesPath) + "/libQt6Test.so.6"
            << "another version";
    }
    void badLibrariesAreRefused() {
        QFETCH(QString, path);
        QFETCH(QString, reason);
        try {
            loadInference(path.toStdString());
            QFAIL("loaded");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::invalid_input);
            QVERIFY2(QString::fromUtf8(error.what()).contains(path), error.what());
            QVERIFY2(QString::fromUtf8(error.what()).contains(reason), error.what());
        }
    }

  private:
    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(LibraryTest)
#include "library_test.moc"
