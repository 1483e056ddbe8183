// Data of other programs in the real window: files and pictures that are dragged there, and what the
// clipboard holds. Our own X client gives them, as a file manager, a browser and a screenshot tool do.
#include <QBuffer>
#include <QCryptographicHash>
#include <QFile>
#include <QImage>
#include <QTest>

#include "tests/system/displayed_program.h"

using namespace sightline::test;

class WindowDataTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { program_.killHard(); }

    void severalFilesAreDropped();
    void aBrowsersPictureIsDroppedAsPixels();
    void textIsNotTakenAsADrop();
    void imageDataIsPastedBeforeFilesAndText();
    void anImageAloneIsPasted();
    void aLargeImageComesInPieces();
    void filesArePastedBeforeTheirNames();
    void textIsPastedIntoTheField();

  private:
    QString write(const QString& name, const QByteArray& bytes);
    static QByteArray png(int side, Qt::GlobalColor color);
    static QString sha256(const QByteArray& bytes);
    static QString offer(const QString& type, const QString& file) { return type + '=' + file; }
    // What waits to be sent, as the disk has it, in its order.
    QStringList waiting() const;
    QString paste(const QStringList& offers, QByteArrayList* said = nullptr);

    DisplayedProgram program_;
};

void WindowDataTest::initTestCase() {
    const QString why_not = program_.startServer();
    if (!why_not.isEmpty()) QSKIP(qPrintable(why_not));
}

void WindowDataTest::init() {
    program_.makeHome();
    QVERIFY2(program_.start(), program_.complaints().constData());
    QVERIFY(program_.waitUntilUsable());
}

QString WindowDataTest::write(const QString& name, const QByteArray& bytes) {
    QFile file(program_.home() + '/' + name);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName() : QString();
}

