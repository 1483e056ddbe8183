// Pictures of conversations that the history keeps: what is shown of them, what is decoded, and what stays in
// memory.
#include <QBuffer>
#include <QDir>
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QSignalSpy>

#include "app/common/process_memory.h"
#include "app/pictures/picture_pixels.h"
#include "app/pictures/picture_reading.h"
#include "app/pictures/picture_viewer.h"
#include "tests/app/chat/chat_fixture.h"
#include "tests/app/history/history_fixture.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

namespace {

// A screenshot's worth of pixels, different for every number.
QImage screenshot(int number, const QSize& size = {1920, 1080}) {
    QImage image(size, QImage::Format_RGB888);
    image.fill(QColor::fromHsv(number * 7 % 360, 120, 220));
    for (int i = 0; i < 20; ++i) {
        const QRgb ink = qRgb(i * 12, number % 256, 40);
        for (int x = 0; x < size.width() / 2; ++x)
            image.setPixel(x, (number + i * 37) % size.height(), ink);
    }
    return image;
}

QByteArray pngOf(const QImage& image) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "png");
    return bytes;
}

// What no PNG makes small in a hurry.
QImage noise(const QSize& size) {
    QImage image(size, QImage::Format_RGB888);
    QRandomGenerator random(7);
    for (int y = 0; y < size.height(); ++y)
        random.fillRange(reinterpret_cast<quint32*>(image.scanLine(y)), image.bytesPerLine() / 4);
    return image;
}

}  // namespace

class KeptPicturesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatFixture> f;

    bool restart() {
        f->restart();
        return f->becomesReady();
    }
    QString history() const { return f->folder.filePath("history"); }
    // A conversation with this many pictures, four in every question. Returns the SHA-256 of their files.
    QStringList keepConversation(int pictures, const QSize& size = {1920, 1080}) {
        HistoryStore store(history());
        QStringList files;
        ConversationTree tree = startTree();
        tree.head.title = "Pictures";
        for (int i = 0; i < pictures; ++i) {
            if (i % 4 == 0) {
                if (i > 0) append(tree, said(Role::assistant, "Seen."), tree.head.leaf);
                append(tree, said(Role::user, "turns"), tree.head.leaf);
            }
            files << store.addAttachment(pngOf(screenshot(i, size)), "image/png", size);
            tree.messages.back().parts.insert(
                tree.messages.back().parts.begin(),
                ChatPart{{}, kept(files.back(), QString("%1.png").arg(i), size)});
        }
        store.save(tree.head, tree.messages);
        conversation = tree.head.id;
        return files;
    }
    bool open() {
        f->chat->openConversation(conversation);
        return QTest::qWaitFor([this] { return f->chat->conversationId() == conversation; }, enough_ms);
    }
    QVariantMap picture(int row, int number) const {
        return f->message(row, "pictures").toList().value(number).toMap();
    }
    QImage shown(int row, int number) const {
        return f->chat->pictures()->find(picture(row, number).value("source").toString().section('/', 3));
    }
    QStringList previews() const {
        return QDir(history() + "/previews").entryList(QDir::Files | QDir::Hidden);
    }
    QString attachmentPath(const QString& file) const { return AttachmentStore(history()).path(file); }

    // How many pictures the kept draft has.
    int draftOf(const QString& id) {
        int count = -1;
        f->history->load(this, id, [&count](const Outcome<std::optional<ConversationTree>>& found) {
            count =
                found.value && *found.value ? static_cast<int>((*found.value)->head.draft.parts.size()) : -2;
        });
        return QTest::qWaitFor([&count] { return count != -1; }, enough_ms) ? count : -3;
    }

    QString conversation;

  private Q_SLOTS:
    void init() {
        f = std::make_unique<ChatFixture>(test_paths::scriptedInference());
        f->keeps_history = true;
    }
    void cleanup() { f.reset(); }

    void manyPicturesOpenAtOnce();
    void previewIsMadeOnceAndErased();
    void promptHasAllPictures();
    void lostPictureIsSaidAndNotAsked();
    void viewerDecodesWhatItShows();
    void draftComesBackReady();
    void pixelsStayWithinTheBudget();
    void pastedPictureIsReadyBeforeItsFile();
    void previewsInMemoryAreGivenBack();
};

