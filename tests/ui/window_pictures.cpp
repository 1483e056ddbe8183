// Takes the pictures of docs/pictures: the real window, the real demo model, a picture that is really dropped
// on it. Not a test; docs/make_pictures.sh runs it.
//
//   window_pictures SCENE FILE WIDTH HEIGHT [dark] [zh] [large]
//   SCENE: empty, answer, streaming, parameters, about, chip, page, dialog, models, log, detail, document,
//   password, boxes, viewer, grid, read, badges, place; with conversations that are kept: list, menu, search,
//   order, nothing, export, replace, shelfmenu, refused, wanted, undo, trash, sheet; with a reply that no
//   model wrote: blocks, growing, find, selected, across, thought, link
#include <QBuffer>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QGuiApplication>
#include <QMimeData>
#include <QPalette>
#include <QProcess>
#include <QQmlComponent>
#include <QStyleHints>
#include <QTemporaryDir>
#include <QTest>
#include <cstdio>

#include "app/chat/message_list_model.h"
#include "app/chat/parameters.h"
#include "app/models/model_library.h"
#include "app/pictures/picture_reading.h"
#include "app/transfer/conversation_transfer.h"
#include "drawn_pictures.h"
#include "tests/app/documents/document_builder.h"
#include "tests/app/history/history_fixture.h"
#include "window_fixture.h"

using namespace sightline;

namespace {

constexpr int fading_milliseconds = 500;  // more than a menu takes to come

void darken() {
    QPalette palette;
    palette.setColor(QPalette::Window, QColor(0x20, 0x23, 0x26));
    QGuiApplication::setPalette(palette);
}

// As in the settings.
void enlarge(WindowFixture& w) {
    QQmlComponent change(&w.window().engine());
    change.setData("import QtQml; import Sightline; QtObject { Component.onCompleted: Theme.textSize = 1.5 }",
                   QUrl(QStringLiteral("qrc:/enlarged.qml")));
    delete change.create();
}

bool dropSample(WindowFixture& w, const QString& name) {
    QMimeData data;
    data.setUrls({WindowFixture::sampleFile(name)});
    const int before = w.chat().attachments()->rowCount();
    w.drop(data);
    return QTest::qWaitFor([&] { return !w.attachment(before, "tokensText").toString().isEmpty(); }, 30000);
}

// Drops the picture, has its text read, and shows it beside the picture.
bool read(WindowFixture& w, const QImage& image, const QString& name) {
    w.chat().addImage(image, name);
    if (!QTest::qWaitFor([&] { return !w.attachment(0, "tokensText").toString().isEmpty(); }, 30000))
        return false;
    w.click(QStringLiteral("readAction"));
    w.click(QStringLiteral("showReading"));
    auto* reading = qobject_cast<PictureReading*>(w.chat().reading());
    return QTest::qWaitFor(
        [&] {
            // The text takes the focus as the last thing, with nothing selected.
            const QQuickItem* text = w.item(QStringLiteral("readText"));
            return reading->state() == QLatin1String("read") && !reading->source().isEmpty() &&
                   text != nullptr && text->hasActiveFocus();
        },
        60000);
}

bool needsHistory(const QString& scene) {
    static const QStringList scenes{
        QStringLiteral("list"),    QStringLiteral("menu"),      QStringLiteral("search"),
        QStringLiteral("undo"),    QStringLiteral("trash"),     QStringLiteral("sheet"),
        QStringLiteral("order"),   QStringLiteral("nothing"),   QStringLiteral("export"),
        QStringLiteral("replace"), QStringLiteral("shelfmenu"), QStringLiteral("refused"),
        QStringLiteral("wanted"),  QStringLiteral("characters")};
    return scenes.contains(scene);
}

QByteArray asPng(const QImage& image) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "png");
    return bytes;
}