QByteArray WindowDataTest::png(int side, Qt::GlobalColor color) {
    QImage image(side, side, QImage::Format_RGB32);
    image.fill(color);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QString WindowDataTest::sha256(const QByteArray& bytes) {
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

QStringList WindowDataTest::waiting() const {
    return program_.keptColumn(
        "SELECT json_extract(part.value, '$.attachment.file') FROM conversations, json_each(draft_parts) "
        "part");
}

void WindowDataTest::severalFilesAreDropped() {
    const QList<QByteArray> pictures{png(40, Qt::red), png(50, Qt::green), png(60, Qt::blue)};
    const QStringList names{"one.png", "with a space.png", QString::fromUtf8("发票.png")};
    QByteArray list = "# a comment, as the format allows\r\n";
    QStringList wanted;
    for (int i = 0; i < names.size(); ++i) {
        list += QUrl::fromLocalFile(write(names[i], pictures[i])).toEncoded() + "\r\n";
        wanted << sha256(pictures[i]);
    }
    DataSource files(
        program_.environment(),
        {"drag", "700", "300", offer("text/uri-list", write("list", list)),
         offer("text/plain", write("plain", list)), offer("application/x-kde4-urilist", write("kde", list)),
         offer("_NETSCAPE_URL", write("netscape", list))});
    QVERIFY(files.waitFor("accepts"));
    QVERIFY(files.waitFor("finished 1"));
    QVERIFY(program_.waitFor([&] { return waiting() == wanted; }));
    QCOMPARE(program_.keptColumn("SELECT json_extract(part.value, '$.attachment.name') FROM conversations, "
                                 "json_each(draft_parts) part"),
             names);
    // The copies in the history are those bytes.
    for (int i = 0; i < wanted.size(); ++i) {
        QFile copy(program_.dataFolder() + "/attachments/" + wanted[i].left(2) + '/' + wanted[i]);
        QVERIFY2(copy.open(QIODevice::ReadOnly), qPrintable(copy.fileName()));
        QCOMPARE(copy.readAll(), pictures[i]);
    }
    QCOMPARE(program_.close(), QString());
}

// It offers an address too, which must not be fetched: it leads to a port where nobody may call.
void WindowDataTest::aBrowsersPictureIsDroppedAsPixels() {
    const QByteArray picture = png(80, Qt::magenta);
    const QByteArray address = "http://127.0.0.1:9/pictures/cat.png\r\n";
    DataSource browser(
        program_.environment(),
        {"drag", "700", "300", offer("text/x-moz-url", write("moz", "h\0t\0")),
         offer("text/uri-list", write("list", address)),
         offer("text/html", write("html", "<img src=\"http://127.0.0.1:9/pictures/cat.png\">")),
         offer("UTF8_STRING", write("text", address)), offer("image/png", write("png", picture))});
    QVERIFY(browser.waitFor("accepts"));
    QVERIFY(browser.waitFor("finished 1"));
    QVERIFY(program_.waitFor([&] { return waiting() == QStringList{sha256(picture)}; }));
    QVERIFY(browser.said().contains("gave image/png"));
    QCOMPARE(program_.kept("SELECT json_extract(part.value, '$.attachment.name') FROM conversations, "
                           "json_each(draft_parts) part"),
             QString("cat.png"));
    QCOMPARE(program_.close(), QString());
}

void WindowDataTest::textIsNotTakenAsADrop() {
    DataSource editor(program_.environment(),
                      {"drag", "700", "300", offer("text/plain", write("text", "some words")),
                       offer("UTF8_STRING", write("text", "some words"))});
    QVERIFY(editor.waitFor("refuses"));
    QCOMPARE(program_.close(), QString());
    QCOMPARE(waiting(), QStringList());
}

// What is waiting once something does. Text that is pasted shows in the draft instead.
QString WindowDataTest::paste(const QStringList& offers, QByteArrayList* said) {
    DataSource owner(program_.environment(), QStringList{"own"} + offers);
    if (!owner.waitFor("owns") || !program_.takeFocus()) return "nobody owns the clipboard";
    program_.key("ctrl+v");
    const bool there = program_.waitFor([&] {
        return !program_
                    .kept(
                        "SELECT 1 FROM conversations WHERE draft_text <> '' OR "
                        "draft_parts <> '[]'")
                    .isEmpty();
    });
    if (said) *said = owner.said();
    return there ? waiting().join(' ') : QString("nothing was pasted");
}

void WindowDataTest::imageDataIsPastedBeforeFilesAndText() {
    const QByteArray shown = png(90, Qt::yellow);
    const QString file = write("file.png", png(91, Qt::cyan));
    QByteArrayList said;
    const QString got =
        paste({offer("text/uri-list", write("list", QUrl::fromLocalFile(file).toEncoded())),
               offer("UTF8_STRING", write("text", file.toUtf8())), offer("image/png", write("shown", shown))},
              &said);
    QCOMPARE(got, sha256(shown));
    QVERIFY(said.contains("gave image/png"));
    QVERIFY(!said.contains("gave text/uri-list"));
    QVERIFY(!said.contains("gave UTF8_STRING"));
    QCOMPARE(program_.kept("SELECT draft_text FROM conversations"), QString());
    QCOMPARE(program_.close(), QString());
}

void WindowDataTest::anImageAloneIsPasted() {
    const QByteArray shown = png(64, Qt::darkRed);
    QCOMPARE(paste({offer("image/png", write("shown", shown))}), sha256(shown));
    QCOMPARE(program_.close(), QString());
}

void WindowDataTest::aLargeImageComesInPieces() {
    // Noise, so that it does not become small.
    QImage image(700, 700, QImage::Format_RGB32);
    quint32 state = 1;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            image.setPixel(x, y, state = state * 1664525U + 1013904223U);
    }
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    QVERIFY(bytes.size() > 1'000'000);
    QCOMPARE(paste({offer("image/png", write("shown", bytes))}), sha256(bytes));
    QCOMPARE(program_.close(), QString());
}

void WindowDataTest::filesArePastedBeforeTheirNames() {
    const QByteArray picture = png(70, Qt::darkGreen);
    const QString file = write("copied.png", picture);
    QCOMPARE(paste({offer("UTF8_STRING", write("text", file.toUtf8())),
                    offer("text/uri-list", write("list", QUrl::fromLocalFile(file).toEncoded() + "\r\n"))}),
             sha256(picture));
    QCOMPARE(program_.kept("SELECT draft_text FROM conversations"), QString());
    QCOMPARE(program_.close(), QString());
}

void WindowDataTest::textIsPastedIntoTheField() {
    const QString words = QString::fromUtf8("two words, 两个字");
    QCOMPARE(paste({offer("UTF8_STRING", write("text", words.toUtf8()))}), QString());
    QCOMPARE(program_.kept("SELECT draft_text FROM conversations"), words);
    QCOMPARE(program_.close(), QString());
}

QTEST_GUILESS_MAIN(WindowDataTest)
#include "window_data_test.moc"
