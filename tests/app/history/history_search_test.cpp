// The rule of the search, its highlighting, and that the index finds exactly what the rule says.
#include <QRandomGenerator>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include "app/history/history_store.h"
#include "tests/app/history/history_fixture.h"

using namespace sightline;
using namespace sightline::test;

class HistorySearchTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void textsAreCutIntoTokens_data();
    void textsAreCutIntoTokens();
    void tokensKnowTheirPlaces();
    void theRule_data();
    void theRule();
    void snippetsShowTheHits();
    void longTextsAreCutAroundTheHit();
    void titlesMessagesAndPictures();
    void aTextThatWasReadIsFoundOnce();
    void changedTextsAreFoundAnew();
    void hostileQuestionsAreHarmless();
    void theLimitIsSaid();
    void equalsReadingEverything();
};

void HistorySearchTest::textsAreCutIntoTokens_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("body");
    const auto row = [](const char* name, const char* text, const char* body) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(body);
    };
    row("words", "Total: EUR 1,204.50!", "total eur 1 204 50");
    row("nothing", " \t\n... --- ", "");
    row("chinese", "发票号码2024年", "发 票 号 码 2024 年");
    row("mixed", "GPT模型v2", "gpt 模 型 v2");
    row("japanese", "カタカナとひらがなー", "カ タ カ ナ と ひ ら が な ー");
    row("half width", "ﾊﾟｿｺﾝ", "パ ソ コ ン");
    row("full width", "ＡＢＣ１２", "abc12");
    row("korean", "한국어 텍스트", "한 국 어 텍 스 트");
    row("decomposed korean", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "한");
    row("thai", "ที่นี่", "ท ี ่ น ี ่");
    row("accents", "Café CAFÉ cafe\xCC\x81 Łódź", "cafe cafe cafe łodz");
    row("russian keeps its letters", "Чай и йод", "чай и йод");
    row("case", "STRASSE Straße ΣΊΣΥΦΟΣ", "strasse straße σίσυφοσ");
    row("ligatures", "ﬁle № ½", "file no 1 ⁄ 2");
    row("soft hyphen and joiners",
        "co\xC2\xADop\xE2\x80\x8B"
        "era\xE2\x80\x8Dtion",
        "cooperation");
    row("emoji", "ok👍done ❤️", "ok 👍 done ❤");
    row("beyond the first plane", "𠮷野家", "𠮷 野 家");
    row("code", "image_pad->foo(bar)", "image pad foo bar");
    row("apostrophe", "don't", "don t");
    row("arabic", "مَرْحَبًا", "مَرْحَبًا");
    row("hindi", "नमस्ते", "नमस्ते");
    QTest::newRow("halves of surrogates")
        << QString("a") + QChar(0xD83D) + QString("b") + QChar(0xDC4D) << QString("a b");
    QTest::newRow("zero") << QString("a") + QChar(0) + QString("b") << QString("a b");
}

void HistorySearchTest::textsAreCutIntoTokens() {
    QFETCH(QString, text);
    QFETCH(QString, body);
    QCOMPARE(searchBody(text), body);
    QCOMPARE(searchBody(body), body);
}

void HistorySearchTest::tokensKnowTheirPlaces() {
    const QString text = QString::fromUtf8("a Cafe\xCC\x81, 发票 👍x");
    QStringList places;
    for (const SearchToken& token : searchTokens(text))
        places << QString("%1=%2").arg(token.text, text.mid(token.start, token.length));
    QCOMPARE(places, (QStringList{"a=a", QString::fromUtf8("cafe=Cafe\xCC\x81"), QString::fromUtf8("发=发"),
                                  QString::fromUtf8("票=票"), QString::fromUtf8("👍=👍"), "x=x"}));
}

void HistorySearchTest::theRule_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("question");
    QTest::addColumn<bool>("found");
    const auto row = [](const char* text, const char* question, bool found) {
        QTest::newRow(qPrintable(QString("%1 in %2").arg(question, text)))
            << QString::fromUtf8(text) << QString::fromUtf8(question) << found;
    };
    row("the invoice of May", "inv", true);
    row("the invoice of May", "voice", false);
    row("the invoice of May", "may the", true);
    row("the invoice of May", "the june", false);
    row("这是发票号码", "票", true);
    row("这是发票号码", "发票", true);
    row("这是发票号码", "票发", false);
    row("这是发票号码", "发号", false);
    row("这是发票号码", "号码 发票", true);
    row("EUR 1,204.50", "1,204.5", true);
    row("EUR 1,204.50", "1204", false);
    row("EUR 1,204.50", "04.50", false);
    row("GPT模型", "gpt模", true);
    row("GPT模型", "pt模", false);
    row("GPT模型", "gp模", false);
    row("image_pad", "image_p", true);
    row("image pad", "image_p", true);
    row("anything", "", false);
    row("anything", " ... ", false);
    row("anything", "any ...", true);
    row("Résumé", "resume", true);
    row("resume", "Résumé", true);
}

