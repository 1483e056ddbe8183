// A reply in pieces becomes the same blocks as the whole at once, and costs no more than it must.
#include "app/replies/streamed_markdown.h"

#include <QTest>
#include <algorithm>

#include "app/replies/markdown_parser.h"
#include "tests/app/replies/random_markdown.h"

using namespace sightline;
using test::RandomMarkdown;

namespace {

struct Streamed {
    MarkdownBlocks blocks;
    StreamedMarkdown reply;

    void apply(const StreamedMarkdown::Change& change) {
        if (change.first > blocks.size()) qFatal("blocks are left out");
        blocks.resize(change.first);
        blocks += change.blocks;
    }
    void append(QStringView piece) {
        if (const auto change = reply.append(piece)) apply(*change);
    }
    void finish() { apply(reply.finish()); }
};

QString shown(const MarkdownBlocks& blocks) {
    QStringList lines;
    for (const MarkdownBlock& block : blocks) {
        lines << QStringLiteral("%1/%2/%3/%4%5 %6")
                     .arg(int(block.kind))
                     .arg(block.nesting.size())
                     .arg(int(block.marker))
                     .arg(block.ordinal)
                     .arg(block.joined ? QStringLiteral("j") : QString(), block.text);
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

class StreamedMarkdownTest : public QObject {
    Q_OBJECT

  private:
    static void compare(const QString& text, RandomMarkdown& random) {
        Streamed streamed;
        for (qsizetype at = 0; at < text.size();) {
            const qsizetype length = 1 + random.below(random.below(4) == 0 ? 80 : 6);
            streamed.append(QStringView(text).mid(at, std::min(length, text.size() - at)));
            at += length;
        }
        streamed.finish();
        // The whole, parsed in one go by the library itself.
        const MarkdownBlocks wanted = parseMarkdown(text);
        QVERIFY2(streamed.blocks == wanted,
                 qPrintable(QStringLiteral("---- text\n%1\n---- streamed\n%2\n---- wanted\n%3")
                                .arg(text, shown(streamed.blocks), shown(wanted))));
    }

  private Q_SLOTS:
    void repliesInAnyPieces() {
        for (quint32 seed = 1; seed <= 600; ++seed) {
            RandomMarkdown random(seed);
            const QString text = random.reply(1 + random.below(1 + static_cast<int>(seed) / 40));
            compare(text, random);
            if (QTest::currentTestFailed()) QFAIL(qPrintable(QStringLiteral("seed %1").arg(seed)));
        }
    }

    void anyLinesInAnyPieces() {
        for (quint32 seed = 1; seed <= 6000; ++seed) {
            RandomMarkdown random(seed);
            const QString text = random.soup(1 + random.below(1 + static_cast<int>(seed) / 400));
            compare(text, random);
            if (QTest::currentTestFailed()) QFAIL(qPrintable(QStringLiteral("seed %1").arg(seed)));
        }
    }

    // What is settled is never reported again while the reply grows.
    void settledBlocksStay() {
        Streamed streamed;
        qsizetype settled = 0;
        for (int i = 0; i < 50; ++i) {
            const QString part =
                QStringLiteral("Paragraph %1.\n\n```\ncode\n\nmore\n```\n\n- a\n- b\n\n").arg(i);
            for (const QChar character : part) {
                const auto change = streamed.reply.append(QString(character));
                if (!change) continue;
                QVERIFY(change->first >= settled);
                QVERIFY(change->first >= streamed.blocks.size() - 6);
                settled = change->first;
                streamed.apply(*change);
            }
        }
        QVERIFY(settled >= 4 * 49);
    }

    void definitionsCountAtTheEnd() {
        Streamed streamed;
        streamed.append(u"See [the page][1].\n\nMore.\n\n[1]: https://example.org\n");
        QCOMPARE(streamed.blocks.at(0).text, QStringLiteral("See [the page][1]."));
        streamed.finish();
        QCOMPARE(streamed.blocks.at(0).text, QStringLiteral("See the page."));
        QCOMPARE(streamed.blocks.at(0).spans.at(0).link, QStringLiteral("https://example.org"));
    }

    void lineEndsOfOtherSystems() {
        Streamed streamed;
        for (const QChar character : QStringLiteral("a\r\n\r\nb\rc\r\n"))
            streamed.append(QString(character));
        streamed.finish();
        QCOMPARE(streamed.blocks, parseMarkdown(u"a\n\nb\nc\n"));
        QCOMPARE(streamed.reply.markdown(), QStringLiteral("a\n\nb\nc\n"));
    }

    void thoughtsInAnyPieces() {
        for (quint32 seed = 1; seed <= 200; ++seed) {
            RandomMarkdown random(seed);
            const QString begin = random.below(2) ? QStringLiteral("<think>") : QString();
            const QString text = begin + random.reply(2) + QStringLiteral("\n</think>\n\n") +
                                 random.reply(3).remove(QStringLiteral("]:"));
            Streamed whole;
            whole.append(text);
            whole.finish();
            QCOMPARE(whole.blocks, parseReply(text));
            Streamed pieces;
            for (qsizetype at = 0; at < text.size();) {
                const qsizetype length = 1 + random.below(9);
                pieces.append(QStringView(text).mid(at, length));
                at += length;
            }
            pieces.finish();
            QVERIFY2(pieces.blocks == whole.blocks, qPrintable(QStringLiteral("seed %1").arg(seed)));
            if (begin.isEmpty()) continue;  // the tag may stand in code
            QVERIFY(!pieces.reply.markdown().contains(QStringLiteral("</think>")));
        }
    }

    void costsWhatItMust_data() {
        QTest::addColumn<QString>("unit");
        QTest::newRow("paragraphs") << QStringLiteral("The quick brown fox jumps over it.\n\n");
        QTest::newRow("one paragraph") << QStringLiteral("The quick brown fox jumps over it. ");
        QTest::newRow("one list") << QStringLiteral("- The quick brown fox jumps over\n");
        QTest::newRow("one table") << QStringLiteral("| The quick brown fox | jumps |\n");
        QTest::newRow("code with empty lines") << QStringLiteral("x = 1\n\n");
    }

    void costsWhatItMust() {
        QFETCH(QString, unit);
        const auto cost = [&unit](qsizetype size) {
            QString text = unit.startsWith(QLatin1Char('|'))   ? QStringLiteral("|a|b|\n|-|-|\n")
                           : unit.startsWith(QLatin1Char('x')) ? QStringLiteral("```\n")
                                                               : QString();
            text += unit.repeated(size / unit.size());
            StreamedMarkdown reply;
            qsizetype worst = 0;
            for (qsizetype at = 0; at < text.size(); at += 40) {
                const qsizetype before = reply.parsedCharacters();
                reply.append(QStringView(text).mid(at, 40));
                const qsizetype parsed = reply.parsedCharacters() - before;
                // Beyond the limit at most once for each eighth that it grows.
                if (at < StreamedMarkdown::tail_limit) worst = std::max(worst, parsed);
            }
            if (worst > StreamedMarkdown::tail_limit + 40) qFatal("one piece costs too much");
            return reply.parsedCharacters();
        };
        const qsizetype once = cost(100'000);
        const qsizetype twice = cost(200'000);
        const qsizetype limit = StreamedMarkdown::tail_limit;
        QVERIFY2(twice - once <= 10 * 100'000, qPrintable(QString::number(twice - once)));
        QVERIFY2(once <= limit * limit / 40 + 10 * 100'000, qPrintable(QString::number(once)));
    }
};

QTEST_GUILESS_MAIN(StreamedMarkdownTest)
#include "streamed_markdown_test.moc"