// What somebody may have asked in the last weeks.
void keepSome(const QString& folder, bool chinese) {
    struct Kept {
        int hours;
        const char* title;
        QStringList texts;
    };
    const Kept all[] = {
        {0,
         "Invoice from Aldine Press",
         {"What is the total?", "The total is EUR 1,204.50, due on 12 May 2024."}},
        {1, "Error dialog, what to do?", {"What does it want?", "The disk is full: 12 KB are left."}},
        {2, "Chart of river levels", {"What is shown?", "The total rise from Monday to Thursday is 149 cm."}},
        {26, "Handwritten recipe", {"Read it", "Three eggs, 200 g flour, a pinch of salt"}},
        {27, "Circuit diagram, page 3", {"Which resistor?", "R17, 4.7 kΩ"}},
        {24 * 5, "Menu translated to English", {"Translate it", "Braised leek with lemon"}},
        {24 * 6, "Parking sign, may I stop?", {"May I?", "Between 18 and 8 h, for a total of 15 minutes."}},
        {24 * 50, "Total of the travel receipts, March", {"Add them up", "CHF 35.20"}},
        {24 * 420, "Birds in the garden", {"Which ones?", "Two blackbirds"}},
    };
    const Kept chinese_ones[] = {
        {0,
         "出版社的发票",
         {"这张发票的合计金额是多少？最晚什么时候付款？",
          "合计为 **EUR 1,204.50**，应在 2024 年 5 月 12 日之前付款。\n\n"
          "发票由 *Aldine Press* "
          "开具，共列出三项：纸张、印刷和装订。其中印刷费用最高，约占全部金额的三分之二，"
          "其余两项相差不大。\n\n1. 请核对收款账号\n2. 请在备注中写明发票号 `2024-0412`\n\n"
          "| 项目 | 数量 | 金额 |\n|---|---:|---:|\n| 纸张 | 40 令 | 212.00 |\n| 印刷 | 2,000 册 | 803.50 "
          "|\n"}},
        {2, "河流水位图", {"图里显示了什么？", "从星期一到星期四共上涨了 149 厘米。"}},
        {26, "手写食谱：葱油饼", {"请识别文字", "面粉 300 克，热水 180 毫升，小葱一把"}},
        {24 * 5, "把菜单翻译成英文，并说明哪些菜含有坚果", {"翻译", "Braised leek with lemon"}},
        {24 * 50, "三月份差旅发票合计", {"请相加", "合计 CHF 35.20"}},
        {24 * 420, "院子里的鸟", {"是哪几种？", "两只乌鸫"}},
    };
    HistoryStore store(folder);
    for (const Kept& one : chinese ? std::vector<Kept>(std::begin(chinese_ones), std::end(chinese_ones))
                                   : std::vector<Kept>(std::begin(all), std::end(all))) {
        ConversationTree tree = test::talk(QString::fromUtf8(one.title), one.texts);
        tree.head.title_given = true;
        tree.head.pinned = one.hours == 24 * 50;
        tree.head.updated = QDateTime::currentDateTimeUtc().addSecs(-3600LL * one.hours);
        if (one.hours == 2) tree.head.draft.text = QStringLiteral("And on Friday?");
        for (ChatMessage& message : tree.messages)
            message.created = tree.head.updated;
        if (one.hours <= 1 || one.hours == 26) {
            const QImage image = one.hours == 1 ? darkDialog() : twoColumnPage();
            const QString name = one.hours == 26 ? QStringLiteral("recipe.png") : QStringLiteral("scan.png");
            const QString file = store.addAttachment(asPng(image), QStringLiteral("image/png"), image.size());
            tree.messages[0].parts.push_back({{}, test::kept(file, name, image.size()), {}});
            store.save(tree.head, tree.messages);
            if (one.hours == 26)
                store.saveReading(file, {QStringLiteral("Pancakes, total time 20 minutes, serves four"), {}});
        }
        store.save(tree.head, tree.messages);
    }
}