void HistorySearchTest::theRule() {
    QFETCH(QString, text);
    QFETCH(QString, question);
    QFETCH(bool, found);
    QCOMPARE(matches(parseQuestion(question), text), found);
    QTemporaryDir folder;
    HistoryStore store(folder.path());
    const ConversationTree tree = talk({}, {text});
    store.save(tree.head, tree.messages);
    QCOMPARE(store.search(question).hits.size(), found ? std::size_t{1} : std::size_t{0});
}

namespace {

QString marked(const Snippet& snippet) {
    QString text = snippet.text;
    for (auto hit = snippet.hits.rbegin(); hit != snippet.hits.rend(); ++hit) {
        text.insert(hit->start + hit->length, ']');
        text.insert(hit->start, '[');
    }
    return text;
}

}  // namespace

void HistorySearchTest::snippetsShowTheHits() {
    const auto shown = [](const char* question, const char* text) {
        return marked(makeSnippet(parseQuestion(QString::fromUtf8(question)), QString::fromUtf8(text)));
    };
    QCOMPARE(shown("inv", "The Invoice\nof invention"), QString("The [Inv]oice of [inv]ention"));
    QCOMPARE(shown("发票 号", "这是发票号码"), QString::fromUtf8("这是[发票号]码"));
    QCOMPARE(shown("1,204.5", "EUR 1,204.50"), QString("EUR [1,204.5]0"));
    QCOMPARE(shown("a ab", "abc"), QString("[ab]c"));
    QCOMPARE(shown("cafe", "ein Cafe\xCC\x81!"), QString::fromUtf8("ein [Cafe\xCC\x81]!"));
    QCOMPARE(shown("nothing", "here"), QString("here"));
}

void HistorySearchTest::longTextsAreCutAroundTheHit() {
    const QString text = QString("word ").repeated(2000) + "needle" + QString(" other").repeated(2000);
    const Snippet snippet = makeSnippet(parseQuestion("needle"), text, 100);
    QVERIFY(snippet.text.size() <= 103);
    QVERIFY(snippet.text.startsWith(QChar(0x2026)) && snippet.text.endsWith(QChar(0x2026)));
    QVERIFY(snippet.text.mid(1).startsWith("word"));
    QCOMPARE(snippet.hits.size(), std::size_t{1});
    QCOMPARE(snippet.text.mid(snippet.hits[0].start, snippet.hits[0].length), QString("needle"));
}

