// A reply in the real window: what is drawn, selected, copied, found, and opened only after a question.
#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QMimeData>
#include <QTest>
#include <memory>

#include "app/chat/conversation_find.h"
#include "shown_reply.h"

using namespace sightline;

namespace {

const char* const whole =
    "# Totals\n\nThe total is **EUR 1,204.50**, see [the page](https://example.org/a).\n\n"
    "- first item\n- second item\n  1. inner\n\n> quoted words\n\n"
    "| Item | Amount |\n|:--|--:|\n| Catalogue | 744.00 |\n| Poster | 170.00 |\n\n---\n\n"
    "```json\n{ \"total\": 1204.50 }\n```\n\nlast words";

class Opened : public QObject {
    Q_OBJECT

  public:
    QList<QUrl> urls;
  public Q_SLOTS:
    void open(const QUrl& url) { urls << url; }
};

}  // namespace

class ReplyBlocksTest : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<WarningsCaught> warnings_;
    std::unique_ptr<ShownReply> shown_;

    ShownReply& show(const QString& text, bool streaming = false) {
        shown_ = std::make_unique<ShownReply>(text, streaming);
        return *shown_;
    }
    static QString copied(const char* format) {
        return QString::fromUtf8(QGuiApplication::clipboard()->mimeData()->data(QString::fromLatin1(format)));
    }
    void press(const QPoint& place, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::mousePress(&shown_->w.view(), Qt::LeftButton, modifiers, place);
        QTest::mouseRelease(&shown_->w.view(), Qt::LeftButton, modifiers, place);
    }
    void say(ShownReply& reply, const QString& role, const QString& text) {
        ShownMessage message;
        message.role = role;
        message.text = text;
        reply.messages().append(message);
        reply.draw();
    }
    QQuickItem* textOf(ShownReply& reply, int row) {
        const QQuickItem* turn = reply.w.item(QStringLiteral("turn%1").arg(row));
        if (turn == nullptr) qFatal("turn %d is not shown", row);
        for (const char* name : {"replyText", "readingText", "questionText"}) {
            if (auto* text = turn->findChild<QQuickItem*>(QLatin1String(name)); text && text->isVisible())
                return text;
        }
        qFatal("turn %d has no text", row);
    }
    QRectF sceneOf(ShownReply& reply, int row) {
        QQuickItem* text = textOf(reply, row);
        return text->mapRectToScene(QRectF(0, 0, text->width(), text->height()));
    }
    // Just behind the left edge of a character.
    QPoint pointIn(ShownReply& reply, int row, int position) {
        QQuickItem* text = textOf(reply, row);
        QRectF place;
        if (text->objectName() != QLatin1String("questionText")) {
            QVariant found;
            QMetaObject::invokeMethod(text, "rectangleOf", Q_RETURN_ARG(QVariant, found),
                                      Q_ARG(QVariant, QVariant(position)));
            place = found.toRectF();
        } else {
            QMetaObject::invokeMethod(text, "positionToRectangle", Q_RETURN_ARG(QRectF, place),
                                      Q_ARG(int, position));
        }
        const QPointF scene = text->mapToScene(QPointF(place.left() + 1, place.center().y()));
        return scene.toPoint();
    }
    int visibleReply(ShownReply& reply) {
        QQuickItem* list = reply.w.item(QStringLiteral("messages"));
        for (int row = 1; row < reply.messages().rowCount(); row += 2) {
            const QQuickItem* turn = reply.w.item(QStringLiteral("turn%1").arg(row));
            if (turn == nullptr) continue;
            const double top = turn->mapToItem(list, QPointF()).y();
            if (top > 50 && top < list->height() - 100) return row;
        }
        qFatal("no reply can be seen");
    }
    void drag(const QPoint& from, const QPoint& to) {
        QTest::mousePress(&shown_->w.view(), Qt::LeftButton, Qt::NoModifier, from);
        QTest::mouseMove(&shown_->w.view(), (from + to) / 2);
        QTest::mouseMove(&shown_->w.view(), to);
        QTest::mouseRelease(&shown_->w.view(), Qt::LeftButton, Qt::NoModifier, to);
    }
    int pixels(const QColor& color, const QRectF& where) {
        shown_->draw();
        const QImage picture = shown_->w.view().grabWindow();
        const double ratio = picture.devicePixelRatio();
        int count = 0;
        for (int y = qRound(where.top() * ratio); y < qRound(where.bottom() * ratio); ++y) {
            for (int x = qRound(where.left() * ratio); x < qRound(where.right() * ratio); ++x)
                count += picture.valid(x, y) && picture.pixelColor(x, y) == color;
        }
        return count;
    }

  private Q_SLOTS:
    void initTestCase() { dressApplication(*qGuiApp, QStringLiteral("en")); }
    void init() { warnings_ = std::make_unique<WarningsCaught>(); }
    void cleanup() {
        shown_.reset();
        const QString caught = endOf(warnings_);
        QVERIFY2(caught.isEmpty(), qPrintable(caught));
    }

    void everyKindIsDrawn() {
        ShownReply& reply = show(QString::fromUtf8(whole));
        for (const char* name : {"headingBlock", "textBlock", "tableBlock", "codeBlock", "copyCode"})
            QVERIFY2(reply.w.item(QString::fromLatin1(name)), name);
        QCOMPARE(reply.w.text(QStringLiteral("headingBlock")), QStringLiteral("Totals"));
        QCOMPARE(reply.w.text(QStringLiteral("codeLanguage")), QStringLiteral("json"));
        // In reading order, one under the other.
        double bottom = 0;
        for (const char* word : {"Totals", "EUR", "first", "second", "inner", "quoted", "Item", "Catalogue",
                                 "Poster", "total\"", "last"}) {
            const QRectF place = reply.placeOf(reply.positionOf(QString::fromLatin1(word)));
            QVERIFY2(place.top() >= bottom - 1 && place.height() > 8, word);
            bottom = place.bottom();
        }
        // Amounts stand right, items are indented.
        QVERIFY(reply.placeOf(reply.positionOf(QStringLiteral("744"))).left() > 600);
        QVERIFY(reply.placeOf(reply.positionOf(QStringLiteral("inner"))).left() >
                reply.placeOf(reply.positionOf(QStringLiteral("second"))).left() + 15);
    }

    void aDragSelectsAcrossBlocks() {
        ShownReply& reply = show(QString::fromUtf8(whole));
        drag(reply.pointAt(QStringLiteral("EUR")), reply.pointAt(QStringLiteral("Poster")));
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.startsWith(
                     QStringLiteral("EUR 1,204.50, see the page.\n\n\u2022 first item\n\u2022 second")),
                 qPrintable(text));
        QVERIFY2(text.endsWith(QStringLiteral("quoted words\n\nItem\tAmount\nCatalogue\t744.00\n")),
                 qPrintable(text));
        const QString markdown = copied("text/markdown");
        QVERIFY2(markdown.startsWith(QStringLiteral(
                     "**EUR 1,204.50**, see [the page](<https://example.org/a>).\n\n-  first item")),
                 qPrintable(markdown));
        QVERIFY2(markdown.contains(QStringLiteral("> quoted words\n\n| Item | Amount |\n| --- | --: |")),
                 qPrintable(markdown));
        // What lies between is drawn as selected, what lies outside is not.
        const QColor accent(0x0A, 0x6C, 0x7E);
        QVERIFY(
            pixels(accent, reply.placeOf(reply.positionOf(QStringLiteral("second"))).adjusted(0, 0, 40, 0)) >
            100);
        QVERIFY(pixels(accent,
                       reply.placeOf(reply.positionOf(QStringLiteral("Catalogue"))).adjusted(0, 0, 40, 0)) >
                100);
        QCOMPARE(
            pixels(accent, reply.placeOf(reply.positionOf(QStringLiteral("last"))).adjusted(0, 0, 40, 0)), 0);
        // A click takes it away.
        press(reply.pointAt(QStringLiteral("last")));
        QCOMPARE(
            pixels(accent, reply.placeOf(reply.positionOf(QStringLiteral("second"))).adjusted(0, 0, 40, 0)),
            0);
    }

    void wordsBlocksAndAll() {
        ShownReply& reply = show(QString::fromUtf8(whole));
        const QPoint place = reply.pointAt(reply.positionOf(QStringLiteral("second")) + 2);
        press(place);
        press(place);
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("second"));
        press(place);
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("second item"));
        // Shift+click from one block to another.
        press(reply.pointAt(QStringLiteral("inner")));
        press(reply.pointAt(reply.positionOf(QStringLiteral("words"))), Qt::ShiftModifier);
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("  1. inner\n\nquoted "));
        // All is the conversation: the question too.
        reply.w.key(Qt::Key_A, Qt::ControlModifier);
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(copied("text/markdown"),
                 QStringLiteral("What is the total?\n\n") + QString::fromUtf8(whole));
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QStringLiteral("What is the total?\n\n") + reply.blocks().plainText());
        // By keys.
        press(reply.pointAt(QStringLiteral("inner")));
        reply.w.key(Qt::Key_Home);
        reply.w.key(Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
        reply.w.key(Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("Totals\n\nThe"));
    }

    // From a question into the reply to the next one, both ways.
    void selectionRunsAcrossTheConversation() {
        ShownReply& reply = show(QStringLiteral("The **first** reply."));
        say(reply, QStringLiteral("user"), QStringLiteral("And the second?"));
        say(reply, QStringLiteral("assistant"), QStringLiteral("- second\n- *reply*"));
        const QColor accent(0x0A, 0x6C, 0x7E);
        drag(pointIn(reply, 1, 4), pointIn(reply, 3, 6));
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QStringLiteral("first reply.\n\nAnd the second?\n\nsecond"));
        QCOMPARE(copied("text/markdown"), QStringLiteral("**first** reply.\n\nAnd the second?\n\n-  second"));
        reply.draw();
        QVERIFY(pixels(accent, sceneOf(reply, 2)) > 100);  // the question's own text shows it too
        QVERIFY(pixels(accent, sceneOf(reply, 1)) > 100);
        QCOMPARE(pixels(accent, sceneOf(reply, 0)), 0);
        // Upwards, from a reply into the first question.
        drag(pointIn(reply, 1, 9), pointIn(reply, 0, 8));
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("the total?\n\nThe first"));
        // From a question on, where the text itself has the mouse.
        drag(pointIn(reply, 0, 5), pointIn(reply, 1, 3));
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("is the total?\n\nThe"));
        // With Shift, from where the last one began.
        press(pointIn(reply, 1, 4));
        press(pointIn(reply, 2, 3), Qt::ShiftModifier);
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("first reply.\n\nAnd"));
        // A click takes all of it away.
        press(pointIn(reply, 3, 2));
        reply.draw();
        for (int row = 0; row < 4; ++row)
            QCOMPARE(pixels(accent, sceneOf(reply, row)), 0);
        // What goes away takes the selection along.
        reply.w.key(Qt::Key_A, Qt::ControlModifier);
        QObject* selection = reply.w.view().findChild<QObject*>(QStringLiteral("selection"));
        QVERIFY(selection->property("spans").toBool());
        reply.messages().removeFrom(2);
        QVERIFY(!selection->property("spans").toBool());
    }

    // What was read in a picture takes part: as a begin, as an end, and between.
    void selectionRunsThroughWhatWasRead() {
        ShownReply& reply = show(QStringLiteral("The first reply."));
        say(reply, QStringLiteral("reading"), QStringLiteral("read **words** here"));
        say(reply, QStringLiteral("user"), QStringLiteral("And now?"));
        const auto copiedNow = [&reply] {
            reply.w.key(Qt::Key_C, Qt::ControlModifier);
            return QGuiApplication::clipboard()->text();
        };
        drag(pointIn(reply, 2, 5), pointIn(reply, 1, 4));
        QCOMPARE(copiedNow(), QStringLiteral("first reply.\n\nread "));
        drag(pointIn(reply, 1, 4), pointIn(reply, 2, 10));
        QCOMPARE(copiedNow(), QStringLiteral("first reply.\n\nread words"));
        drag(pointIn(reply, 1, 10), pointIn(reply, 3, 3));
        QCOMPARE(copiedNow(), QStringLiteral("reply.\n\nread words here\n\nAnd"));
        QCOMPARE(copied("text/markdown"), QStringLiteral("reply.\n\nread **words** here\n\nAnd"));
        QVERIFY(pixels(QColor(0x0A, 0x6C, 0x7E), sceneOf(reply, 2)) > 100);
        // A click takes it away, and all is all from here too.
        press(pointIn(reply, 2, 2));
        QCOMPARE(pixels(QColor(0x0A, 0x6C, 0x7E), sceneOf(reply, 2)), 0);
        reply.w.key(Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(copiedNow(),
                 QStringLiteral("What is the total?\n\nThe first reply.\n\nread words here\n\nAnd now?"));
    }

    // The list scrolls below the pointer, past what is kept of it, and the selection comes along.
    void draggingBeyondTheEdgeScrolls() {
        ShownReply& reply = show(QStringLiteral("Number 1"));
        for (int number = 2; number <= 60; ++number) {
            say(reply, QStringLiteral("user"), QStringLiteral("Question %1").arg(number));
            say(reply, QStringLiteral("assistant"),
                QStringLiteral("Reply %1\n\nwith more than one paragraph").arg(number));
        }
        QQuickItem* list = reply.w.item(QStringLiteral("messages"));
        list->setProperty("follow", false);
        list->setProperty("contentY", list->property("originY"));
        reply.draw();
        const QPoint from = pointIn(reply, 1, 7);
        QTest::mousePress(&reply.w.view(), Qt::LeftButton, Qt::NoModifier, from);
        QTest::mouseMove(&reply.w.view(), from + QPoint(20, 20));
        const QPoint below = list->mapToScene(QPointF(list->width() / 2, list->height() + 90)).toPoint();
        QTest::mouseMove(&reply.w.view(), below);
        QTRY_VERIFY_WITH_TIMEOUT(reply.w.item(QStringLiteral("turn100")) != nullptr, 30000);
        QVERIFY(!reply.w.item(QStringLiteral("turn1")));  // it is gone, and the drag goes on
        const QPoint here = list->mapToScene(QPointF(list->width() / 2, list->height() / 2)).toPoint();
        QTest::mouseMove(&reply.w.view(), here);
        const double stopped = list->property("contentY").toDouble();
        reply.draw();
        QCOMPARE(list->property("contentY").toDouble(), stopped);
        QTest::mouseRelease(&reply.w.view(), Qt::LeftButton, Qt::NoModifier, here);
        reply.w.key(Qt::Key_C, Qt::ControlModifier);
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.startsWith(QStringLiteral(
                     "1\n\nQuestion 2\n\nReply 2\n\nwith more than one paragraph\n\nQuestion 3\n")),
                 qPrintable(text.left(100)));
        QVERIFY(text.contains(QStringLiteral("Question 20\n")));
        QVERIFY(!text.contains(QStringLiteral("Question 60")));
        // Up again.
        QTest::mousePress(&reply.w.view(), Qt::LeftButton, Qt::NoModifier,
                          pointIn(reply, visibleReply(reply), 3));
        QTest::mouseMove(&reply.w.view(), list->mapToScene(QPointF(list->width() / 2, -20)).toPoint());
        const double before = list->property("contentY").toDouble();
        QTRY_VERIFY(list->property("contentY").toDouble() < before - 100);
        QTest::mouseRelease(&reply.w.view(), Qt::LeftButton, Qt::NoModifier, here);
    }

    void copyButtons() {
        ShownReply& reply = show(QString::fromUtf8(whole));
        reply.w.click(QStringLiteral("copyCode"));
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("{ \"total\": 1204.50 }"));
        reply.w.click(QStringLiteral("copyReply"));
        QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromUtf8(whole));
        QCOMPARE(copied("text/markdown"), QString::fromUtf8(whole));
    }

    void aLinkOpensOnlyAfterItsAddressWasShown() {
        ShownReply& reply =
            show(QStringLiteral("see [the page](https://example.org/a?b=c) or [that](file:///etc/passwd)"));
        Opened opened;
        for (const char* scheme : {"https", "file"})
            QDesktopServices::setUrlHandler(QString::fromLatin1(scheme), &opened, "open");
        const auto unset = qScopeGuard([] {
            for (const char* scheme : {"https", "file"})
                QDesktopServices::unsetUrlHandler(QString::fromLatin1(scheme));
        });
        press(reply.pointAt(reply.positionOf(QStringLiteral("page"))));
        QVERIFY(reply.w.waitUntilOpen(QStringLiteral("linkDialog")));
        QCOMPARE(reply.w.text(QStringLiteral("linkAddress")), QStringLiteral("https://example.org/a?b=c"));
        QVERIFY(opened.urls.isEmpty());
        reply.w.click(QStringLiteral("linkCancel"));
        QTRY_VERIFY(!reply.w.item(QStringLiteral("linkAddress")));
        QVERIFY(opened.urls.isEmpty());
        press(reply.pointAt(reply.positionOf(QStringLiteral("page"))));
        QVERIFY(reply.w.waitUntilOpen(QStringLiteral("linkDialog")));
        reply.w.click(QStringLiteral("linkOpen"));
        QTRY_COMPARE(opened.urls, (QList<QUrl>{QUrl(QStringLiteral("https://example.org/a?b=c"))}));
        QTRY_VERIFY(!reply.w.item(QStringLiteral("linkAddress")));
        // What is no web or mail address can only be copied.
        press(reply.pointAt(reply.positionOf(QStringLiteral("that")) + 1));
        QVERIFY(reply.w.waitUntilOpen(QStringLiteral("linkDialog")));
        QCOMPARE(reply.w.text(QStringLiteral("linkAddress")), QStringLiteral("file:///etc/passwd"));
        QVERIFY(!reply.w.item(QStringLiteral("linkOpen")));
        reply.w.click(QStringLiteral("linkCopy"));
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("file:///etc/passwd"));
        QCOMPARE(opened.urls.size(), 1);
    }

    void findsInTheConversation() {
        QString text;
        for (int i = 0; i < 60; ++i)
            text += QStringLiteral("Paragraph number %1 of many.\n\n").arg(i);
        text += QStringLiteral("| needle | b |\n|---|---|\n| x | Needle |\n");
        ShownReply& reply = show(QStringLiteral("A **needle** first.\n\n") + text);
        reply.w.key(Qt::Key_F, Qt::ControlModifier);
        QTRY_VERIFY(reply.w.item(QStringLiteral("findField")));
        reply.w.write(QStringLiteral("needle"));
        QTRY_COMPARE(reply.w.text(QStringLiteral("findCount")), QStringLiteral("1 of 3"));
        QQuickItem* list = reply.w.item(QStringLiteral("messages"));
        const QRectF view = list->mapRectToScene(QRectF(0, 0, list->width(), list->height()));
        const int first = reply.positionOf(QStringLiteral("needle"));
        QTRY_VERIFY(view.contains(reply.placeOf(first)));
        const QColor accent(0x0A, 0x6C, 0x7E);
        const QColor soft(0xE1, 0xF1, 0xF3);
        QVERIFY(pixels(accent, reply.placeOf(first).adjusted(0, 0, 40, 0)) > 100);
        reply.w.key(Qt::Key_Return, Qt::ShiftModifier);
        QTRY_COMPARE(reply.w.text(QStringLiteral("findCount")), QStringLiteral("3 of 3"));
        const int last = reply.positionOf(QStringLiteral("Needle"));
        QTRY_VERIFY(view.contains(reply.placeOf(last)));
        QVERIFY(pixels(accent, reply.placeOf(last).adjusted(0, 0, 40, 0)) > 100);
        const int head = last - static_cast<int>(qstrlen("needle\tb\nx\t"));
        QVERIFY(pixels(soft, reply.placeOf(head).adjusted(0, 0, 40, 0)) > 100);
        reply.w.key(Qt::Key_Return);
        QTRY_COMPARE(reply.w.text(QStringLiteral("findCount")), QStringLiteral("1 of 3"));
        QTRY_VERIFY(view.contains(reply.placeOf(first)));
        reply.w.write(QStringLiteral("x"));
        QTRY_COMPARE(reply.w.text(QStringLiteral("findCount")), QStringLiteral("Not found"));
        reply.w.key(Qt::Key_Escape);
        QTRY_VERIFY(!reply.w.item(QStringLiteral("findField")));
        QCOMPARE(pixels(accent, reply.placeOf(first).adjusted(0, 0, 40, 0)), 0);
    }

    void thoughtsAreFolded() {
        ShownReply& reply = show(QStringLiteral("<think>Let me see"), true);
        QTRY_VERIFY(reply.w.item(QStringLiteral("thinkFold")));
        QVERIFY(!reply.w.item(QStringLiteral("thinkText")));
        reply.messages().appendText(1, QStringLiteral(" more</think>\n\nIt is 12."));
        reply.end();
        QTRY_VERIFY(reply.w.item(QStringLiteral("textBlock")));
        QVERIFY(!reply.w.item(QStringLiteral("thinkText")));
        reply.w.click(QStringLiteral("thinkToggle"));
        QTRY_COMPARE(reply.w.text(QStringLiteral("thinkText")), QStringLiteral("Let me see more"));
        reply.w.click(QStringLiteral("copyReply"));
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("It is 12."));
        reply.w.click(QStringLiteral("thinkToggle"));
        QTRY_VERIFY(!reply.w.item(QStringLiteral("thinkText")));
    }

    // As kept with a reply of an earlier day, and over what the window has measured itself.
    void thoughtsSayHowLongTheyTook() {
        ShownReply& reply = show(QStringLiteral("<think>Let me see"), true);
        reply.messages().appendText(1, QStringLiteral(" more</think>\n\nIt is 12."));
        const auto label = [&reply] {
            const QQuickItem* toggle = reply.w.item(QStringLiteral("thinkToggle"));
            return toggle ? toggle->property("text") : QVariant();  // between two rows there is none
        };
        QTRY_COMPARE(label().toString(), QStringLiteral("Thoughts"));  // well below a second
        ShownMessage kept = reply.messages().rows()[1];
        kept.streaming = false;
        kept.think_seconds = 12.3;
        reply.messages().update(1, kept);
        QTRY_COMPARE(label().toString(), QStringLiteral("Thought for 12 s"));
        kept.think_seconds = 75;
        reply.messages().removeFrom(1);
        reply.messages().append(kept);
        QTRY_COMPARE(label().toString(), QStringLiteral("Thought for 75 s"));
    }

    // A reply in pieces looks like the whole at once, pixel for pixel.
    void streamsToTheSamePicture() {
        const QString text = QString::fromUtf8(whole);
        ShownReply& streamed = show(QString(), true);
        for (qsizetype at = 0; at < text.size(); at += 7) {
            streamed.messages().appendText(1, text.mid(at, 7));
            QCoreApplication::processEvents();
        }
        streamed.end();
        const auto spans = [this] {
            BlockListModel& blocks = shown_->blocks();
            return blocks.index(blocks.rowCount() - 2)
                .data(BlockListModel::Highlights)
                .value<QList<CodeSpan>>()
                .size();
        };
        QTRY_COMPARE(spans(), 2);
        streamed.draw();
        const QQuickItem* item = streamed.reply();
        const QSizeF size(item->width(), item->height());
        const QRect place = item->mapRectToScene(QRectF(QPointF(), size)).toRect();
        const QImage one = streamed.w.view().grabWindow().copy(place);
        ShownReply& at_once = show(text);
        QTRY_COMPARE(spans(), 2);
        at_once.draw();
        QCOMPARE(QSizeF(at_once.reply()->width(), at_once.reply()->height()), size);
        const QRect other = at_once.reply()->mapRectToScene(QRectF(QPointF(), size)).toRect();
        QCOMPARE(at_once.w.view().grabWindow().copy(other), one);
    }

    void wideContentScrollsSideways() {
        QStringList head;
        QStringList rule;
        for (int column = 0; column < 14; ++column) {
            head << QStringLiteral("Column %1").arg(column);
            rule << QStringLiteral("---");
        }
        ShownReply& reply = show(head.join(QLatin1Char('|')) + QLatin1Char('\n') +
                                 rule.join(QLatin1Char('|')) + QStringLiteral("\n1|2\n\n```\n") +
                                 QStringLiteral("wide ").repeated(60) + QStringLiteral("\n```"));
        for (const char* name : {"tableBar", "codeBar"})
            QVERIFY2(reply.w.item(QString::fromLatin1(name)), name);
        QVERIFY(reply.reply()->width() <= 760);
    }

    // Whatever the language of the window: fonts for Chinese bring more leading of their own.
    void linesStandAsTheirScriptWants() {
        const auto leading = [this](const QString& text) {
            ShownReply& reply = show(text);
            const auto item = [&reply] { return reply.w.item(QStringLiteral("textBlock")); };
            if (!QTest::qWaitFor([&item] { return item() != nullptr; })) return 0.0;
            return item()->property("lineHeight").toDouble();
        };
        QCOMPARE(leading(QStringLiteral("Words of a Latin script, “quoted”.")), 1.45);
        QCOMPARE(leading(QStringLiteral("合计 EUR 1,204.50")), 1.15);
        QCOMPARE(leading(QStringLiteral("한국어")), 1.15);
    }
};

int main(int argc, char** argv) {
    prepareWindowing();
    QGuiApplication application(argc, argv);
    ReplyBlocksTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "reply_blocks_test.moc"
