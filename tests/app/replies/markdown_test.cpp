// Markdown to blocks: what each construct becomes, and what never happens to a text.
#include <QTest>

#include "app/replies/markdown_parser.h"
#include "app/replies/streamed_markdown.h"

using namespace sightline;

using Kind = MarkdownBlock::Kind;
using Marker = MarkdownBlock::Marker;

class MarkdownTest : public QObject {
    Q_OBJECT

  private:
    static QStringList texts(const MarkdownBlocks& blocks) {
        QStringList all;
        for (const MarkdownBlock& block : blocks)
            all << block.text;
        return all;
    }
    static QString styled(const MarkdownBlock& block, int span) {
        return block.text.mid(block.spans.at(span).start, block.spans.at(span).length);
    }

  private Q_SLOTS:
    void readsParagraphsWithTheirLines() {
        const MarkdownBlocks blocks = parseMarkdown(u"one\ntwo  \nthree\n\nfour");
        QCOMPARE(texts(blocks), (QStringList{"one\ntwo\nthree", "four"}));
        QCOMPARE(blocks[0].kind, Kind::paragraph);
        QVERIFY(parseMarkdown(u"").isEmpty());
        QVERIFY(parseMarkdown(u" \n\n").isEmpty());
    }

    void readsStyles() {
        const MarkdownBlock block =
            parseMarkdown(u"a **b *c* d** `e` ~~f~~ [g **h**](https://x.org/?a&amp;b)")[0];
        QCOMPARE(block.text, QStringLiteral("a b c d e f g h"));
        const QList<TextSpan> wanted{{2, 2, bold_text, {}},
                                     {4, 1, bold_text | italic_text, {}},
                                     {5, 2, bold_text, {}},
                                     {8, 1, code_text, {}},
                                     {10, 1, struck_text, {}},
                                     {12, 2, 0, QStringLiteral("https://x.org/?a&b")},
                                     {14, 1, bold_text, QStringLiteral("https://x.org/?a&b")}};
        QCOMPARE(block.spans, wanted);
    }

    void readsHeadingsAndRules() {
        const MarkdownBlocks blocks = parseMarkdown(u"# One\n### Three\n---\ntext");
        QCOMPARE(texts(blocks), (QStringList{"One", "Three", "", "text"}));
        QCOMPARE(blocks[0].level, 1);
        QCOMPARE(blocks[1].level, 3);
        QCOMPARE(blocks[2].kind, Kind::rule);
    }

    void readsLists() {
        const MarkdownBlocks blocks =
            parseMarkdown(u"- a\n- b\n  1. c\n  2. d\n\n     more\n- [x] e\n- [ ] f\n\nend");
        QCOMPARE(texts(blocks), (QStringList{"a", "b", "c", "d", "more", "e", "f", "end"}));
        const QList<Marker> markers{Marker::bullet, Marker::bullet,    Marker::ordinal,   Marker::ordinal,
                                    Marker::none,   Marker::done_task, Marker::open_task, Marker::none};
        const QList<qsizetype> depths{1, 1, 2, 2, 2, 1, 1, 0};
        for (qsizetype i = 0; i < blocks.size(); ++i) {
            QCOMPARE(blocks[i].marker, markers[i]);
            QCOMPARE(blocks[i].nesting.size(), depths[i]);
        }
        QCOMPARE(blocks[3].ordinal, 2);
        QVERIFY(!blocks[0].joined);
        QVERIFY(blocks[1].joined);
        QVERIFY(!blocks[4].joined);  // the inner list is loose
        QVERIFY(blocks[5].joined);
        QVERIFY(!blocks[7].joined);
    }

    void listsKeepTheirNumbers() {
        const MarkdownBlocks blocks = parseMarkdown(u"7. a\n7. b\n\ntext\n\n3) c");
        QCOMPARE(blocks[0].ordinal, 7);
        QCOMPARE(blocks[1].ordinal, 8);
        QCOMPARE(blocks[3].ordinal, 3);
    }

    void itemsWithoutTextAreShown() {
        const MarkdownBlocks blocks = parseMarkdown(u"-\n- - x\n");
        QCOMPARE(texts(blocks), (QStringList{"", "", "x"}));
        for (const MarkdownBlock& block : blocks)
            QCOMPARE(block.marker, Marker::bullet);
        QCOMPARE(blocks[2].nesting.size(), 2);
    }

    void readsQuotes() {
        const MarkdownBlocks blocks = parseMarkdown(u"> a\n> > b\n\n- c\n\n  > d");
        QCOMPARE(texts(blocks), (QStringList{"a", "b", "c", "d"}));
        QCOMPARE(blocks[0].nesting, (QList<Nest>{Nest::quote}));
        QCOMPARE(blocks[1].nesting, (QList<Nest>{Nest::quote, Nest::quote}));
        QCOMPARE(blocks[3].nesting, (QList<Nest>{Nest::item, Nest::quote}));
    }

