// Conversations to files and back: nothing is lost on the way, nothing hostile gets through, nothing is done
// by halves.
#include <QBuffer>
#include <QDir>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/history/history_store.h"
#include "app/replies/markdown_parser.h"
#include "app/transfer/block_html.h"
#include "app/transfer/conversation_pages.h"
#include "app/transfer/conversation_transfer.h"
#include "tests/app/documents/pdf_fixture.h"
#include "tests/app/history/history_fixture.h"

using namespace sightline;
using namespace sightline::test;

namespace {

QByteArray picture(const QColor& color, const char* format = "png") {
    QImage image(40, 30, QImage::Format_RGB888);
    image.fill(color);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, format);
    return bytes;
}

// Two questions with pictures, an answer made again, an edited question, parameters, facts and thoughts.
QString keepRich(HistoryStore& store) {
    const QString invoice = store.addAttachment(picture(Qt::red), "image/png", {40, 30});
    const QString photo = store.addAttachment(picture(Qt::green, "jpeg"), "image/jpeg", {40, 30});
    ConversationTree tree = talk("Invoice & <b>more</b>", {"What is it?", "First **answer**"});
    tree.head.title_given = true;
    tree.head.pinned = true;
    tree.head.settings = R"({"stop":["\n\n"],"system_prompt":"Be \"short\"","temperature":0.25})";
    tree.head.draft.text = "not yet said";
    const QString question = tree.messages[0].id;
    tree.messages[0].parts.insert(tree.messages[0].parts.begin(),
                                  {{}, kept(invoice, "invoice \"1\".png", {40, 30}), {}});
    tree.messages[0].parts[0].sight = {{1024, 65536}, "assist", "TOTAL 12"};
    ChatMessage again = said(Role::assistant, "Second answer 发票");
    again.thinking = "let me see";
    again.facts = ReplyFacts{"Qwen3-VL 2B", StopReason::max_tokens, {}, 0.5, 2.25, {}, 1.5};
    again.facts->statistics.prompt_tokens = 412;
    again.facts->statistics.decode_seconds = 0.1;
    append(tree, again, question);
    ChatMessage other = said(Role::user, "And this?");
    other.parts.push_back({{}, kept(photo, "photo.jpg", {40, 30}), {}});
    append(tree, other, tree.messages[1].id);
    append(tree, said(Role::assistant, "cut", ReplyState::interrupted), tree.head.leaf);
    append(tree, said(Role::user, "Another beginning"), {});
    showBranch(tree, again.id);
    store.save(tree.head, tree.messages);
    store.saveReading(invoice, {"TOTAL 12", R"({"blocks":[]})"});
    return tree.head.id;
}

QByteArray json(const ConversationFile& file) {
    QByteArray all;
    writeJson(file, [&all](const QByteArray& piece) { all += piece; });
    return all;
}

// With ids by order of appearance.
QString described(ConversationTree tree) {
    tree.head.draft = {};
    QString text = describe(tree);
    text.replace(tree.head.id, "conversation");
    for (std::size_t i = 0; i < tree.messages.size(); ++i)
        text.replace(tree.messages[i].id, QString("m%1").arg(i));
    return text;
}

QString refusal(const QByteArray& file) {
    try {
        conversationFromJson(file);
    } catch (const TransferError& error) {
        return error.sentence();
    }
    return {};
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

const char* const hostile =
    "<script>alert(1)</script> ![x](http://127.0.0.1/a.png) [go](http://127.0.0.1/b) <img src=http://c/> "
    "<http://127.0.0.1/auto>\n\n| a | b |\n|--:|---|\n| <iframe src=\"http://d\"> | `</code><svg onload=x>` "
    "|\n\n"
    "```html\n</pre><link href=\"http://e\">\n```\n\n- <style>@import url(http://f)</style>\n\n> \"><a "
    "href=x>";

}  // namespace

class ConversationTransferTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everythingComesBack() {
        const QTemporaryDir first;
        const QTemporaryDir second;
        HistoryStore from(first.path());
        const QString id = keepRich(from);
        const ConversationFile out = from.exportConversation(id);
        const ConversationFile in = conversationFromJson(json(out));
        HistoryStore to(second.path());
        const QString copy = to.importConversation(in);
        const ConversationTree before = *from.load(id);
        const ConversationTree after = *to.load(copy);
        QCOMPARE(described(after), described(before));
        QVERIFY(after.head.id != before.head.id);
        QVERIFY(after.messages[0].id != before.messages[0].id);
        QCOMPARE(after.head.draft.text, QString());
        QCOMPARE(after.messages[0].parts[0].sight.read_text, QString("TOTAL 12"));
        QCOMPARE(after.messages[0].parts[0].sight.budget.max_pixels, std::int64_t(65536));
        int pictures = 0;
        for (const ChatMessage& message : before.messages) {
            for (const ChatPart& part : message.parts) {
                if (!part.attachment) continue;
                ++pictures;
                QCOMPARE(to.attachment(part.attachment->file), from.attachment(part.attachment->file));
            }
        }
        QCOMPARE(pictures, 2);
        const QString invoice = before.messages[0].parts[0].attachment->file;
        QCOMPARE(to.reading(invoice)->text, QString("TOTAL 12"));
        QCOMPARE(to.reading(invoice)->page, QString(R"({"blocks":[]})"));
        QCOMPARE(to.search("发票").hits.size(), std::size_t(1));
        // The question says nothing of a total: it is found by what was read from its picture.
        QCOMPARE(to.search("total").hits.size(), std::size_t(1));
        // Once more beside itself, and what is here already stays.
        to.saveReading(invoice, {"corrected", {}});
        const QString third = to.importConversation(in);
        QVERIFY(third != copy);
        QCOMPARE(described(*to.load(third)), described(*to.load(copy)));
        QCOMPARE(to.reading(invoice)->text, QString("corrected"));
        // And from file to file nothing changes any more.
        QCOMPARE(json(conversationFromJson(json(out))), json(out));
    }

    void aLostPictureIsNamedNoMore() {
        const QTemporaryDir folder;
        HistoryStore store(folder.path());
        const QString id = keepRich(store);
        const QString lost = store.load(id)->messages[0].parts[0].attachment->file;
        QVERIFY(QFile::remove(store.attachments().path(lost)));
        const ConversationFile out = store.exportConversation(id);
        QCOMPARE(out.pictures.size(), std::size_t(1));
        const ConversationTree copy = *store.load(store.importConversation(conversationFromJson(json(out))));
        QCOMPARE(copy.messages[0].parts[0].attachment->name, QString("invoice \"1\".png"));
        QCOMPARE(copy.messages[0].parts[0].attachment->file, QString());
    }

    void damagedAndForeignFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("says");
        const QTemporaryDir folder;
        HistoryStore store(folder.path());
        const QByteArray sound = json(store.exportConversation(keepRich(store)));
        QVERIFY(refusal(sound).isEmpty());
        const auto changed = [&sound](const std::function<void(QJsonObject&)>& change) {
            QJsonObject object = QJsonDocument::fromJson(sound).object();
            change(object);
            return QJsonDocument(object).toJson();
        };
        const auto message = [&](int index, const QString& name, const QJsonValue& value) {
            return changed([&](QJsonObject& object) {
                QJsonArray all = object["messages"].toArray();
                QJsonObject one = all[index].toObject();
                one[name] = value;
                all[index] = one;
                object["messages"] = all;
            });
        };
        const QString foreign = "no conversation that Sightline exported";
        const QString damaged = "damaged";
        QTest::newRow("nothing") << QByteArray() << foreign;
        QTest::newRow("a picture") << picture(Qt::red) << foreign;
        QTest::newRow("other JSON") << QByteArray(R"({"mapping": {"a": 1}})") << foreign;
        QTest::newRow("a list") << QByteArray("[1, 2]") << foreign;
        QTest::newRow("half") << sound.left(sound.size() / 2) << damaged;
        QTest::newRow("all but the end") << sound.left(sound.size() - 6) << damaged;
        QTest::newRow("later") << changed([](QJsonObject& o) { o["version"] = 2; })
                               << QString("later version");
        QTest::newRow("no version") << changed([](QJsonObject& o) { o.remove("version"); }) << damaged;
        QTest::newRow("no messages") << changed([](QJsonObject& o) { o["messages"] = QJsonArray(); })
                                     << damaged;
        QTest::newRow("no head") << changed([](QJsonObject& o) { o.remove("conversation"); }) << damaged;
        QTest::newRow("no pictures") << changed([](QJsonObject& o) { o.remove("pictures"); }) << damaged;
        QTest::newRow("another picture") << changed([](QJsonObject& o) {
            QJsonObject pictures = o["pictures"].toObject();
            QJsonObject one = pictures.begin().value().toObject();
            one["data"] = QString::fromLatin1(picture(Qt::blue).toBase64());
            pictures[pictures.begin().key()] = one;
            o["pictures"] = pictures;
        }) << damaged;
        QTest::newRow("a picture without size") << changed([](QJsonObject& o) {
            QJsonObject pictures = o["pictures"].toObject();
            QJsonObject one = pictures.begin().value().toObject();
            one["width"] = -1;
            pictures[pictures.begin().key()] = one;
            o["pictures"] = pictures;
        }) << damaged;
        QTest::newRow("unknown parent") << message(1, "parent", "nobody") << damaged;
        QTest::newRow("a circle") << message(0, "parent", QJsonDocument::fromJson(sound)["messages"][0]["id"])
                                  << damaged;
        QTest::newRow("twice the same")
            << message(1, "id", QJsonDocument::fromJson(sound)["messages"][0]["id"]) << damaged;
        QTest::newRow("unknown role") << message(1, "role", "root") << damaged;
        QTest::newRow("no time") << message(1, "created", "yesterday") << damaged;
        QTest::newRow("parts that are none") << message(1, "parts", QJsonArray{7}) << damaged;
        QTest::newRow("text that is none") << message(2, "thinking", 5) << damaged;
    }
    void damagedAndForeignFilesAreRefused() {
        QFETCH(QByteArray, file);
        QFETCH(QString, says);
        const QString sentence = refusal(file);
        QVERIFY2(sentence.contains(says), qPrintable(sentence));
        QVERIFY(sentence.endsWith('.'));
        QCOMPARE(sentence.count(". "), 0);
    }

    void anyDamageIsSurvived() {
        const QTemporaryDir folder;
        HistoryStore store(folder.path());
        const QByteArray sound = json(store.exportConversation(keepRich(store)));
        QRandomGenerator random(7);
        int refused = 0;
        for (int i = 0; i < 3000; ++i) {
            QByteArray file = sound;
            for (int change = random.bounded(1, 4); change > 0; --change) {
                const int at = random.bounded(int(file.size()));
                if (random.bounded(2) == 0)
                    file[at] = char(random.bounded(256));
                else
                    file.remove(at, random.bounded(1, 40));
            }
            try {
                const ConversationFile read = conversationFromJson(file);
                QVERIFY(!read.tree.messages.empty());
            } catch (const TransferError&) {
                ++refused;
            }
        }
        QVERIFY2(refused > 1500, qPrintable(QString::number(refused)));
        for (int length = 0; length < sound.size() - 3; length += 97)
            QVERIFY(!refusal(sound.left(length)).isEmpty());
    }

    void importIsWholeOrNotAtAll() {
        const QTemporaryDir first;
        const QTemporaryDir second;
        HistoryStore from(first.path());
        ConversationFile file = from.exportConversation(keepRich(from));
        // The database refuses the last message, when everything before it is written.
        file.tree.messages.back().id.clear();
        file.tree.messages.back().parent = file.tree.messages.back().id;
        HistoryStore to(second.path());
        Sql sql(to.databasePath(), Sql::Access::read_write);
        sql.run("CREATE TRIGGER refuse BEFORE INSERT ON readings BEGIN SELECT RAISE(ABORT, 'no'); END");
        QVERIFY_EXCEPTION_THROWN(to.importConversation(file), Error);
        QCOMPARE(to.conversations().size(), std::size_t(0));
        QCOMPARE(sql.value("SELECT count(*) FROM messages").toInt(), 0);
        QCOMPARE(to.search("answer").hits.size(), std::size_t(0));
    }

    void htmlHoldsNothingHostile() {
        const QTemporaryDir folder;
        HistoryStore store(folder.path());
        ConversationTree tree = talk(QString("</title><script>x</script>"), {hostile, hostile});
        const QString file = store.addAttachment(picture(Qt::red), "image/png", {40, 30});
        tree.messages[0].parts.push_back({{}, kept(file, "\"><img src=http://g/ onerror=x %2 %3.png"), {}});
        store.save(tree.head, tree.messages);
        const ConversationFile exported = store.exportConversation(tree.head.id);
        const QString html =
            QString::fromUtf8(conversationHtml(exported, {{file, QImage::fromData(picture(Qt::red))}}));
        // Every tag is one of ours, in exactly this form; no text can make another.
        static const QRegularExpression tag("<[^>]*>");
        static const QRegularExpression ours(
            "^<(!DOCTYPE "
            "html|/?(html|head|title|style|body|h[1-6]|p|b|i|s|code|pre|ul|li|ol|tr|table|td|th|div|span|"
            "blockquote)|br|hr|ol start=\"\\d+\"|meta charset=\"utf-8\"|meta name=\"viewport\" "
            "content=\"width=device-width\"|meta http-equiv=\"Content-Security-Policy\" "
            "content=\"default-src 'none'; "
            "img-src data:; style-src 'unsafe-inline'\"|(p|div|span) class=\"[a-z]+\"|"
            "table class=\"data\" cellspacing=\"0\" cellpadding=\"5\"|t[dh] align=\"[a-z]+\"|"
            "img src=\"data:image/png;base64,[A-Za-z0-9+/=]+\" width=\"40\" alt=\"[^\"<>]*\")>$");
        int tags = 0;
        for (auto match = tag.globalMatch(html); match.hasNext(); ++tags) {
            const QString found = match.next().captured();
            QVERIFY2(ours.match(found).hasMatch(), qPrintable(found));
        }
        QVERIFY(tags > 40);
        QVERIFY(!html.contains("href=\""));
        QVERIFY(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        QVERIFY(html.contains("(http://127.0.0.1/b)"));  // the address can be read
        QVERIFY(html.contains("%2 %3.png (640 × 480)") || html.contains("%2 %3.png"));
        QCOMPARE(html.count("data:image/png"), 1);
        const QString style = html.section("<style>", 1).section("</style>", 0, 0);
        QVERIFY(!style.contains("url(") && !style.contains("@import"));
    }

    void listsAreNested() {
        const QString html = htmlOf(parseMarkdown(
            QStringLiteral("1. one\n   - a\n   - b\n2. two\n\n> quoted\n\n- [x] done\n\nafter")));
        const QString flat = QString(html).remove('\n');
        QCOMPARE(flat, QString("<ol start=\"1\"><li>one<ul><li>a</li><li>b</li></ul></li><li>two</li></ol>"
                               "<blockquote><p>quoted</p></blockquote><ul><li>☑ done</li></ul><p>after</p>"));
    }

    void markdownIsTheShownBranch() {
        const QTemporaryDir folder;
        HistoryStore store(folder.path());
        const ConversationFile file = store.exportConversation(keepRich(store));
        const QString text = conversationMarkdown(file);
        QVERIFY(text.startsWith("# Invoice & <b>more</b>\n"));
        QVERIFY(text.contains("What is it?"));
        QVERIFY(text.contains("**Qwen3-VL 2B**"));
        QVERIFY(text.contains("Second answer 发票"));
        QVERIFY(text.contains("invoice \"1\".png (40 × 30)"));
        QVERIFY(!text.contains("First"));
        QVERIFY(!text.contains("let me see"));
    }

    void pdfHasTextAndPictures() {
        const QTemporaryDir folder;
        HistoryStore store(folder.path());
        QStringList texts{"What is the total?",
                          "The **total** is `1,204.50`.\n\n| a | b |\n|---|---|\n| x1 | y2 |\n\n" +
                              QString("A long reply. ").repeated(600)};
        ConversationTree tree = talk("Invoice", texts);
        const QString file = store.addAttachment(picture(Qt::red), "image/png", {40, 30});
        tree.messages[0].parts.push_back({{}, kept(file, "invoice.png", {40, 30}), {}});
        store.save(tree.head, tree.messages);
        const ConversationFile exported = store.exportConversation(tree.head.id);
        const QString path = folder.filePath("out.pdf");
        QFile out(path);
        QVERIFY(out.open(QIODevice::WriteOnly));
        writeConversationPdf(out, exported, {{file, QImage::fromData(picture(Qt::red))}});
        out.close();
        const QString text = QString::fromUtf8(pdf_fixture::run("pdftotext", {"-layout", path, "-"}).text);
        QVERIFY2(text.contains("What is the total?"), qPrintable(text.left(500)));
        QVERIFY(text.contains("The total is 1,204.50"));
        QVERIFY(text.contains("x1"));
        const QString info = QString::fromUtf8(pdf_fixture::run("pdfinfo", {path}).text);
        QVERIFY(info.contains("A4"));
        QVERIFY(!info.contains(QRegularExpression("Pages: +1\\n")));
        QVERIFY(pdf_fixture::run("pdfimages", {"-list", path}).text.count('\n') >= 3);
    }

    // ---- As the window asks for it

    void nothingIsOverwrittenUnasked() {
        const QTemporaryDir kept_in;
        const QTemporaryDir out;
        QString id;
        {
            HistoryStore store(kept_in.path());
            id = keepRich(store);
        }
        History history(kept_in.path());
        ConversationTransfer transfer(history);
        QSignalSpy done(&transfer, &ConversationTransfer::done);
        QSignalSpy failed(&transfer, &ConversationTransfer::failed);
        QSignalSpy asked(&transfer, &ConversationTransfer::replaceWanted);
        const QString path = out.filePath("mine.md");
        write(path, "precious");
        transfer.exportTo(id, QUrl::fromLocalFile(path), "md", false);
        QCOMPARE(asked.size(), 1);
        QVERIFY(!transfer.busy());
        QCOMPARE(contentOf(path), QByteArray("precious"));
        transfer.exportTo(id, QUrl::fromLocalFile(path), "md", true);
        QVERIFY(transfer.busy());
        QTRY_COMPARE(done.size(), 1);
        QVERIFY(!transfer.busy());
        QVERIFY(contentOf(path).startsWith("# Invoice"));
        for (const QString format : {"json", "html", "pdf"}) {
            const QString other = out.filePath("other." + format);
            transfer.exportTo(id, QUrl::fromLocalFile(other), format, false);
            const qsizetype before = done.size();
            QTRY_COMPARE(done.size(), before + 1);
            QVERIFY(contentOf(other).size() > 500);
        }
        // The picture went through the helper.
        QVERIFY(contentOf(out.filePath("other.html")).contains("data:image/png;base64,"));
        transfer.exportTo(id, QUrl::fromLocalFile(out.filePath("nowhere/x.md")), "md", false);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains("x.md"));
        QCOMPARE(QDir(out.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList({"mine.md", "other.html", "other.json", "other.pdf"}));
    }

    void whatIsNotKeptComesFromMemory() {
        const QTemporaryDir kept_in;
        const QTemporaryDir out;
        const QByteArray bytes = picture(Qt::blue);
        ConversationTree tree = talk("Not kept", {"What is it?", "A blue one"});
        auto attachment = std::make_shared<Attachment>(*kept(sha256Of(bytes), "blue.png", {40, 30}));
        attachment->encoded = bytes;
        tree.messages[0].parts.push_back({{}, attachment, {}});
        History history(kept_in.path());
        ConversationTransfer transfer(history);
        transfer.setUnkept(
            [&tree](const QString& id) { return id == tree.head.id ? std::optional(tree) : std::nullopt; });
        QSignalSpy done(&transfer, &ConversationTransfer::done);
        QSignalSpy failed(&transfer, &ConversationTransfer::failed);
        const QString path = out.filePath("x.json");
        transfer.exportTo(tree.head.id, QUrl::fromLocalFile(path), "json", false);
        QTRY_COMPARE(done.size(), 1);
        const ConversationFile file = conversationFromJson(contentOf(path));
        QCOMPARE(file.pictures.at(sha256Of(bytes)).bytes, bytes);
        QCOMPARE(file.tree.messages.size(), std::size_t(2));
        QCOMPARE(filesWith(kept_in.path(), "A blue one"), QStringList());
        transfer.exportTo("another", QUrl::fromLocalFile(out.filePath("y.json")), "json", false);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!QFile::exists(out.filePath("y.json")));
    }

    void importsAndRefuses() {
        const QTemporaryDir kept_in;
        const QTemporaryDir out;
        QString id;
        {
            HistoryStore store(kept_in.path());
            id = keepRich(store);
            write(out.filePath("a.json"), json(store.exportConversation(id)));
        }
        write(out.filePath("b.json"), "{}");
        History history(kept_in.path());
        ConversationTransfer transfer(history);
        QSignalSpy done(&transfer, &ConversationTransfer::done);
        QSignalSpy failed(&transfer, &ConversationTransfer::failed);
        QSignalSpy imported(&transfer, &ConversationTransfer::imported);
        transfer.importFrom({QUrl::fromLocalFile(out.filePath("b.json"))});
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY2(
            failed[0][0].toString().startsWith("Nothing was imported. “b.json”: This is no conversation"),
            qPrintable(failed[0][0].toString()));
        transfer.importFrom({QUrl("http://127.0.0.1/x.json")});
        QTRY_COMPARE(failed.size(), 2);
        QCOMPARE(imported.size(), 0);
        transfer.importFrom({QUrl::fromLocalFile(out.filePath("a.json")),
                             QUrl::fromLocalFile(out.filePath("b.json")),
                             QUrl::fromLocalFile(out.filePath("a.json"))});
        QTRY_COMPARE(failed.size(), 3);
        QCOMPARE(failed[2][0].toString().left(33), QString("1 file(s) could not be imported. “").left(33));
        QCOMPARE(imported.size(), 1);
        QVERIFY(imported[0][0].toString() != id);
    }

    void backsUpEverything() {
        const QTemporaryDir kept_in;
        const QTemporaryDir out;
        {
            HistoryStore store(kept_in.path());
            keepRich(store);
            // The same title on the same day, one that is no file name, one in the trash.
            for (const char* title : {"Same", "same", "../..//x:y?*", "gone"}) {
                const ConversationTree tree = talk(title, {"q", "a"});
                store.save(tree.head, tree.messages);
                if (QString(title) == "gone")
                    store.moveToTrash({tree.head.id}, QDateTime::currentDateTimeUtc());
            }
        }
        History history(kept_in.path());
        ConversationTransfer transfer(history);
        QSignalSpy done(&transfer, &ConversationTransfer::done);
        QSignalSpy failed(&transfer, &ConversationTransfer::failed);
        transfer.backUp(QUrl::fromLocalFile(out.path()));
        QTRY_COMPARE(done.size(), 1);
        QStringList folders =
            QDir(out.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
        QCOMPARE(folders.size(), 1);
        QVERIFY(folders[0].startsWith("Sightline 20"));
        const QDir made(out.filePath(folders[0]));
        const QStringList files = made.entryList(QDir::Files | QDir::Hidden);
        QCOMPARE(files.size(), 4);
        for (const QString& file : files)
            QVERIFY2(refusal(contentOf(made.filePath(file))).isEmpty(), qPrintable(file));
        transfer.backUp(QUrl::fromLocalFile(out.path()));  // beside it
        QTRY_COMPARE(done.size(), 2);
        QCOMPARE(QDir(out.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).size(),
                 2);
        transfer.backUp(QUrl::fromLocalFile(out.filePath("nowhere")));
        QTRY_COMPARE(failed.size(), 1);
    }

    void namesAreNamesOfFiles() {
        const QTemporaryDir folder;
        History history(folder.path());
        const ConversationTransfer transfer(history);
        QCOMPARE(transfer.nameFor("Invoice: what is due?"), QString("Invoice what is due"));
        QCOMPARE(transfer.nameFor("../../etc/passwd"), QString(".. etc passwd").mid(3));
        QCOMPARE(transfer.nameFor(" ... "), QString("Conversation"));
        QCOMPARE(transfer.nameFor("发票"), QString("发票"));
        QVERIFY(transfer.nameFor(QString("x").repeated(500)).size() <= 80);
    }
};

QTEST_MAIN(ConversationTransferTest)
#include "conversation_transfer_test.moc"
