// A page as Markdown: the text itself, and what a Markdown reader (md4c in Qt) makes of it.
#include <QTest>
#include <QTextDocument>
#include <random>

#include "tests/inference/pages/page_builder.h"

using namespace sightline;
using namespace sightline::test;

namespace {

std::string markdownOf(BlockKind kind, const std::vector<std::string>& lines, bool joins = false) {
    return toMarkdown(pageOf({pageBlock(kind, 0, lines, joins)}));
}

QString rendered(const std::string& markdown) {
    QTextDocument document;
    document.setMarkdown(QString::fromStdString(markdown), QTextDocument::MarkdownDialectGitHub);
    return document.toPlainText();
}

}  // namespace

class PageMarkdownTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void joinsParagraphs_data() {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::addColumn<QString>("joined");
        QTest::newRow("words") << "the quick brown"
                               << "fox"
                               << "the quick brown fox";
        QTest::newRow("hyphen") << "a docu-"
                                << "ment"
                                << "a document";
        QTest::newRow("dash") << "a docu -"
                              << "ment"
                              << "a docu - ment";
        QTest::newRow("hyphen before a capital") << "North-"
                                                 << "West"
                                                 << "North-West";
        QTest::newRow("hyphen before a number") << "pages 10-"
                                                << "12"
                                                << "pages 10-12";
        QTest::newRow("Chinese") << "\u4e2d\u6587"
                                 << "\u7b26\u53f7"
                                 << "\u4e2d\u6587\u7b26\u53f7";
        QTest::newRow("Chinese and Latin") << "\u4e2d\u6587"
                                           << "text"
                                           << "\u4e2d\u6587 text";
        QTest::newRow("no item") << "in the years"
                                 << "- and later"
                                 << "in the years - and later";
    }

    void joinsParagraphs() {
        QFETCH(QString, first);
        QFETCH(QString, second);
        QFETCH(QString, joined);
        const std::vector<std::string> lines{first.toStdString(), second.toStdString()};
        QCOMPARE(QString::fromStdString(markdownOf(BlockKind::paragraph, lines, true)), joined + "\n");
    }

    void keepsLineBreaks() {
        const std::string markdown = markdownOf(BlockKind::paragraph, {"Jane Doe", "1. Main Street"});
        QCOMPARE(markdown, std::string("Jane Doe  \n1\\. Main Street\n"));
        QCOMPARE(rendered(markdown).replace(QChar::LineSeparator, '\n'), QString("Jane Doe\n1. Main Street"));
    }

    void marksHeadings() {
        Block heading = pageBlock(BlockKind::heading, 0, {"A long", "title"}, true);
        heading.heading_level = 2;
        Block text = pageBlock(BlockKind::paragraph, 1, {"text"});
        QCOMPARE(toMarkdown(pageOf({heading, text})), std::string("## A long title\n\ntext\n"));
        Block sharp = pageBlock(BlockKind::heading, 0, {"Key of F #"});
        sharp.heading_level = 1;
        QCOMPARE(rendered(toMarkdown(pageOf({sharp}))), QString("Key of F #"));
    }

    void writesTables() {
        const Page page = pageOf({pageTable(0, {{"a|b", "*c*"}, {"", "1.5"}, {"d", ""}})});
        const std::string markdown = toMarkdown(page);
        QCOMPARE(markdown, std::string("| a\\|b | \\*c\\* |\n| --- | --- |\n| | 1.5 |\n| d | |\n"));
        QCOMPARE(rendered(markdown).simplified(), QString("a|b *c* 1.5 d"));
    }

    void fencesCode() {
        Block code = pageBlock(BlockKind::code, 0, {"x = `a`", "y", "```"});
        code.lines[1].indent = 2;
        QCOMPARE(toMarkdown(pageOf({code})), std::string("````\nx = `a`\n  y\n```\n````\n"));
        QCOMPARE(markdownOf(BlockKind::code, {"*x*"}), std::string("```\n*x*\n```\n"));
    }

    void writesLists_data() {
        QTest::addColumn<QString>("read");
        QTest::addColumn<QString>("written");
        for (const char* mark : {"\u2022", "\u25e6", "\u25aa", "\u25cf", "\u25a0", "\u25cb", "\u25b6",
                                 "\u00b7", "-", "*", "\u2013"}) {
            QTest::newRow(mark) << QString::fromUtf8(mark) + " one"
                                << "- one";
        }
        QTest::newRow("number") << "12. one"
                                << "12. one";
        QTest::newRow("bracket") << "3) one"
                                 << "3) one";
        QTest::newRow("escaped") << "\u2022 *one*"
                                 << "- \\*one\\*";
    }

    void writesLists() {
        QFETCH(QString, read);
        QFETCH(QString, written);
        const Block item = pageBlock(BlockKind::list_item, 0, {read.toStdString()});
        Block next = item;
        next.row = 1;
        QCOMPARE(QString::fromStdString(toMarkdown(pageOf({item, next}))), written + "\n" + written + "\n");
        QCOMPARE(rendered(toMarkdown(pageOf({item, next}))).count('\n'), 1);
    }

    void keepsLabelsOfARowTogether() {
        const Page page =
            pageOf({pageBlock(BlockKind::label, 0, {"Cancel"}), pageBlock(BlockKind::label, 0, {"Save"}),
                    pageBlock(BlockKind::label, 1, {"Help"})});
        QCOMPARE(toMarkdown(page), std::string("Cancel \u2003Save\n\nHelp\n"));
    }

    void meansItself_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"*a* and **b**",
                                 "_a_ __b__",
                                 "`a` ``b``",
                                 "[a](b) ![c](d)",
                                 "[a]: b",
                                 "<b>a</b>",
                                 "a < b > c",
                                 "# a",
                                 "###### a",
                                 "+ a",
                                 "- a",
                                 "-",
                                 "---",
                                 "- - -",
                                 "* * *",
                                 "=== a",
                                 "~~~ a",
                                 "~~a~~",
                                 "~a~",
                                 "> a",
                                 "1. a",
                                 "23) a",
                                 "1.",
                                 "| a | b |",
                                 "|---|---|",
                                 "&amp; &lt; &#65; &#x41;",
                                 "AT&T R&D",
                                 "\\* \\a \\",
                                 "a\\",
                                 "http://a.example/b_c",
                                 "a@b.example",
                                 "$a$ ^b^",
                                 "C:\\new\\table",
                                 "!a",
                                 "[ ] a",
                                 "[x] a",
                                 "100 %"})
            QTest::newRow(text) << QString::fromUtf8(text);
    }

    void meansItself() {
        QFETCH(QString, text);
        for (const BlockKind kind : {BlockKind::paragraph, BlockKind::label, BlockKind::heading}) {
            const std::string markdown = markdownOf(kind, {text.toStdString()});
            QVERIFY2(rendered(markdown) == text,
                     (markdown + " -> " + rendered(markdown).toStdString()).c_str());
        }
        const std::string table = toMarkdown(pageOf({pageTable(0, {{"a", text.toStdString()}})}));
        QVERIFY2(rendered(table).simplified() == "a " + text,
                 (table + rendered(table).toStdString()).c_str());
    }

    void anythingMeansItself() {
        std::mt19937 random(5);
        const std::string signs = "#*_-+=~|\\`[]()<>&;!.:1ab\"'$^ {}x";
        std::uniform_int_distribution<std::size_t> sign(0, signs.size() - 1);
        std::uniform_int_distribution<int> length(1, 12);
        for (int round = 0; round < 700; ++round) {
            std::string text;
            for (int i = length(random); i > 0; --i)
                text += signs[sign(random)];
            text = QString::fromStdString(text).simplified().toStdString();
            if (text.empty()) continue;
            const std::string markdown = markdownOf(BlockKind::paragraph, {text});
            QVERIFY2(rendered(markdown).toStdString() == text,
                     ("[" + text + "] -> " + markdown + " -> " + rendered(markdown).toStdString()).c_str());
        }
    }
};

QTEST_MAIN(PageMarkdownTest)
#include "page_markdown_test.moc"