void KeptPicturesTest::manyPicturesOpenAtOnce() {
    keepConversation(200);
    QVERIFY(restart());
    const std::size_t before = residentMemory().value();
    QElapsedTimer clock;
    clock.start();
    QVERIFY(open());
    const qint64 opened = clock.elapsed();
    QCOMPARE(picture(0, 0).value("width").toInt(), 1920);
    // What a window shows at a time, and then some.
    QCOMPARE(f->messages(), 99);  // the last question has no answer
    for (int row = 98; row > 88; row -= 2)
        QCOMPARE(shown(row, 0).size(), QSize(768, 432));
    const std::size_t after = residentMemory().value();
    qInfo("200 screenshots: open in %lld ms, %.1f MiB more", opened,
          static_cast<double>(after - std::min(before, after)) / (1 << 20));
    // All decoded would be 1,187 MiB.
    QVERIFY(after < before + (std::size_t{100} << 20));
    QVERIFY2(opened < 2000, qPrintable(QString::number(opened)));
}

void KeptPicturesTest::previewIsMadeOnceAndErased() {
    const QStringList files = keepConversation(2, {1000, 500});
    QVERIFY(restart());
    QVERIFY(open());
    QVERIFY(previews().isEmpty());
    QCOMPARE(shown(0, 1).size(), QSize(768, 384));  // the first comes last, see keepConversation
    QCOMPARE(previews(), QStringList{files[0]});
    // From that file from now on, by any start.
    QImage other(768, 384, QImage::Format_RGB32);
    other.fill(Qt::red);
    QVERIFY(other.save(history() + "/previews/" + files[0], "jpeg"));
    QVERIFY(restart());
    QVERIFY(open());
    QVERIFY(QColor(shown(0, 1).pixel(5, 5)).red() > 240);
    // A damaged one is made again.
    QFile damaged(history() + "/previews/" + files[0]);
    QVERIFY(damaged.resize(100));
    QCOMPARE(shown(0, 1).size(), QSize(768, 384));
    QVERIFY(QColor(shown(0, 1).pixel(5, 5)).red() <= 240);
    // It goes with its picture; nothing makes it again.
    const QString source = picture(0, 1).value("source").toString().section('/', 3);
    f->shelf->remove(conversation);
    QTRY_COMPARE_WITH_TIMEOUT(f->shelf->trash()->rowCount(), 1, enough_ms);
    f->shelf->emptyTrash();
    QTRY_COMPARE_WITH_TIMEOUT(f->shelf->trash()->rowCount(), 0, enough_ms);
    QVERIFY(previews().isEmpty());
    QVERIFY(f->chat->pictures()->find(source).isNull());
    QVERIFY(previews().isEmpty());
    // What is no file of the history is nothing.
    QVERIFY(f->chat->pictures()->find("kept/../history.sqlite").isNull());
}

void KeptPicturesTest::promptHasAllPictures() {
    keepConversation(7, {320, 200});
    QVERIFY(restart());
    QVERIFY(open());
    f->ask("turns");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("4/7"));
    // Left before they are decoded: it is asked all the same.
    QVERIFY(restart());
    QVERIFY(open());
    f->ask("turns");
    f->chat->newConversation();
    QTRY_VERIFY_WITH_TIMEOUT(f->worker->pending() == 0, enough_ms);
    QVERIFY(open());
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("6/7"));
    // Stopped before they are decoded.
    QVERIFY(restart());
    QVERIFY(open());
    f->ask("turns");
    QVERIFY(f->chat->busy());
    f->chat->stop();
    QVERIFY(!f->chat->busy());
    QCOMPARE(f->message(f->messages() - 1, "stopReason").toString(), QString("cancelled"));
}

void KeptPicturesTest::lostPictureIsSaidAndNotAsked() {
    const QStringList files = keepConversation(3, {320, 200});
    QVERIFY(QFile::remove(attachmentPath(files[1])));
    QVERIFY(restart());
    QSignalSpy told(f->chat.get(), &ChatController::openFailed);
    QVERIFY(open());
    QVERIFY(!shown(0, 0).isNull());
    QVERIFY(shown(0, 1).isNull());
    QVERIFY(told.isEmpty());
    f->ask("turns");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("2/2"));
    QCOMPARE(told.size(), 1);
    QVERIFY(told.front().front().toString().contains("1.png"));
    // Large it is not there either.
    auto& viewer = *qobject_cast<PictureViewer*>(f->chat->viewer());
    auto& reading = *qobject_cast<PictureReading*>(f->chat->reading());
    viewer.open(0, 1, true);
    QTRY_COMPARE_WITH_TIMEOUT(reading.state(), QString("failed"), enough_ms);
    QVERIFY(!reading.problem().isEmpty());
    QVERIFY(reading.source().isEmpty());
    reading.show(0);
    QTRY_VERIFY_WITH_TIMEOUT(!reading.source().isEmpty(), enough_ms);
    QTRY_COMPARE_WITH_TIMEOUT(reading.state(), QString("read"), enough_ms);
}