bool playKept(WindowFixture& w, const QString& scene) {
    if (!QTest::qWaitFor([&w] { return w.shelf().ready(); })) return false;
    const QAbstractItemModel& list = *w.shelf().conversations();
    const auto id = [&list](int row) {
        return list.index(row, 0).data(ConversationListModel::IdRole).toString();
    };
    const QString open = id(1);
    w.shelf().open(open);
    // Shortcuts ask the view whether there is a conversation, which is visible then.
    const auto shown = [&] {
        return w.chat().conversationId() == open && w.item(QStringLiteral("messages")) != nullptr;
    };
    if (!QTest::qWaitFor(shown)) return false;
    if (scene == QLatin1String("search")) {
        w.key(Qt::Key_K, Qt::ControlModifier);
        w.write(QStringLiteral("total"));
        const auto drawn = [&w](const QString& card) {
            const QQuickItem* item = w.item(card);
            const auto* picture =
                item ? item->findChild<QQuickItem*>(QStringLiteral("resultPicture")) : nullptr;
            return picture != nullptr && picture->property("drawn").toBool();
        };
        return QTest::qWaitFor(
            [&] { return drawn(QStringLiteral("result0")) && drawn(QStringLiteral("result3")); }, 30000);
    }
    if (scene == QLatin1String("characters")) {
        w.key(Qt::Key_K, Qt::ControlModifier);
        w.item(QStringLiteral("searchField"))->setProperty("text", QStringLiteral("合计"));
        return QTest::qWaitFor([&w] { return w.item(QStringLiteral("result2")) != nullptr; }, 30000);
    }
    if (scene == QLatin1String("nothing")) {
        w.key(Qt::Key_K, Qt::ControlModifier);
        w.write(QStringLiteral("zebra"));
        return QTest::qWaitFor(
            [&w] { return w.text(QStringLiteral("searchCount")).contains(QStringLiteral("zebra")); });
    }
    if (scene == QLatin1String("order")) {
        w.key(Qt::Key_K, Qt::ControlModifier);
        w.write(QStringLiteral("total"));
        w.click(QStringLiteral("searchOrder"));
        return w.waitUntilOpen(QStringLiteral("searchOrderMenu"));
    }
    if (scene == QLatin1String("wanted")) {
        w.key(Qt::Key_K, Qt::ControlModifier);
        w.write(QStringLiteral("total"));
        w.click(QStringLiteral("result1"));
        return QTest::qWaitFor([&w] { return w.item(QStringLiteral("wantedMark")) != nullptr; });
    }
    if (scene == QLatin1String("export")) {
        w.key(Qt::Key_S, Qt::ControlModifier);
        return w.waitUntilOpen(QStringLiteral("exportDialog"));
    }
    if (scene == QLatin1String("replace")) {
        w.key(Qt::Key_S, Qt::ControlModifier);
        if (!w.waitUntilOpen(QStringLiteral("exportDialog"))) return false;
        w.key(Qt::Key_Escape);
        Q_EMIT w.shelf().transfer().replaceWanted(
            open, QUrl(QStringLiteral("file:///tmp/Error%20dialog.pdf")), QStringLiteral("pdf"));
        return w.waitUntilOpen(QStringLiteral("replaceDialog"));
    }
    if (scene == QLatin1String("shelfmenu")) {
        w.click(QStringLiteral("sidebarMore"));
        return w.waitUntilOpen(QStringLiteral("shelfMenu"));
    }
    if (scene == QLatin1String("refused")) {
        w.shelf().transfer().importFrom({WindowFixture::sampleFile(QStringLiteral("line.png"))});
        return QTest::qWaitFor([&w] { return w.item(QStringLiteral("openProblem")) != nullptr; });
    }
    if (scene == QLatin1String("sheet")) {
        w.key(Qt::Key_B, Qt::ControlModifier);
        return true;
    }
    if (scene == QLatin1String("menu")) {
        w.key(Qt::Key_K, Qt::ControlModifier);
        for (int i = 0; i < 3; ++i)
            w.key(Qt::Key_Down);
        w.key(Qt::Key_Menu);
        return w.waitUntilOpen(QStringLiteral("conversationMenu"));
    }
    if (scene == QLatin1String("undo") || scene == QLatin1String("trash")) {
        for (const QString& gone : {id(4), id(6), id(3)})
            w.shelf().remove(gone);
        if (!QTest::qWaitFor([&w] { return w.shelf().trash()->rowCount() == 3; })) return false;
        if (scene == QLatin1String("trash")) w.click(QStringLiteral("trashToggle"));
        return QTest::qWaitFor([&w] { return w.item(QStringLiteral("undoToast")) != nullptr; });
    }
    return true;
}

void dragOver(WindowFixture& w, const QString& first, const QString& last) {
    const auto middle = [&w](const QString& name) {
        const QQuickItem* item = w.item(name);
        return item->mapToScene(QPointF(item->width() / 2, item->height() / 2)).toPoint();
    };
    QTest::mousePress(&w.view(), Qt::LeftButton, Qt::NoModifier, middle(first));
    QTest::mouseMove(&w.view(), middle(last));
    QTest::mouseRelease(&w.view(), Qt::LeftButton, Qt::NoModifier, middle(last));
}