void HistorySearchTest::titlesMessagesAndPictures() {
    QTemporaryDir folder;
    HistoryStore store(folder.path());
    const QString file = store.addAttachment("picture", "image/png", {4, 4});
    ConversationTree tree = talk("Holiday plans", {"what is this", "A holiday photo"});
    tree.messages[0].parts.insert(tree.messages[0].parts.begin(), {{}, kept(file, "p.png"), {}});
    tree.messages[1].thinking = "secretly";
    store.save(tree.head, tree.messages);
    QCOMPARE(store.search(QString::fromUtf8("车")).hits.size(), std::size_t{0});
    store.saveReading(file, {QString::fromUtf8("出租车 No. 7"), "{}"});
    QCOMPARE(store.reading(file)->text, QString::fromUtf8("出租车 No. 7"));

    const SearchResults found = store.search("holi");
    QCOMPARE(found.hits.size(), std::size_t{2});
    QCOMPARE(found.hits[0].where, SearchHit::Where::title);
    QCOMPARE(marked(found.hits[0].snippet), QString("[Holi]day plans"));
    QCOMPARE(found.hits[1].where, SearchHit::Where::message);
    QCOMPARE(found.hits[1].message, tree.messages[1].id);
    QCOMPARE(found.hits[1].conversation, tree.head.id);
    QCOMPARE(found.hits[1].title, QString("Holiday plans"));
    const SearchResults picture = store.search(QString::fromUtf8("车"));
    QCOMPARE(picture.hits.size(), std::size_t{1});
    QCOMPARE(picture.hits[0].where, SearchHit::Where::picture);
    QCOMPARE(picture.hits[0].message, tree.messages[0].id);
    QCOMPARE(marked(picture.hits[0].snippet), QString::fromUtf8("出租[车] No. 7"));
    QCOMPARE(picture.hits[0].picture, file);
    QCOMPARE(picture.hits[0].picture_name, QString("p.png"));
    // A reply has no picture of its own: the conversation's first one stands for it.
    QCOMPARE(found.hits[1].picture, file);
    QCOMPARE(found.hits[1].picture_name, QString());
    QVERIFY(store.search("secretly").hits.empty());
    // The picture's text is not continued by the question's: "this" is followed by nothing.
    QVERIFY(store.search(QString::fromUtf8("this,出")).hits.empty());
    QCOMPARE(store.search(QString::fromUtf8("this 出")).hits.size(), std::size_t{1});
    // Another message with the picture is found at once.
    ConversationTree other = talk("x", {"y"});
    other.messages[0].parts.push_back({{}, kept(file, "p.png"), {}});
    store.save(other.head, other.messages);
    QCOMPARE(store.search(QString::fromUtf8("出租车")).hits.size(), std::size_t{2});
}

// As a message of its own and in the picture above it: one result, at the message, which says that it is
// read.
void HistorySearchTest::aTextThatWasReadIsFoundOnce() {
    QTemporaryDir folder;
    HistoryStore store(folder.path());
    const QString file = store.addAttachment("picture", "image/png", {4, 4});
    ConversationTree tree = talk("p.png", {""});
    tree.messages[0].parts = {{{}, kept(file, "p.png"), {}}};
    ChatMessage reading = said(Role::assistant, "| Net\\_total |\n|---|\n");
    reading.kind = MessageKind::reading;
    reading.parts[0].plain_text = "Net_total\n";
    append(tree, reading, tree.head.leaf);
    store.save(tree.head, tree.messages);
    store.saveReading(file, {"Net_total\n", {}});
    SearchResults found = store.search("net_t");
    QCOMPARE(found.hits.size(), std::size_t{1});
    QCOMPARE(found.hits[0].where, SearchHit::Where::picture);
    QCOMPARE(found.hits[0].message, tree.messages[1].id);
    QCOMPARE(marked(found.hits[0].snippet), QString("[Net_t]otal "));
    // Without that message the picture itself is found.
    store.removeMessages(tree.head.id, {tree.messages[1].id}, tree.messages[0].id);
    found = store.search("net_t");
    QCOMPARE(found.hits.size(), std::size_t{1});
    QCOMPARE(found.hits[0].where, SearchHit::Where::picture);
    QCOMPARE(found.hits[0].message, tree.messages[0].id);
}

void HistorySearchTest::changedTextsAreFoundAnew() {
    QTemporaryDir folder;
    HistoryStore store(folder.path());
    ConversationTree tree = talk("t", {"before"});
    store.save(tree.head, tree.messages);
    tree.messages[0].parts[0].text = "after";
    store.saveMessage(tree.head.id, tree.messages[0]);
    QVERIFY(store.search("before").hits.empty());
    QCOMPARE(store.search("after").hits.size(), std::size_t{1});
}

