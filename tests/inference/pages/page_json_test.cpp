// A page as JSON, read again by another parser.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "tests/inference/pages/page_builder.h"

using namespace sightline;
using namespace sightline::test;

namespace {

// Empty if it is not valid JSON in valid UTF-8.
QJsonObject parsed(const std::string& json) {
    return QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
}

QJsonArray numbers(std::initializer_list<double> values) {
    QJsonArray array;
    for (const double value : values)
        array.append(value);
    return array;
}

}  // namespace

class PageJsonTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void holdsThePage() {
        Page page = pageOf({});
        page.confidence = 0.98765;
        page.rotation = 90;
        page.notes = {"turned by 90 degrees"};
        const QJsonObject json = parsed(toJson(page));
        QCOMPARE(json["width"].toInt(), 1000);
        QCOMPARE(json["height"].toInt(), 1000);
        QCOMPARE(json["confidence"].toDouble(), 0.988);
        QCOMPARE(json["rotation"].toDouble(), 90.0);
        QCOMPARE(json["notes"].toArray(), QJsonArray{"turned by 90 degrees"});
        QVERIFY(json["blocks"].isArray() && json["blocks"].toArray().isEmpty());
    }

    void holdsLinesAndWords() {
        Block block = pageBlock(BlockKind::heading, 3, {"\u4e2d\u6587 \"b\\c\""});
        block.heading_level = 2;
        block.box = {1.26, 2, 3, 4};
        Line& line = block.lines[0];
        line.raw_text = "\u4e2d\u6587 \"bc\"";
        line.indent = 4;
        line.words[1].quad = {Point{1, 2}, Point{31.04, 3}, Point{30, 23}, Point{0, 22}};
        line.words[1].confidence = 0.5;
        const QJsonObject read =
            parsed(toJson(pageOf({block, pageBlock(BlockKind::paragraph, 4, {"a", "b"}, true)})))["blocks"]
                .toArray()[0]
                .toObject();
        QCOMPARE(read["kind"].toString(), QString("heading"));
        QCOMPARE(read["level"].toInt(), 2);
        QCOMPARE(read["row"].toInt(), 3);
        QCOMPARE(read["box"].toArray(), numbers({1.3, 2, 3, 4}));
        const QJsonObject read_line = read["lines"].toArray()[0].toObject();
        QCOMPARE(read_line["text"].toString().toStdString(), line.text);
        QCOMPARE(read_line["raw_text"].toString().toStdString(), line.raw_text);
        QCOMPARE(read_line["indent"].toInt(), 4);
        QCOMPARE(read_line["words"].toArray().size(), 2);
        const QJsonObject word = read_line["words"].toArray()[1].toObject();
        QCOMPARE(word["text"].toString(), QString("\"b\\c\""));
        QCOMPARE(word["confidence"].toDouble(), 0.5);
        QCOMPARE(word["box"].toArray(), numbers({0, 2, 31, 23}));
        QCOMPARE(word["quad"].toArray(),
                 (QJsonArray{numbers({1, 2}), numbers({31, 3}), numbers({30, 23}), numbers({0, 22})}));
    }

    void leavesOutWhatSaysNothing() {
        const QJsonArray blocks =
            parsed(toJson(pageOf({pageBlock(BlockKind::paragraph, 0, {"a", "b"}, true)})))["blocks"]
                .toArray();
        const QJsonArray lines = blocks[0].toObject()["lines"].toArray();
        QCOMPARE(lines[0].toObject()["joins_next"].toBool(), true);
        QVERIFY(!lines[1].toObject().contains("joins_next"));
        QVERIFY(!lines[0].toObject().contains("raw_text"));
        QVERIFY(!lines[0].toObject().contains("indent"));
        QVERIFY(!blocks[0].toObject().contains("cells"));
    }

    void holdsCells() {
        Block table = pageTable(0, {{"a", "b"}, {"", "c"}});
        table.cells = {{0, 0, 0, 1}, {1, 1, 1, 2}};
        const QJsonObject read = parsed(toJson(pageOf({table})))["blocks"].toArray()[0].toObject();
        QCOMPARE(read["rows"].toInt(), 2);
        QCOMPARE(read["columns"].toInt(), 2);
        QCOMPARE(read["cells"].toArray(),
                 (QJsonArray{QJsonObject{{"row", 0}, {"column", 0}, {"text", "a"}},
                             QJsonObject{{"row", 1}, {"column", 1}, {"text", "b c"}}}));
    }

    void namesEveryKind() {
        const std::vector<BlockKind> kinds{BlockKind::paragraph, BlockKind::heading, BlockKind::list_item,
                                           BlockKind::table,     BlockKind::code,    BlockKind::label};
        std::vector<Block> blocks;
        for (const BlockKind kind : kinds)
            blocks.push_back(pageBlock(kind, 0, {}));
        QStringList names;
        for (const QJsonValue& block : parsed(toJson(pageOf(blocks)))["blocks"].toArray())
            names << block["kind"].toString();
        QCOMPARE(names, (QStringList{"paragraph", "heading", "list_item", "table", "code", "label"}));
    }

    void isValidWhateverTheBytes() {
        Block block = pageBlock(BlockKind::paragraph, 0, {"a\xff\xe4\xb8 \x01\x1f\t b"});
        block.lines[0].confidence = std::numeric_limits<double>::quiet_NaN();
        block.lines[0].quad[2].x = std::numeric_limits<double>::infinity();
        Page page = pageOf({block});
        page.notes = {"\xc3"};
        const std::string json = toJson(page);
        QVERIFY(QString::fromUtf8(json.c_str()).toUtf8().toStdString() == json);
        const QJsonObject read = parsed(json);
        QCOMPARE(read["blocks"].toArray().size(), 1);
        const QString text =
            read["blocks"].toArray()[0].toObject()["lines"].toArray()[0].toObject()["text"].toString();
        QVERIFY(text.startsWith('a') && text.endsWith("\t b"));
        QVERIFY(text.contains(QChar::ReplacementCharacter));
    }
};

QTEST_GUILESS_MAIN(PageJsonTest)
#include "page_json_test.moc"