void KeptPicturesTest::viewerDecodesWhatItShows() {
    const QStringList files = keepConversation(2, {1500, 900});
    QVERIFY(restart());
    QVERIFY(open());
    auto& viewer = *qobject_cast<PictureViewer*>(f->chat->viewer());
    auto& reading = *qobject_cast<PictureReading*>(f->chat->reading());
    viewer.open(0, 1);
    QTRY_VERIFY_WITH_TIMEOUT(!reading.source().isEmpty(), enough_ms);
    QCOMPARE(reading.state(), QString("viewing"));
    const QImage large = f->chat->pictures()->find(reading.source().section('/', 3));
    QCOMPARE(large.convertToFormat(QImage::Format_RGB888), screenshot(0, {1500, 900}));
    reading.read();
    QTRY_COMPARE_WITH_TIMEOUT(reading.state(), QString("read"), enough_ms);
    // A part of it, pixel for pixel.
    const AttachmentRef whole = kept(files[0], "0.png", {1500, 900});
    Q_EMIT viewer.partWanted(whole, QRect(10, 20, 100, 50));
    QCOMPARE(reading.state(), QString("closed"));
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->attachments()->rowCount(), 1, enough_ms);
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->chat->pictures()
                 ->find(f->attachment(0, "thumbnail").toString().section('/', 3))
                 .convertToFormat(QImage::Format_RGB888),
             screenshot(0, {1500, 900}).copy(10, 20, 100, 50));
}

void KeptPicturesTest::draftComesBackReady() {
    QVERIFY(restart());
    f->chat->addImage(screenshot(1, {300, 200}), "pasted");
    QVERIFY(f->attachmentsSettle());
    f->chat->setDraft("turns");
    QTRY_VERIFY_WITH_TIMEOUT(!f->attachment(0, "thumbnail").toString().isEmpty(), enough_ms);
    // The draft is kept when its file is made.
    QTRY_VERIFY_WITH_TIMEOUT(!AttachmentStore(history()).all().isEmpty(), enough_ms);
    QVERIFY(restart());
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->attachments()->rowCount(), 1, enough_ms);
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->chat->pictures()->find(f->attachment(0, "thumbnail").toString().section('/', 3)).size(),
             QSize(300, 200));
    f->chat->send();
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("1/1"));
}

void KeptPicturesTest::pixelsStayWithinTheBudget() {
    const auto picture = [](const char* name) {
        auto whole = std::make_shared<Attachment>();
        whole->file = name;
        whole->encoded = pngOf(screenshot(name[0], {20, 10}));
        whole->picture = std::make_shared<const Picture>(
            Picture{20, 10, std::vector<std::uint8_t>(600, static_cast<std::uint8_t>(name[0]))});
        return AttachmentRef(whole);
    };
    PicturePixels pixels(nullptr, 1300);  // two of them
    const AttachmentRef a = pixels.put(picture("a"));
    const AttachmentRef b = pixels.put(picture("b"));
    QVERIFY(!a->picture && !b->picture);
    QCOMPARE(pixels.bytes(), std::size_t{1200});
    const auto take = [&](const AttachmentRef& wanted, bool at_once) {
        AttachmentRef got;
        bool answered = false;
        pixels.want(this, {wanted}, [&](const std::vector<AttachmentRef>& found) {
            got = found.front();
            answered = true;
        });
        if (answered != at_once) qFatal("the picture was %s at hand", answered ? "" : "not");
        [&] { QTRY_VERIFY_WITH_TIMEOUT(answered, enough_ms); }();
        return got;
    };
    QCOMPARE(take(a, true)->picture->rgb[0], std::uint8_t{'a'});
    const AttachmentRef c = pixels.put(picture("c"));  // b was used longest ago
    QCOMPARE(pixels.bytes(), std::size_t{1200});
    QVERIFY(take(a, true)->picture);
    // Decoded again from its file; the pixels are those of the file.
    const AttachmentRef again = take(b, false);
    QCOMPARE(again->picture->width, 20);
    QCOMPARE(pixels.bytes(), std::size_t{1200});
    QVERIFY(take(b, true)->picture);
    // Without a file it is lost, and said so; the others come.
    auto gone = std::make_shared<Attachment>();
    gone->file = "gone";
    QSignalSpy lost(&pixels, &PicturePixels::lost);
    std::vector<AttachmentRef> got;
    pixels.want(this, {gone, b, gone}, [&](const std::vector<AttachmentRef>& found) { got = found; });
    QTRY_COMPARE_WITH_TIMEOUT(got.size(), std::size_t{3}, enough_ms);
    QVERIFY(!got[0] && got[1] && got[1]->picture && !got[2]);
    QCOMPARE(lost.size(), 1);
}

