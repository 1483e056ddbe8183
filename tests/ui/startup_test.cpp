// Pictures and a question given at the start, and what becomes of them where there is no display.
#include "ui/startup.h"

#include <QTemporaryDir>
#include <QTest>

using namespace sightline;

class StartupTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void picturesAndWords() {
        const StartRequest request =
            parseStart({QStringLiteral("a.png"), QStringLiteral("What is"), QStringLiteral("the total?"),
                        QStringLiteral("/tmp/b.JPEG")});
        QCOMPARE(request.pictures.size(), 2);
        QVERIFY(request.pictures.at(0).isLocalFile());
        QVERIFY(request.pictures.at(0).toLocalFile().endsWith(QStringLiteral("/a.png")));
        QCOMPARE(request.pictures.at(1).toLocalFile(), QStringLiteral("/tmp/b.JPEG"));
        QCOMPARE(request.question, QStringLiteral("What is the total?"));
    }

    void anExistingFileIsAPictureWhateverItsName() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("scan 0031"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        const StartRequest request = parseStart({path});
        QCOMPARE(request.pictures, QList<QUrl>{QUrl::fromLocalFile(path)});
        QVERIFY(request.question.isEmpty());
    }

    void fileAddressesOfADesktop() {
        const StartRequest request = parseStart({QStringLiteral("file:///tmp/a%20b.png")});
        QCOMPARE(request.pictures.at(0).toLocalFile(), QStringLiteral("/tmp/a b.png"));
    }

    void aQuestionThatEndsLikeAPicture() {
        QCOMPARE(parseStart({QStringLiteral("what is in logo.png")}).question,
                 QStringLiteral("what is in logo.png"));
    }

    void filesAreRelativeToTheFolderThatIsNamed() {
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("scan")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        const StartRequest request = parseStart(
            {QStringLiteral("scan"), QStringLiteral("a.png"), QStringLiteral("Why?")}, folder.path());
        QCOMPARE(request.pictures,
                 (QList<QUrl>{QUrl::fromLocalFile(folder.filePath(QStringLiteral("scan"))),
                              QUrl::fromLocalFile(folder.filePath(QStringLiteral("a.png")))}));
        QCOMPARE(request.question, QStringLiteral("Why?"));
    }

    void trayIsNoQuestion() {
        QVERIFY(!parseStart({QStringLiteral("tray")}).tray);
        const StartRequest request = parseStart({QStringLiteral("--tray")});
        QVERIFY(request.tray);
        QVERIFY(request.question.isEmpty());
    }

    void commandLineAboutTheSample() {
        const std::vector<std::string> expected{"sightline", "ask", "--image", "/s/message.png",
                                                "Read the text in this image."};
        QCOMPARE(asCommandLine({}, QStringLiteral("/s/message.png")), expected);
    }

    void commandLineAboutGivenPictures() {
        StartRequest request;
        request.pictures = {QUrl::fromLocalFile(QStringLiteral("/a.png")),
                            QUrl::fromLocalFile(QStringLiteral("/b.png"))};
        request.question = QStringLiteral("Why?");
        const std::vector<std::string> expected{"sightline", "ask",    "--image", "/a.png",
                                                "--image",   "/b.png", "Why?"};
        QCOMPARE(asCommandLine(request, QStringLiteral("/s/message.png")), expected);
    }

    void displays() {
        qunsetenv("DISPLAY");
        qunsetenv("WAYLAND_DISPLAY");
        qputenv("QT_QPA_PLATFORM", "offscreen");
        QVERIFY(canShowWindow());
        qunsetenv("QT_QPA_PLATFORM");
        QVERIFY(!canShowWindow());
        qputenv("DISPLAY", ":7");
        QVERIFY(canShowWindow());
    }
};

QTEST_GUILESS_MAIN(StartupTest)
#include "startup_test.moc"
