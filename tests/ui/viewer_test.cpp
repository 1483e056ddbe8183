// Pictures in the window: opened large, zoomed and moved by mouse and keys, with the patches of the model and
// the places that a reply names where they belong to the pixel; and the chips that say how the model will
// look at them. Runs at a scale of 1 and, as viewer_at_200_test, of 2.
#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QPointer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>
#include <algorithm>

#include "app/chat/message_list_model.h"
#include "app/pictures/picture_reading.h"
#include "app/pictures/picture_viewer.h"
#include "app/replies/block_list_model.h"
#include "app/replies/reply_places.h"
#include "tests/app/documents/document_builder.h"
#include "ui/reply_marks.h"
#include "window_fixture.h"

using namespace sightline;

namespace {

constexpr int enough_ms = 120'000;
const QColor mark(0x0A, 0x8D, 0xA5);

}  // namespace

class ViewerTest : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<WarningsCaught> warnings_;
    std::unique_ptr<WindowFixture> shown_;
    QTemporaryDir folder_;

    WindowFixture& w() { return *shown_; }
    PictureReading& reading() { return *qobject_cast<PictureReading*>(w().chat().reading()); }
    PictureViewer& viewer() { return *qobject_cast<PictureViewer*>(w().chat().viewer()); }
    QQuickItem* picture() { return w().item(QStringLiteral("readImage")); }
    double ratio() { return w().view().effectiveDevicePixelRatio(); }

    bool drop(const QList<QUrl>& files) {
        QMimeData data;
        data.setUrls(files);
        w().drop(data);
        return QTest::qWaitFor(
            [this] {
                for (int row = 0; row < w().chat().attachments()->rowCount(); ++row) {
                    if (w().attachment(row, "loading").toBool()) return false;
                }
                return w().item(QStringLiteral("chipClose")) != nullptr;
            },
            enough_ms);
    }
    QUrl save(const QImage& image, const QString& name) {
        const QString path = folder_.filePath(name);
        return image.save(path) ? QUrl::fromLocalFile(path) : QUrl();
    }
    // Asks the demo model about the pictures, and lets the reply go on with these words.
    bool askAndAnswer(const QList<QUrl>& pictures, const QString& words) {
        if (!w().waitUntilReady() || !drop(pictures)) return false;
        w().chat().setDraft(QStringLiteral("Read the text in this image."));
        w().chat().send();
        if (!QTest::qWaitFor([this] { return w().chat().messages()->rowCount() == 2; }, enough_ms) ||
            !w().waitForReply())
            return false;
        auto* messages = qobject_cast<MessageListModel*>(w().chat().messages());
        ShownMessage longer = messages->rows()[1];
        longer.text += words;  // the whole: a reply that has ended does not grow
        messages->update(1, longer);
        return true;
    }
    bool opens(const QString& name) {
        return QTest::qWaitFor(
            [this, &name] {
                return reading().name() == name && !reading().source().isEmpty() && picture() != nullptr &&
                       picture()->property("status").toInt() == 1;
            },
            enough_ms);
    }
    QImage grab() {
        QSignalSpy drawn(&w().view(), &QQuickWindow::frameSwapped);
        w().view().update();
        if (!drawn.wait(enough_ms)) qFatal("the window is not drawn");
        return w().view().grabWindow().convertToFormat(QImage::Format_RGB32);
    }
    // Where the picture lies in what was grabbed, in pixels of the screen.
    QRectF onScreen() {
        const QRectF scene = picture()->mapRectToScene(QRectF(0, 0, picture()->width(), picture()->height()));
        return {scene.topLeft() * ratio(), scene.size() * ratio()};
    }
    // What is drawn in the colour of marks, within the picture.
    QRect marked(const QImage& image) {
        const QRect inside = onScreen().toAlignedRect() & image.rect();
        QRect found;
        for (int y = inside.top(); y <= inside.bottom(); ++y) {
            for (int x = inside.left(); x <= inside.right(); ++x) {
                if (image.pixelColor(x, y) == mark) found |= QRect(x, y, 1, 1);
            }
        }
        return found;
    }
    void wheel(const QPointF& place, int steps) {
        QWheelEvent event(place, w().view().mapToGlobal(place.toPoint()), QPoint(), QPoint(0, 120 * steps),
                          Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&w().view(), &event);
    }
    double scaleNow() {
        return w().item(QStringLiteral("readPicture"))->property("scaleNow").toDouble() * ratio();
    }
    static QImage plain(int width, int height) {
        QImage image(width, height, QImage::Format_RGB32);
        image.fill(QColor(0xF0, 0xF0, 0xE8));
        return image;
    }

    static bool tipIsOpen(const QQuickItem& row) {
        return std::ranges::any_of(row.children(), [](const QObject* child) {
            return child->inherits("QQuickToolTip") && child->property("opened").toBool();
        });
    }

  private Q_SLOTS:
    void initTestCase() { dressApplication(*qGuiApp, QStringLiteral("en")); }
    void init() {
        warnings_ = std::make_unique<WarningsCaught>();
        shown_ = std::make_unique<WindowFixture>();
    }
    void cleanup() {
        shown_.reset();
        const QString caught = endOf(warnings_);
        QVERIFY2(caught.isEmpty(), qPrintable(caught));
    }

    void boxesLieOnTheirPixels() {
        QVERIFY(
            askAndAnswer({save(plain(800, 500), QStringLiteral("screen.png"))},
                         QStringLiteral("\n{\"bbox_2d\": [100, 200, 300, 440], \"label\": \"a field\"}")));
        w().click(QStringLiteral("pictureOpen"));
        QVERIFY(opens(QStringLiteral("screen.png")));
        QCOMPARE(reading().state(), QStringLiteral("viewing"));
        // 80, 100 to 240, 220 in pixels of the original.
        for (const int zoom : {1, 2}) {
            w().key(Qt::Key_1);
            if (zoom == 2) {
                w().item(QStringLiteral("readPicture"))->setProperty("zoom", 2 / ratio());
            }
            QTRY_COMPARE(scaleNow(), static_cast<double>(zoom));
            const QImage image = grab();
            const QRectF place = onScreen();
            const QRect box = marked(image);
            const auto near = [zoom](double at, double expected) { return std::abs(at - expected) <= zoom; };
            QVERIFY2(near(box.left(), place.left() + 80 * zoom), qPrintable(QString::number(box.left())));
            QVERIFY2(near(box.top(), place.top() + 100 * zoom), qPrintable(QString::number(box.top())));
            QVERIFY2(near(box.right() + 1, place.left() + 240 * zoom),
                     qPrintable(QString::number(box.right())));
            QVERIFY2(near(box.bottom() + 1, place.top() + 220 * zoom),
                     qPrintable(QString::number(box.bottom())));
        }
        // In the conversation too: within one pixel of the screen.
        w().key(Qt::Key_Escape);
        QTRY_VERIFY(!picture());
        QTRY_VERIFY(w().item(QStringLiteral("placeBox0")));
        const QQuickItem* card = w().item(QStringLiteral("cardImage"));
        const QQuickItem* box = w().item(QStringLiteral("placeBox0"));
        const QRectF drawn = box->mapRectToItem(card, QRectF(0, 0, box->width(), box->height()));
        QVERIFY(std::abs(drawn.left() - 0.1 * card->width()) <= 1);
        QVERIFY(std::abs(drawn.top() - 0.2 * card->height()) <= 1);
        QVERIFY(std::abs(drawn.right() - 0.3 * card->width()) <= 1);
        QVERIFY(std::abs(drawn.bottom() - 0.44 * card->height()) <= 1);
    }

    void patchesAreThoseOfTheModel() {
        QVERIFY(w().waitUntilReady());
        QVERIFY(drop({save(plain(800, 500), QStringLiteral("screen.png"))}));
        w().click(QStringLiteral("chipOpen"));
        QVERIFY(opens(QStringLiteral("screen.png")));
        QTRY_VERIFY_WITH_TIMEOUT(viewer().columns() > 0, enough_ms);
        // "800 × 500 → 800 × 512"
        const QString sides = w().attachment(0, "sizeText").toString().section(QChar(0x2192), 1);
        QCOMPARE(viewer().columns(), sides.section(QChar(0xD7), 0, 0).toInt() / 32);
        QCOMPARE(viewer().rows(), sides.section(QChar(0xD7), 1, 1).toInt() / 32);
        QVERIFY(!w().item(QStringLiteral("patchGrid")));
        const QImage before = grab();
        w().key(Qt::Key_G);
        QTRY_VERIFY(w().item(QStringLiteral("patchGrid")));
        QVERIFY(w().text(QStringLiteral("readingFacts")).contains(viewer().modelText()));
        const QImage after = grab();
        const QRectF place = onScreen();
        // In the middle of the first row of patches only the lines between columns are new.
        const int y = static_cast<int>(place.top() + place.height() / viewer().rows() / 2);
        QList<int> lines;
        for (int x = static_cast<int>(place.left()) + 2; x < place.right() - 2; ++x) {
            if (before.pixel(x, y) != after.pixel(x, y) && (lines.isEmpty() || x - lines.last() > 3))
                lines << x;
        }
        QCOMPARE(lines.size(), viewer().columns() - 1);
        for (int i = 0; i < lines.size(); ++i) {
            const double expected = place.left() + (i + 1) * place.width() / viewer().columns();
            QVERIFY2(std::abs(lines[i] - expected) <= ratio() + 0.5, qPrintable(QString::number(i)));
        }
        w().key(Qt::Key_G, Qt::ControlModifier);
        QTRY_VERIFY(!w().item(QStringLiteral("patchGrid")));
    }

    void theWheelZoomsAtThePointer() {
        QVERIFY(drop({save(plain(1600, 1200), QStringLiteral("large.png"))}));
        w().click(QStringLiteral("chipOpen"));
        QVERIFY(opens(QStringLiteral("large.png")));
        const QRectF fit = picture()->mapRectToScene(QRectF(0, 0, picture()->width(), picture()->height()));
        const QPointF pointer = fit.topLeft() + QPointF(fit.width() * 0.7, fit.height() * 0.3);
        wheel(pointer, 6);
        QVERIFY(picture()->width() > 3 * fit.width());
        const QPointF under = picture()->mapFromScene(pointer);
        QVERIFY(std::abs(under.x() / picture()->width() - 0.7) < 2 / fit.width());
        QVERIFY(std::abs(under.y() / picture()->height() - 0.3) < 2 / fit.height());
        // Dragging moves it along.
        const QPoint from = pointer.toPoint();
        QTest::mousePress(&w().view(), Qt::LeftButton, Qt::NoModifier, from);
        for (int step = 1; step <= 6; ++step)
            QTest::mouseMove(&w().view(), from - QPoint(15 * step, 10 * step));
        const QPointF dragged = picture()->mapFromScene(pointer);
        QTest::mouseRelease(&w().view(), Qt::LeftButton, Qt::NoModifier, from - QPoint(90, 60));
        QVERIFY(dragged.x() > under.x() + 40 && dragged.y() > under.y() + 20);
        wheel(pointer, -40);
        QVERIFY(picture()->width() < fit.width());
        w().key(Qt::Key_0);
        QTRY_COMPARE(picture()->width(), fit.width());
        // A double click: pixel for pixel, and back.
        QTest::mouseDClick(&w().view(), Qt::LeftButton, Qt::NoModifier, from);
        QTRY_COMPARE(scaleNow(), 1.0);
        QTest::mouseDClick(&w().view(), Qt::LeftButton, Qt::NoModifier, from);
        QTRY_COMPARE(picture()->width(), fit.width());
    }

    void keysAloneDoEverything() {
        QVERIFY(askAndAnswer(
            {save(plain(1600, 1200), QStringLiteral("one.png")),
             save(plain(400, 300), QStringLiteral("two.png"))},
            QStringLiteral("\n[{\"bbox_2d\": [100, 200, 300, 400], \"label\": \"left\"}, "
                           "{\"point_2d\": [900, 900]}] Picture 2: {\"bbox_2d\": [0, 0, 500, 500]}")));
        w().key(Qt::Key_Tab);
        QVERIFY(w().tabTo(QStringLiteral("pictureOpen")));
        w().key(Qt::Key_Return);
        QVERIFY(opens(QStringLiteral("one.png")) || opens(QStringLiteral("two.png")));
        reading().show(0);
        QVERIFY(opens(QStringLiteral("one.png")));
        const double fit = scaleNow();
        w().key(Qt::Key_Plus);
        QVERIFY(std::abs(scaleNow() / fit - 1.25) < 0.01);
        w().key(Qt::Key_Minus);
        QVERIFY(std::abs(scaleNow() / fit - 1) < 0.01);
        w().key(Qt::Key_1);
        QCOMPARE(scaleNow(), 1.0);
        w().item(QStringLiteral("readPicture"))
            ->setProperty("zoom", 4);  // larger than the view in both directions
        w().key(Qt::Key_Right);
        const QPointF before = picture()->mapToScene(QPointF());
        w().key(Qt::Key_Left);
        const QPointF right = picture()->mapToScene(QPointF());
        QVERIFY(right.x() > before.x() && right.y() == before.y());
        w().key(Qt::Key_Down);
        QVERIFY(picture()->mapToScene(QPointF()).y() < before.y());
        w().key(Qt::Key_0);
        QCOMPARE(scaleNow(), fit);
        w().key(Qt::Key_PageDown);
        QVERIFY(opens(QStringLiteral("two.png")));
        w().key(Qt::Key_PageUp);
        QVERIFY(opens(QStringLiteral("one.png")));

        // The places, one after the other, and what can be done with them.
        QVERIFY(w().item(QStringLiteral("place1")));
        QVERIFY(!w().item(QStringLiteral("place2")));
        QVERIFY(w().tabTo(QStringLiteral("place0")));
        QAccessibleInterface* accessible =
            QAccessible::queryAccessibleInterface(w().item(QStringLiteral("place0")));
        QVERIFY(accessible);
        QCOMPARE(accessible->text(QAccessible::Name), QStringLiteral("left"));
        QCOMPARE(accessible->text(QAccessible::Description), QStringLiteral("[160, 240, 480, 480]"));
        w().key(Qt::Key_Return);
        QVERIFY(w().waitUntilOpen(QStringLiteral("placeMenu")));
        w().key(Qt::Key_Down);
        w().key(Qt::Key_Return);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("[160, 240, 480, 480]"));
        QTRY_COMPARE(w().view().activeFocusItem()->objectName(), QStringLiteral("place0"));
        w().key(Qt::Key_Return);
        QVERIFY(w().waitUntilOpen(QStringLiteral("placeMenu")));
        w().key(Qt::Key_Return);
        QTRY_VERIFY(!picture());
        QTRY_COMPARE(w().view().activeFocusItem()->objectName(), QStringLiteral("question"));
        QTRY_VERIFY_WITH_TIMEOUT(
            w().attachment(0, "sizeText").toString().startsWith(QString::fromUtf8("320 × 240")), enough_ms);
    }

    // A number in the reply and one on the picture are the same place: by pointer, by keys, and opened large.
    void badgesBelongToTheirMarks() {
        const QString words = QStringLiteral(
            "\n\nThe left one {\"bbox_2d\": [100, 200, 300, 400], \"label\": \"left\"} is **closed "
            "{\"point_2d\": [900, 900]}**, and behind:\n\n```json\n[\n{\"bbox_2d\": [500, 500, 520, 520], "
            "\"label\": \"small\"}\n]\n```\n");
        QVERIFY(askAndAnswer({save(plain(1600, 1200), QStringLiteral("one.png"))}, words));
        auto* places = qobject_cast<ReplyPlaces*>(w().chat().places());
        QTRY_VERIFY(w().item(QStringLiteral("badge3")));
        // The list follows the reply to its end: no place is asked for before it stands still.
        for (int frame = 0; frame < 2; ++frame)
            grab();
        QTRY_VERIFY(w().item(QStringLiteral("messages"))->property("atYEnd").toBool());
        grab();
        const auto rectOf = [this](const QString& name) {
            const QQuickItem* item = w().item(name);
            return item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
        };
        // Each stands behind its brace, in room that the text leaves for it.
        auto* marks = w().item(QStringLiteral("replyText"))->findChild<ReplyMarks*>();
        QVERIFY(marks);
        auto* blocks = qobject_cast<BlockListModel*>(marks->blocks());
        const QString text = blocks->plainText(0, blocks->length());
        QCOMPARE(marks->badges().size(), 3);
        for (int i = 0; i < 3; ++i) {
            const int position = marks->badges()[i].toMap()["position"].toInt();
            QCOMPARE(blocks->plainText(position, position + 1), QStringLiteral("}"));
            const QRectF brace = marks->rectangleOf(w().view().contentItem(), position);
            const QRectF badge = rectOf(QStringLiteral("badge%1").arg(i + 1));
            QVERIFY2(badge.left() > brace.left() + 3 && badge.left() < brace.left() + 24,
                     qPrintable(QStringLiteral("%1 %2").arg(badge.left()).arg(brace.left())));
            QVERIFY(std::abs(badge.center().y() - brace.center().y()) <= 4);
            if (i == 2) continue;
            const QRectF after = marks->rectangleOf(w().view().contentItem(), position + 1);
            QVERIFY2(after.top() > badge.bottom() || after.left() >= badge.right(), "it hides what follows");
        }
        // The text is what it was: nothing is copied of the room.
        QVERIFY(blocks->plainText().contains(QStringLiteral("\"left\"} is closed")));

        // Pointing at one lights up the other.
        QTest::mouseMove(&w().view(), rectOf(QStringLiteral("badge1")).center().toPoint());
        QTRY_VERIFY(w().item(QStringLiteral("place0"))->property("pointedAt").toBool());
        QVERIFY(!w().item(QStringLiteral("place1"))->property("pointedAt").toBool());
        QTest::mouseMove(&w().view(), rectOf(QStringLiteral("place1")).center().toPoint());
        QTRY_VERIFY(w().item(QStringLiteral("badge2"))->property("lit").toBool());
        QVERIFY(!w().item(QStringLiteral("badge1"))->property("lit").toBool());
        QTest::mouseMove(&w().view(), QPoint(5, 5));
        QTRY_COMPARE(places->pointed(), QString());

        // By keys: focus is as good as the pointer, Return opens the picture at the place.
        w().key(Qt::Key_Tab);
        QVERIFY(w().tabTo(QStringLiteral("badge3")));
        QVERIFY(w().item(QStringLiteral("place2"))->property("pointedAt").toBool());
        QAccessibleInterface* accessible =
            QAccessible::queryAccessibleInterface(w().item(QStringLiteral("badge3")));
        QVERIFY(accessible);
        QCOMPARE(accessible->role(), QAccessible::Button);
        QCOMPARE(accessible->text(QAccessible::Name), QStringLiteral("3: small"));
        w().key(Qt::Key_Return);
        QVERIFY(opens(QStringLiteral("one.png")));
        // 800, 600 to 832, 624: in sight, larger than when it fits, and lit.
        QTRY_VERIFY(w().item(QStringLiteral("place2")) &&
                    w().item(QStringLiteral("place2"))->property("pointedAt").toBool());
        QTRY_VERIFY(scaleNow() > 1.5);
        const QRectF view =
            w().item(QStringLiteral("readPicture"))
                ->mapRectToScene(QRectF(0, 0, w().item(QStringLiteral("readPicture"))->width(),
                                        w().item(QStringLiteral("readPicture"))->height()));
        const QPointF middle = rectOf(QStringLiteral("place2")).center();
        QVERIFY2(
            std::abs(middle.x() - view.center().x()) < 40 && std::abs(middle.y() - view.center().y()) < 60,
            qPrintable(QStringLiteral("%1 %2").arg(middle.x()).arg(middle.y())));
        w().key(Qt::Key_Escape);
        QTRY_VERIFY(!picture());
        QTRY_COMPARE(w().view().activeFocusItem()->objectName(), QStringLiteral("badge3"));
        // A click does the same.
        w().click(QStringLiteral("badge1"));
        QVERIFY(opens(QStringLiteral("one.png")));
        QTRY_VERIFY(w().item(QStringLiteral("place0"))->property("pointedAt").toBool());
    }

    // Numbers go on over all replies about a picture, and stay with their own.
    void badgesCountLikeTheMarks() {
        MessageListModel messages;
        ReplyPlaces replies(messages);
        const auto say = [&messages](const char* role, const QString& text, int pictures) {
            ShownMessage message;
            message.role = QLatin1String(role);
            message.text = text;
            message.pictures.resize(static_cast<std::size_t>(pictures));
            messages.append(message);
        };
        const QString box = QStringLiteral("{\"bbox_2d\": [1, 2, %1, 4]}");
        say("user", QStringLiteral("what"), 2);
        say("assistant",
            QStringLiteral("<think>") + box.arg(10) + QStringLiteral("</think>\n\nHere ") + box.arg(11), 0);
        say("user", QStringLiteral("and"), 0);
        say("assistant",
            QStringLiteral("Picture 2: %1. Picture 1: %2. Picture 3: %3")
                .arg(box.arg(12), box.arg(13), box.arg(14)),
            0);
        say("user", QStringLiteral("other"), 1);
        say("assistant", box.arg(15), 0);
        const auto told = [&replies](int row) {
            QStringList all;
            const QVariantList badges = replies.inReply(row);
            for (const QVariant& badge : badges) {
                const QVariantMap map = badge.toMap();
                all << QStringLiteral("%1/%2/%3=%4")
                           .arg(map["message"].toInt())
                           .arg(map["picture"].toInt())
                           .arg(map["place"].toInt())
                           .arg(map["number"].toInt());
                const std::vector<NamedPlace> on = replies.on(map["message"].toInt(), map["picture"].toInt());
                if (static_cast<std::size_t>(map["place"].toInt()) >= on.size())
                    all << QStringLiteral("none");
            }
            return all;
        };
        // The one in the thoughts is marked on the picture, and nothing of it is in the text.
        QCOMPARE(told(1), QStringList{QStringLiteral("0/0/1=2")});
        QCOMPARE(told(3), (QStringList{QStringLiteral("0/1/0=1"), QStringLiteral("0/0/2=3")}));
        QCOMPARE(told(5), QStringList{QStringLiteral("4/0/0=1")});
        QCOMPARE(told(0), QStringList());
        QCOMPARE(told(9), QStringList());
    }

    void readingIsOneStepAway() {
        QVERIFY(drop({WindowFixture::sampleFile(QStringLiteral("message.png"))}));
        w().click(QStringLiteral("chipOpen"));
        QVERIFY(opens(QStringLiteral("message.png")));
        QVERIFY(!w().item(QStringLiteral("readText")));
        w().click(QStringLiteral("viewerRead"));
        QTRY_COMPARE_WITH_TIMEOUT(reading().state(), QStringLiteral("read"), enough_ms);
        QTRY_VERIFY(w().item(QStringLiteral("readText")));
        QVERIFY(!w().item(QStringLiteral("viewerRead")));
        QVERIFY(reading().text().contains(QStringLiteral("could not be opened")));
        w().click(QStringLiteral("readLine0"));
        QTRY_VERIFY(!w().item(QStringLiteral("readText"))->property("selectedText").toString().isEmpty());
    }

    void detailIsChosenInItsChip() {
        QVERIFY(w().waitUntilReady());
        QVERIFY(drop({save(plain(1600, 1200), QStringLiteral("large.png"))}));
        w().click(QStringLiteral("chipDetail"));
        QTRY_COMPARE(w().view().activeFocusItem()->objectName(), QStringLiteral("detail-auto"));
        const int tokens =
            w().attachment(0, "tokensText").toString().remove(QLatin1Char(',')).section(' ', 0, 0).toInt();
        w().key(Qt::Key_Down);
        w().key(Qt::Key_Return);
        QTRY_COMPARE(w().attachment(0, "detail").toString(), QStringLiteral("low"));
        QTRY_VERIFY(w().text(QStringLiteral("chipSize")).contains(QString::fromUtf8("→")));
        QTRY_VERIFY(
            w().attachment(0, "tokensText").toString().remove(QLatin1Char(',')).section(' ', 0, 0).toInt() <=
            tokens);
        QAccessibleInterface* accessible =
            QAccessible::queryAccessibleInterface(w().item(QStringLiteral("chipDetail")));
        QVERIFY(accessible &&
                accessible->text(QAccessible::Name).startsWith(QStringLiteral("Picture detail: Low")));
    }

    // What a picture costs can change at any time, and while its menu is open the keys stay on the row they
    // moved to.
    void newPricesLeaveTheKeysWhereTheyAre() {
        QVERIFY(w().waitUntilReady());
        QVERIFY(drop({save(plain(1600, 1200), QStringLiteral("large.png"))}));
        w().click(QStringLiteral("chipDetail"));
        QTRY_COMPARE(w().view().activeFocusItem()->objectName(), QStringLiteral("detail-auto"));
        w().key(Qt::Key_Down);
        QTRY_COMPARE(w().view().activeFocusItem()->objectName(), QStringLiteral("detail-low"));
        const QPointer<QQuickItem> row = w().item(QStringLiteral("detail-low"));
        const QVariant prices = w().attachment(0, "choices");
        w().chat().setDraft(QStringLiteral("What is written here? ").repeated(20'000));
        QTRY_VERIFY(w().attachment(0, "choices") != prices);
        // So that what waits for its time, a tip for example, is due before the old rows are gone.
        QThread::msleep(700);
        QTRY_VERIFY(!row);  // the rows are made anew
        QTRY_COMPARE(w().view().activeFocusItem()->objectName(), QStringLiteral("detail-low"));
        QTRY_VERIFY(tipIsOpen(*w().view().activeFocusItem()));
        w().key(Qt::Key_Return);
        QTRY_COMPARE(w().attachment(0, "detail").toString(), QStringLiteral("low"));
    }

    void pagesAreChosenInTheirChip() {
        QList<test::PdfPage> pages;
        for (int page = 1; page <= 12; ++page)
            pages << test::PdfPage{test::textAt(72, 700, "Page " + QByteArray::number(page), 30), {}};
        QFile file(folder_.filePath(QStringLiteral("report.pdf")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(test::PdfBuilder().build(pages)) > 0);
        file.close();
        QVERIFY(drop({QUrl::fromLocalFile(file.fileName())}));
        QTRY_COMPARE_WITH_TIMEOUT(w().chat().attachments()->rowCount(), 9, enough_ms);
        QVERIFY(QTest::qWaitFor([this] { return !w().attachment(8, "loading").toBool(); }, enough_ms));
        w().click(QStringLiteral("chipPages"));
        QTRY_VERIFY(w().item(QStringLiteral("pagesField")) &&
                    w().item(QStringLiteral("pagesField"))->hasActiveFocus());
        w().write(QStringLiteral("99"));
        w().key(Qt::Key_Return);
        QTRY_VERIFY(w().text(QStringLiteral("pagesProblem")).contains(QStringLiteral("12")));
        w().key(Qt::Key_A, Qt::ControlModifier);
        w().write(QStringLiteral("3, 11-12"));
        w().key(Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(w().chat().attachments()->rowCount(), 4, enough_ms);
        QCOMPARE(w().attachment(3, "note").toString(), QStringLiteral("Page 12 of 12"));
        QTRY_VERIFY(!w().item(QStringLiteral("pagesField")));
    }
};

int main(int argc, char** argv) {
    prepareWindowing();
    QCoreApplication::setApplicationVersion(QStringLiteral("0.0"));
    QGuiApplication application(argc, argv);
    ViewerTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "viewer_test.moc"