void KeptPicturesTest::pastedPictureIsReadyBeforeItsFile() {
    QVERIFY(restart());
    const QImage image = noise({4000, 2500});
    f->chat->addImage(image, "pasted");
    QVERIFY(f->attachmentsSettle());
    QVERIFY(f->attachment(0, "error").toString().isEmpty());
    f->chat->setDraft("turns");
    QVERIFY2(f->chat->canSend(), qPrintable(f->chat->sendProblem()));
    QElapsedTimer clock;
    clock.start();
    f->chat->send();
    QVERIFY(clock.elapsed() < 200);
    QVERIFY2(f->chat->sendWaits(), "The file was quicker: nothing is tried here.");
    QTRY_VERIFY_WITH_TIMEOUT(f->messages() == 2, enough_ms);
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("1/1"));
    QVERIFY(restart());
    QTRY_COMPARE_WITH_TIMEOUT(f->messages(), 2, enough_ms);
    auto& reading = *qobject_cast<PictureReading*>(f->chat->reading());
    qobject_cast<PictureViewer*>(f->chat->viewer())->open(0, 0);
    QTRY_VERIFY_WITH_TIMEOUT(!reading.source().isEmpty(), enough_ms);
    QCOMPARE(
        f->chat->pictures()->find(reading.source().section('/', 3)).convertToFormat(QImage::Format_RGB888),
        image);
    // Another conversation is opened before it has a file: it is in the draft all the same.
    const QString first = f->chat->conversationId();
    f->chat->addImage(image, "pasted");
    QTRY_VERIFY_WITH_TIMEOUT(!f->attachment(0, "loading").toBool(), enough_ms);
    f->chat->newConversation();
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
    QTRY_VERIFY_WITH_TIMEOUT(draftOf(first) == 1, enough_ms);
    // One that is taken away before it has a file, and one whose conversation is closed.
    f->chat->addImage(image, "pasted");
    QTRY_VERIFY_WITH_TIMEOUT(!f->attachment(0, "loading").toBool(), enough_ms);
    f->chat->removeAttachment(0);
    f->chat->addImage(image, "pasted");
    QTRY_VERIFY_WITH_TIMEOUT(!f->attachment(0, "loading").toBool(), enough_ms);
    clock.restart();
    f->close();
    QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
}

void KeptPicturesTest::previewsInMemoryAreGivenBack() {
    QVERIFY(restart());
    for (int i = 0; i < 4; ++i) {
        f->chat->addImage(screenshot(i, {400, 300}), "pasted");
        QVERIFY(f->attachmentsSettle());
        f->ask("turns");
        QTRY_VERIFY_WITH_TIMEOUT(f->messages() == 2 * i + 2, enough_ms);
        QVERIFY(f->becomesIdle());
        QCOMPARE(shown(2 * i, 0).size(), QSize(400, 300));
        // On the disk, before the next one looks.
        QTRY_COMPARE_WITH_TIMEOUT(AttachmentStore(history()).all().size(), i + 1, enough_ms);
        QCOMPARE(draftOf(f->chat->conversationId()), 0);  // what the history said before this has arrived
    }
    QVERIFY(f->chat->pictures()->size() <= 2);
    for (int i = 0; i < 4; ++i)
        QCOMPARE(shown(2 * i, 0).size(), QSize(400, 300));
}

QTEST_MAIN(KeptPicturesTest)
#include "kept_pictures_test.moc"