void HistorySearchTest::hostileQuestionsAreHarmless() {
    QTemporaryDir folder;
    HistoryStore store(folder.path());
    const ConversationTree tree = talk("t", {"a AND b OR NOT near"});
    store.save(tree.head, tree.messages);
    for (const char* question : {"\"", "a\"", "*", "a*", "^a", "a AND", "NOT", "NEAR(a b)", "body:a", "-a",
                                 "(a", "a)", "{a}", "a + b", "'; DROP TABLE messages; --", "a\\", "%", "_"}) {
        store.search(QString::fromUtf8(question));
        QCOMPARE(store.search("near").hits.size(), std::size_t{1});
    }
    QCOMPARE(store.search("not or").hits.size(), std::size_t{1});
    store.search(QString("a ").repeated(100'000));
    store.search(QString(100'000, 'a'));
    store.search(QString(QChar(0)) + "a");
}

void HistorySearchTest::theLimitIsSaid() {
    QTemporaryDir folder;
    HistoryStore store(folder.path());
    const ConversationTree tree = talk({}, {"word 1", "word 2", "word 3"});
    store.save(tree.head, tree.messages);
    const SearchResults two = store.search("word", 2);
    QVERIFY(two.more);
    QCOMPARE(two.hits.size(), std::size_t{2});
    QCOMPARE(two.hits[0].message, tree.messages[2].id);  // the newest first
    QCOMPARE(two.hits[1].message, tree.messages[1].id);
    QVERIFY(!store.search("word", 3).more);
}

// Random texts of several scripts, random questions, and by hand the rule over every text.
void HistorySearchTest::equalsReadingEverything() {
    const QStringList pieces =
        QString::fromUtf8(
            "inv|invoice|Invoices|voice|in|total|Total:|1,204.50|1|12|204|EUR|€|发|票|发票|号码|发票号码|"
            "2024年|Café|cafe\xCC\x81|naïve|ＡＢ|ab|ﬁn|fin|한국|국|ที่|👍|don't|t|image_pad|pad|-|...|Ж|жук|Й|x̧|"
            "カ|ｶﾞ|ガ|\xE2\x80\x8B|A\xC2\xAD"
            "b")
            .split('|');
    QRandomGenerator random(20261126);
    const auto text = [&](int most) {
        QString all;
        for (int i = 1 + random.bounded(most); i > 0; --i) {
            all += pieces[random.bounded(static_cast<int>(pieces.size()))];
            if (random.bounded(3) > 0) all += QStringLiteral(" ");
        }
        return all;
    };
    QTemporaryDir folder;
    HistoryStore store(folder.path());
    struct Kept {
        QString id;
        std::vector<std::vector<SearchToken>> texts;  // each is matched for itself by the parts of a question
    };
    std::vector<Kept> messages, titles;
    for (int c = 0; c < 40; ++c) {
        ConversationTree tree = talk(text(5), {});
        for (int m = 0; m < 25; ++m)
            append(tree, said(Role::user, text(12)), tree.head.leaf);
        QStringList read;
        if (c % 4 == 0) {
            const QString file = store.addAttachment("picture " + QByteArray::number(c), "image/png", {1, 1});
            tree.messages[3].parts.push_back({{}, kept(file, "p"), {}});
            read << text(10);
            store.save(tree.head, tree.messages);
            store.saveReading(file, {read[0], {}});
        }
        store.save(tree.head, tree.messages);
        titles.push_back({tree.head.id, {searchTokens(tree.head.title)}});
        for (std::size_t m = 0; m < tree.messages.size(); ++m) {
            messages.push_back({tree.messages[m].id, {searchTokens(tree.messages[m].text())}});
            if (m == 3 && !read.isEmpty()) messages.back().texts.push_back(searchTokens(read[0]));
        }
    }
    // Every part of the question in one of the texts.
    const auto byHand = [](const SearchQuestion& question, const std::vector<Kept>& all) {
        QSet<QString> found;
        for (const Kept& kept : all) {
            const bool every =
                !question.empty() &&
                std::all_of(question.begin(), question.end(), [&](const SearchPart& part) {
                    return std::any_of(kept.texts.begin(), kept.texts.end(),
                                       [&](const auto& tokens) { return !findHits({part}, tokens).empty(); });
                });
            if (every) found.insert(kept.id);
        }
        return found;
    };
    int with_hits = 0;
    for (int i = 0; i < 1000; ++i) {
        QString asked = text(3);
        if (random.bounded(2)) asked.truncate(1 + random.bounded(static_cast<int>(asked.size())));
        QSet<QString> found_titles, found_messages;
        for (const SearchHit& hit : store.search(asked, 100'000).hits)
            hit.where == SearchHit::Where::title ? found_titles.insert(hit.conversation)
                                                 : found_messages.insert(hit.message);
        const SearchQuestion question = parseQuestion(asked);
        QVERIFY2(found_messages == byHand(question, messages), qPrintable(asked));
        QVERIFY2(found_titles == byHand(question, titles), qPrintable(asked));
        with_hits += !found_messages.isEmpty();
    }
    QVERIFY2(with_hits > 300 && with_hits < 1000, qPrintable(QString::number(with_hits)));
}

QTEST_GUILESS_MAIN(HistorySearchTest)
#include "history_search_test.moc"