bool ask(WindowFixture& w, const QString& picture, const QString& question) {
    if (!dropSample(w, picture)) return false;
    w.chat().setDraft(question);
    w.key(Qt::Key_Return);
    return w.chat().busy();
}

// The window is given the time to lay itself out, to decode what it shows and to end what moves.
bool settle(WindowFixture& w) {
    constexpr int still_ms = 800;
    QGuiApplication::styleHints()->setCursorFlashTime(0);
    QImage before;
    QElapsedTimer still;
    return QTest::qWaitFor(
        [&] {
            const QImage now = w.view().grabWindow();
            if (now != before || now.isNull()) still.start();
            before = now;
            return still.hasExpired(still_ms);
        },
        20000);
}

const char* const long_reply =
    "<think>The total is at the end of the table, the tax line above it.\n\n19 % of 1,012.00 is "
    "192.28.</think>\n\n"
    "The total is **EUR 1,204.50**, due on **12 May 2024**. The tax line reads 192.50, but 19 % of 1,012.00 "
    "is "
    "192.28, so it is *22 cents* too high; see [the terms](https://example.org/terms) and `total`.\n\n"
    "| Item | Quantity | Unit price | Amount |\n|:--|--:|--:|--:|\n| Exhibition catalogue, 96 pages | 60 | "
    "12.40 | 744.00 "
    "|\n| Poster A2, matte | 25 | 6.80 | 170.00 |\n| Postcards, set of eight | 40 | 2.45 | 98.00 |\n| "
    "**Net** | | | "
    "**1,012.00** |\n\n```json\n{ \"total\": 1204.50, \"currency\": \"EUR\", \"due\": \"2024-05-12\" "
    "}\n```\n\n"
    "## What to do\n\n1. Ask for a corrected invoice\n   - name the line\n   - give ~~192.50~~ 192.28\n2. "
    "Pay after that\n\n"
    "- [x] total found\n- [ ] tax agreed\n\n> Payable within 30 days without deduction.\n>\n> Late payment "
    "costs 2 %.\n\n"
    "```python\ndef tax(net, rate=0.19):  # rounded\n    \"\"\"Of a net amount.\"\"\"\n    return round(net "
    "* rate, 2)\n```\n\n---\n\n"
    "\u53d1\u7968\u91d1\u989d\u662f 1,204.50 \u6b27\u5143\u3002";

// A reply that no model wrote, and what a user does with it.
bool playReply(WindowFixture& w, const QString& scene) {
    auto& messages = *qobject_cast<MessageListModel*>(w.chat().messages());
    const QString text = QString::fromUtf8(long_reply);
    const bool growing = scene == QLatin1String("growing");
    ShownMessage question;
    question.role = QStringLiteral("user");
    question.text = QStringLiteral("What is the total, and when is it due? Check the tax.");
    messages.append(question);
    ShownMessage reply;
    reply.role = QStringLiteral("assistant");
    reply.text = growing ? text.left(text.indexOf(QStringLiteral("Postcards")) + 12) : text;
    reply.streaming = growing;
    reply.facts = growing ? QString() : QStringLiteral("412 tokens \u00b7 31 tok/s \u00b7 first 0.9 s");
    messages.append(reply);
    if (!QTest::qWaitFor([&w] { return w.item(QStringLiteral("replyText")) != nullptr; })) return false;
    QTest::qWait(300);
    w.item(QStringLiteral("messages"))->setProperty("contentY", scene.endsWith(QLatin1Char('2')) ? 480 : 0);
    if (scene == QLatin1String("find")) {
        w.key(Qt::Key_F, Qt::ControlModifier);
        w.write(QStringLiteral("total"));
        w.key(Qt::Key_Return);
        w.key(Qt::Key_Return);
    } else if (scene == QLatin1String("selected")) {
        auto* marks = w.item(QStringLiteral("replyText"))->findChild<QObject*>(QStringLiteral("replyMarks"));
        w.item(QStringLiteral("replyText"))->forceActiveFocus(Qt::MouseFocusReason);
        QMetaObject::invokeMethod(marks, "select", Q_ARG(int, 13), Q_ARG(int, 300));
    } else if (scene == QLatin1String("across")) {
        QObject* selection = w.view().findChild<QObject*>(QStringLiteral("selection"));
        QMetaObject::invokeMethod(selection, "select", Q_ARG(int, 0), Q_ARG(int, 8), Q_ARG(int, 1),
                                  Q_ARG(int, 260));
    } else if (scene == QLatin1String("thought")) {
        w.click(QStringLiteral("thinkToggle"));
    } else if (scene == QLatin1String("link")) {
        auto* dialog = w.view().findChild<QObject*>(QStringLiteral("linkDialog"));
        dialog->setProperty("address", QStringLiteral("https://example.org/terms?invoice=2024-0412"));
        QMetaObject::invokeMethod(dialog, "open");
        return w.waitUntilOpen(QStringLiteral("linkDialog"));
    }
    return true;
}