    void readsCode() {
        const MarkdownBlocks blocks = parseMarkdown(u"```c++ title\nint a;\n\n  *b*\n```\n~~~\nopen");
        QCOMPARE(texts(blocks), (QStringList{"int a;\n\n  *b*", "open"}));
        QCOMPARE(blocks[0].kind, Kind::code);
        QCOMPARE(blocks[0].language, QStringLiteral("c++"));
        QVERIFY(blocks[0].spans.isEmpty());
        QVERIFY(blocks[1].language.isEmpty());
    }

    void readsTables() {
        const MarkdownBlock table = parseMarkdown(
            u"| Item | **Qty** | x |\n|:--|--:|:-:|\n| Post\tcards | 45 |\n| a \\| b | `c` | d | e |")[0];
        QCOMPARE(table.kind, Kind::table);
        QCOMPARE(table.columns, (QList<Qt::Alignment>{Qt::AlignLeft, Qt::AlignRight, Qt::AlignHCenter}));
        QCOMPARE(table.text, QStringLiteral("Item\tQty\tx\nPost cards\t45\t\na | b\tc\td"));
        QCOMPARE(table.rows(), 3);
        QCOMPARE(table.cells[1], (TableCell{5, 3}));
        QCOMPARE(table.cells[5].length, 0);
        QCOMPARE(styled(table, 0), QStringLiteral("Qty"));
        QCOMPARE(styled(table, 1), QStringLiteral("c"));
    }

    void htmlIsText() {
        const QString hostile = QStringLiteral("<img src='http://127.0.0.1/x'> <b>x</b>");
        QCOMPARE(parseMarkdown(hostile)[0].text, hostile);
        QCOMPARE(parseMarkdown(u"<div>\n**x**\n</div>")[0].text, QStringLiteral("<div>\nx\n</div>"));
    }

    void picturesAreTheirDescription() {
        QCOMPARE(parseMarkdown(u"see ![a **b**](http://127.0.0.1/x.png)!")[0].text,
                 QStringLiteral("see a b!"));
        QCOMPARE(parseMarkdown(u"![](http://127.0.0.1/x.png)")[0].text,
                 QStringLiteral("http://127.0.0.1/x.png"));
        QVERIFY(parseMarkdown(u"![]()").isEmpty());
        const MarkdownBlock block = parseMarkdown(u"![a](file:///etc/passwd)")[0];
        QCOMPARE(block.text, QStringLiteral("a"));
        for (const TextSpan& span : block.spans)
            QVERIFY(span.link.isEmpty());
    }

    void entitiesAreDecoded() {
        QCOMPARE(parseMarkdown(u"&lt;&#65;&#x4e2d;&#x1F600;&hellip;&unknown; &#0;&#xD800;&#10;x")[0].text,
                 QStringLiteral("<A中😀…&unknown; \uFFFD\uFFFD x"));
    }

    void bareAddressesAreLinks() {
        const MarkdownBlock block = parseMarkdown(u"see https://example.org/a.")[0];
        QCOMPARE(styled(block, 0), QStringLiteral("https://example.org/a"));
        QCOMPARE(block.spans[0].link, QStringLiteral("https://example.org/a"));
    }

    // A table of 4,000 columns and 4,000 short rows would be 16 million cells.
    void whatWouldExplodeIsPlainText() {
        const QString head = QStringLiteral("|a").repeated(4000) + QLatin1Char('\n');
        const QString wide = head + QStringLiteral("|-").repeated(4000) + QLatin1Char('\n') +
                             QStringLiteral("|x\n").repeated(4000);
        const MarkdownBlocks blocks = parseMarkdown(wide);
        QCOMPARE(blocks.size(), 1);
        QCOMPARE(blocks[0].text, wide.trimmed());
        const MarkdownBlocks deep = parseMarkdown(QString(5000, QLatin1Char('>')) + QStringLiteral(" x"));
        QCOMPARE(deep.size(), 1);
        QVERIFY(deep[0].nesting.size() <= 16);
    }

    void thoughtsAreApart() {
        MarkdownBlocks blocks = parseReply(u"\n<think>\nHm, **12**.\n\nYes.\n</think>\n\nIt is *12*.");
        QCOMPARE(texts(blocks), (QStringList{"Hm, **12**.\n\nYes.", "It is 12."}));
        QCOMPARE(blocks[0].kind, Kind::thought);
        // The model was asked to begin within them, and nobody said so.
        blocks = parseReply(u"Hm.\n</think>\n\nYes.");
        QCOMPARE(texts(blocks), (QStringList{"Hm.", "Yes."}));
        QCOMPARE(blocks[0].kind, Kind::thought);
        QCOMPARE(parseReply(u"Hm.</think>Yes.", true)[0].text, QStringLiteral("Hm."));
        // Cut within them.
        QCOMPARE(texts(parseReply(u"<think>Hm")), (QStringList{"Hm"}));
        // A reply about the tag thinks nothing.
        for (const QString& text : {QStringLiteral("The tag `</think>` ends it."), QStringLiteral("<thin"),
                                    QStringLiteral("```\n</think>\n```\n"), QStringLiteral("x <think> y")})
            QVERIFY2(parseReply(text).at(0).kind != Kind::thought, qPrintable(text));
    }
};

QTEST_GUILESS_MAIN(MarkdownTest)
#include "markdown_test.moc"