bool play(WindowFixture& w, const QString& scene) {
    static const QStringList replies{QStringLiteral("blocks"),   QStringLiteral("blocks2"),
                                     QStringLiteral("growing"),  QStringLiteral("find"),
                                     QStringLiteral("selected"), QStringLiteral("thought"),
                                     QStringLiteral("link"),     QStringLiteral("across")};
    if (replies.contains(scene)) return playReply(w, scene);
    const QString question = QStringLiteral("Read the text in this image.");
    if (!w.waitUntilReady()) return false;
    if (scene == QLatin1String("empty")) return true;
    if (needsHistory(scene)) return playKept(w, scene);
    if (scene == QLatin1String("chip")) {
        return dropSample(w, QStringLiteral("question.png")) && dropSample(w, QStringLiteral("line.png"));
    }
    if (scene == QLatin1String("page")) {
        if (!read(w, twoColumnPage(), QStringLiteral("a-hundred-years-of-water.png"))) return false;
        dragOver(w, QStringLiteral("readLine4"), QStringLiteral("readLine7"));
        return true;
    }
    if (scene == QLatin1String("dialog")) {
        if (!read(w, darkDialog(), QStringLiteral("connect-dialog.png"))) return false;
        dragOver(w, QStringLiteral("readLine1"), QStringLiteral("readLine1"));
        return true;
    }
    if (scene == QLatin1String("password")) {
        static const QTemporaryDir folder;
        const QString plain = folder.filePath(QStringLiteral("plain.pdf"));
        const QString locked = folder.filePath(QStringLiteral("contract.pdf"));
        QFile file(plain);
        if (!file.open(QIODevice::WriteOnly) || file.write(test::PdfBuilder().build({test::PdfPage{
                                                    test::textAt(72, 700, "Contract", 28), {}}})) <= 0)
            return false;
        file.close();
        if (QProcess::execute(QStringLiteral("qpdf"),
                              {QStringLiteral("--encrypt"), QStringLiteral("user"), QStringLiteral("owner"),
                               QStringLiteral("256"), QStringLiteral("--"), plain, locked}) != 0)
            return false;
        w.chat().addFiles({QUrl::fromLocalFile(locked)});
        if (!QTest::qWaitFor([&w] { return w.item(QStringLiteral("passwordField")) != nullptr; }, 30000))
            return false;
        w.write(QStringLiteral("secret"));
        w.key(Qt::Key_Return);
        return QTest::qWaitFor(
            [&w] { return w.text(QStringLiteral("passwordProblem")).startsWith(QStringLiteral("That")); },
            30000);
    }
    if (scene == QLatin1String("detail") || scene == QLatin1String("document")) {
        if (scene == QLatin1String("document")) {
            QList<test::PdfPage> pages;
            for (int page = 1; page <= 24; ++page)
                pages << test::PdfPage{
                    test::textAt(72, 700, "Annual report, page " + QByteArray::number(page), 28), {}};
            QTemporaryDir folder;
            QFile file(folder.filePath(QStringLiteral("annual-report.pdf")));
            if (!file.open(QIODevice::WriteOnly) || file.write(test::PdfBuilder().build(pages)) <= 0)
                return false;
            file.close();
            w.chat().addFiles({QUrl::fromLocalFile(file.fileName())});
            if (!QTest::qWaitFor([&w] { return !w.attachment(8, "tokensText").toString().isEmpty(); }, 60000))
                return false;
            w.click(QStringLiteral("chipPages"));
            // Made by a chip, it belongs to no window that would find it: its fading in is waited for.
            const bool there =
                QTest::qWaitFor([&w] { return w.item(QStringLiteral("pagesField")) != nullptr; }, 10000);
            QTest::qWait(fading_milliseconds);
            return there;
        }
        w.chat().addImage(darkDialog(), QStringLiteral("connect-dialog.png"));
        w.chat().addImage(twoColumnPage(), QStringLiteral("a-hundred-years-of-water.png"));
        const auto priced = [&w] { return !w.attachment(1, "secondsText").toString().isEmpty(); };
        if (!QTest::qWaitFor(priced, 60000)) return false;
        w.chat().chooseDetail(1, QStringLiteral("assist"));
        const auto was_read = [&w] {
            return w.attachment(1, "detailText").toString().contains(QLatin1String("words"));
        };
        if (!QTest::qWaitFor(was_read, 60000)) return false;
        w.click(QStringLiteral("chipDetail"));
        const bool there =
            QTest::qWaitFor([&w] { return w.item(QStringLiteral("detail-low")) != nullptr; }, 10000);
        QTest::qWait(fading_milliseconds);
        return there;
    }
    if (scene == QLatin1String("boxes") || scene == QLatin1String("viewer") ||
        scene == QLatin1String("grid")) {
        w.chat().addImage(darkDialog(), QStringLiteral("connect-dialog.png"));
        if (!QTest::qWaitFor([&w] { return !w.attachment(0, "tokensText").toString().isEmpty(); }, 30000))
            return false;
        w.chat().setDraft(QStringLiteral("Where are the fields and the button to connect?"));
        w.key(Qt::Key_Return);
        if (!QTest::qWaitFor([&w] { return w.chat().messages()->rowCount() == 2; }, 30000) ||
            !w.waitForReply())
            return false;
        // What a full model would have said: the demo model names no places.
        auto* messages = qobject_cast<MessageListModel*>(w.chat().messages());
        ShownMessage reply = messages->rows().back();
        reply.text = QStringLiteral(
            "```json\n[\n  {\"bbox_2d\": [40, 305, 960, 410], \"label\": \"Address\"},\n  {\"bbox_2d\": "
            "[40, 435, 960, 545], \"label\": \"Port\"},\n  {\"point_2d\": [905, 810], \"label\": "
            "\"Connect\"}\n]\n```");
        messages->update(1, reply);
        if (scene == QLatin1String("boxes")) return true;
        w.click(QStringLiteral("pictureOpen"));
        if (!QTest::qWaitFor([&w] { return w.item(QStringLiteral("readImage")) != nullptr; }, 30000))
            return false;
        if (scene == QLatin1String("grid")) {
            if (!QTest::qWaitFor([&w] { return w.item(QStringLiteral("showGrid")) != nullptr; }, 30000))
                return false;
            w.key(Qt::Key_G);
        }
        return true;
    }
    if (scene == QLatin1String("read") || scene == QLatin1String("badges") ||
        scene == QLatin1String("place")) {
        w.chat().addImage(invoice(), QStringLiteral("invoice-0412.png"));
        if (!QTest::qWaitFor([&w] { return !w.attachment(0, "tokensText").toString().isEmpty(); }, 30000))
            return false;
        if (scene == QLatin1String("read")) {
            w.click(QStringLiteral("readAction"));
            if (!QTest::qWaitFor([&w] { return w.item(QStringLiteral("showReading")) != nullptr; }, 60000))
                return false;
            return dropSample(w, QStringLiteral("line.png"));
        }
        w.chat().setDraft(QStringLiteral("What is the total, and when is it due?"));
        w.key(Qt::Key_Return);
        if (!QTest::qWaitFor([&w] { return w.chat().messages()->rowCount() == 2; }, 30000) ||
            !w.waitForReply())
            return false;
        // What a full model would have said: the demo model names no places.
        auto* messages = qobject_cast<MessageListModel*>(w.chat().messages());
        ShownMessage reply = messages->rows().back();
        const QRectF total = totalOfInvoice();
        const auto thousandths = [](double at, double side) { return qRound(1000 * at / side); };
        reply.text =
            QStringLiteral(
                "The total is **EUR 1,204.50** {\"bbox_2d\": [%1, %2, %3, %4], \"label\": \"Total\"}, and it "
                "is due on **12 May 2024** {\"bbox_2d\": [55, 890, 235, 945], \"label\": \"Due\"}. The table "
                "has three items:\n\n```json\n[\n  {\"bbox_2d\": [52, 378, 948, 452], \"label\": "
                "\"Catalogue\"},\n  {\"bbox_2d\": [52, 458, 948, 532], \"label\": \"Poster\"},\n  "
                "{\"point_2d\": [912, 572], \"label\": \"Amount of the postcards\"}\n]\n```")
                .arg(thousandths(total.left(), 960))
                .arg(thousandths(total.top(), 600))
                .arg(thousandths(total.right(), 960))
                .arg(thousandths(total.bottom(), 600));
        messages->update(1, reply);
        if (!QTest::qWaitFor([&w] { return w.item(QStringLiteral("badge5")) != nullptr; }, 30000))
            return false;
        if (scene == QLatin1String("badges")) {
            w.key(Qt::Key_Tab);
            return w.tabTo(QStringLiteral("badge1"));
        }
        w.click(QStringLiteral("badge1"));
        return QTest::qWaitFor([&w] { return w.item(QStringLiteral("readImage")) != nullptr; }, 30000);
    }
    if (scene == QLatin1String("about")) {
        w.click(QStringLiteral("about"));
        return w.waitUntilOpen(QStringLiteral("aboutDialog"));
    }
    if (scene == QLatin1String("models")) {
        // A folder that is no model yet, beside those that come with the program.
        static const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("Qwen3-VL-2B-Instruct"));
        QDir().mkpath(path);
        QFile config(path + QStringLiteral("/config.json"));
        if (!config.open(QIODevice::WriteOnly)) return false;
        config.write(R"({"model_type": "qwen3_vl", "architectures": ["Qwen3VLForConditionalGeneration"]})");
        config.close();
        w.click(QStringLiteral("modelsToggle"));
        auto* models = qobject_cast<ModelLibrary*>(w.chat().models());
        models->add(QUrl::fromLocalFile(path));
        return QTest::qWaitFor([&w] { return w.item(QStringLiteral("modelCheck2")) != nullptr; }, 30000);
    }
    if (scene == QLatin1String("streaming")) {
        return ask(w, QStringLiteral("question.png"), question) &&
               QTest::qWaitFor([&w] { return w.message(1, "text").toString().size() > 20; }, 30000);
    }
    if (!ask(w, QStringLiteral("message.png"), question) || !w.waitForReply()) return false;
    if (scene == QLatin1String("log")) {
        w.chat().openModelFolder(QUrl::fromLocalFile(QStringLiteral("/nowhere/Qwen3-VL-2B-Instruct")));
        if (!w.waitUntilReady() || !ask(w, QStringLiteral("question.png"), question) || !w.waitForReply())
            return false;
        w.key(Qt::Key_F12);
        return QTest::qWaitFor([&w] { return w.item(QStringLiteral("logDrawer")) != nullptr; }, 30000);
    }
    if (scene == QLatin1String("parameters")) {
        w.key(Qt::Key_F9);
        w.chat().parameters().setTemperature(0.4);
        w.chat().parameters().setSystemPrompt(
            QStringLiteral("Answer from the picture only. Say so when something cannot be read."));
        w.chat().parameters().addStopWord(QStringLiteral("\\n\\n"));
        return dropSample(w, QStringLiteral("line.png"));
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    prepareWindowing();
    QCoreApplication::setApplicationVersion(QStringLiteral(SIGHTLINE_VERSION));
    QGuiApplication application(argc, argv);
    const QStringList words = QCoreApplication::arguments();
    if (words.size() < 5) {
        std::fprintf(stderr, "usage: window_pictures SCENE FILE WIDTH HEIGHT [dark] [zh] [large]\n");
        return 2;
    }
    if (words.contains(QStringLiteral("dark"))) darken();
    dressApplication(application,
                     words.contains(QStringLiteral("zh")) ? QStringLiteral("zh_CN") : QStringLiteral("en"));
    const QTemporaryDir history;
    if (words[1] != QLatin1String("empty")) keepSome(history.path(), words.contains(QStringLiteral("zh")));
    WindowFixture w(true, WindowFixture::withSample(), {}, history.path());
    w.view().resize(words[3].toInt(), words[4].toInt());
    if (words.contains(QStringLiteral("large"))) enlarge(w);
    // A reply that streams never settles: it is taken as it is.
    if (!play(w, words[1]) || (words[1] != QLatin1String("streaming") && !settle(w))) {
        std::fprintf(stderr, "window_pictures: %s did not come to its end\n", qPrintable(words[1]));
        return 1;
    }
    return w.view().grabWindow().save(words[2]) ? 0 : 1;
}
