// Boxes and points out of replies: what Qwen3-VL writes, in every piece in which it may stream, what it
// should not write, and on which picture it lies.
#include <QElapsedTimer>
#include <QTest>
#include <QVariantMap>

#include "app/chat/message_list_model.h"
#include "app/replies/named_places.h"
#include "app/replies/reply_places.h"

using namespace sightline;

namespace {

NamedPlace box(double left, double top, double right, double bottom, const QString& label = {},
               int picture = 0) {
    NamedPlace place;
    place.area = QRectF(QPointF(left, top), QPointF(right, bottom));
    place.label = label;
    place.picture = picture;
    return place;
}

NamedPlace point(double x, double y, const QString& label = {}) {
    NamedPlace place;
    place.is_point = true;
    place.area = QRectF(x, y, 0, 0);
    place.label = label;
    return place;
}

using Places = std::vector<NamedPlace>;

}  // namespace

Q_DECLARE_METATYPE(Places)

class NamedPlacesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void replies_data();
    void replies();
    void repliesInPieces();
    void aPlaceCountsWhenItsObjectIsWhole();
    void pixelsOfTheOriginal_data();
    void pixelsOfTheOriginal();
    void floodsAreBounded();
    void labelsAreOneHarmlessLine();
    void placesLieOnThePicturesThatWereAskedAbout();
    void placesFollowTheConversation();
};

void NamedPlacesTest::replies_data() {
    QTest::addColumn<QString>("reply");
    QTest::addColumn<Places>("expected");
    const auto row = [](const char* name, const QString& reply, const Places& expected) {
        QTest::newRow(name) << reply << expected;
    };
    row("none", "The total is {1,204.50} EUR.", {});
    row("fenced list",
        "Here:\n```json\n[\n\t{\"bbox_2d\": [120, 40, 420, 240], \"label\": \"total\"},\n"
        "\t{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"date\"}\n]\n```\nThat is all.",
        {box(120, 40, 420, 240, "total"), box(1, 2, 3, 4, "date")});
    row("bare object", "{\"bbox_2d\": [0, 0, 1000, 1000]}", {box(0, 0, 1000, 1000)});
    row("point", "{\"point_2d\": [500, 250], \"label\": \"the button\"}", {point(500, 250, "the button")});
    row("fractions", "{\"bbox_2d\": [0.5, 1.25, 2, 3]}", {box(0.5, 1.25, 2, 3)});
    row("within another object",
        "{\"objects\": [{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"a\"}, {\"point_2d\": [5, 6]}], \"count\": "
        "2}",
        {box(1, 2, 3, 4, "a"), point(5, 6)});
    row("text of a form", "[{\"bbox_2d\": [1,2,3,4], \"text_content\": \"EUR 12\"}]",
        {box(1, 2, 3, 4, "EUR 12")});
    row("brackets in a label", "{\"label\": \"a } b \\\" { c\", \"bbox_2d\": [1,2,3,4]}",
        {box(1, 2, 3, 4, "a } b \" { c")});
    row("after a lone brace", "A set {x\nand {\"bbox_2d\": [1,2,3,4]}", {box(1, 2, 3, 4)});
    row("after a quote that nothing closes", "{ \"open\n} {\"bbox_2d\": [1,2,3,4]}", {box(1, 2, 3, 4)});
    row("incomplete", "[{\"bbox_2d\": [1,2,3,4]}, {\"bbox_2d\": [5, 6, 7", {box(1, 2, 3, 4)});
    row("swapped corners", "{\"bbox_2d\": [420, 240, 120, 40]}", {box(120, 40, 420, 240)});
    row("negative and huge", "{\"bbox_2d\": [-50, -1e300, 500, 1e300]}", {box(0, 0, 500, 1000)});
    row("outside", "{\"bbox_2d\": [1200, 10, 1e9, 20]} {\"point_2d\": [-3, 2000]}", {point(0, 1000)});
    row("no number",
        "{\"bbox_2d\": [NaN, 1, 2, 3]} {\"bbox_2d\": [\"1\", 1, 2, 3]} {\"bbox_2d\": [null,1,2,3]}", {});
    row("infinite", "{\"bbox_2d\": [1e999, 1, 2, 3]}", {});
    row("wrong count", "{\"bbox_2d\": [1,2,3]} {\"point_2d\": [1,2,3]} {\"bbox_2d\": []} {\"bbox_2d\": 7}",
        {});
    row("empty box", "{\"bbox_2d\": [5, 5, 5, 9]}", {});
    row("picture by key",
        "{\"bbox_2d\": [1,2,3,4], \"picture\": 2} {\"image\": \"Picture 3\", \"bbox_2d\": [1,2,3,4]}",
        {box(1, 2, 3, 4, {}, 2), box(1, 2, 3, 4, {}, 3)});
    row("picture by prose",
        "In Picture 2:\n{\"bbox_2d\": [1,2,3,4]}\nIn image 1, at 7:\n{\"bbox_2d\": [5,6,7,8]}",
        {box(1, 2, 3, 4, {}, 2), box(5, 6, 7, 8, {}, 1)});
    row("picture in Chinese", QString::fromUtf8("在图2中：{\"bbox_2d\": [1,2,3,4]}"),
        {box(1, 2, 3, 4, {}, 2)});
    row("picture that cannot be", "Picture 0 {\"bbox_2d\": [1,2,3,4], \"image\": -4}", {box(1, 2, 3, 4)});
    row("deep", QString("{\"a\":").repeated(50) + "{\"bbox_2d\":[1,2,3,4]}" + QString("}").repeated(50),
        {box(1, 2, 3, 4)});
}

void NamedPlacesTest::replies() {
    QFETCH(const QString, reply);
    QFETCH(const Places, expected);
    const Places found = namedPlaces(reply);
    QCOMPARE(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        QCOMPARE(found[i].area, expected[i].area);
        QCOMPARE(found[i].label, expected[i].label);
        QCOMPARE(found[i].is_point, expected[i].is_point);
        QCOMPARE(found[i].picture, expected[i].picture);
    }
}

// However a reply is cut, what was found at its end is the same, and nothing that was found goes again.
void NamedPlacesTest::repliesInPieces() {
    const QString reply = QString::fromUtf8(
        "Picture 2: ```json\n[{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"名 \\\"x\\\"\"},\n"
        "{\"point_2d\": [5, 6]}]\n``` and 图3 {\"bbox_2d\": [7, 8, 9, 10]}");
    const Places whole = namedPlaces(reply);
    QCOMPARE(whole.size(), std::size_t{3});
    QCOMPARE(whole[2].picture, 3);
    for (int size = 1; size < 9; ++size) {
        NamedPlaces places;
        std::size_t before = 0;
        for (qsizetype at = 0; at < reply.size(); at += size) {
            places.append(QStringView(reply).mid(at, size));
            QVERIFY(places.places().size() >= before);
            before = places.places().size();
        }
        QVERIFY(places.places() == whole);
    }
}

void NamedPlacesTest::aPlaceCountsWhenItsObjectIsWhole() {
    NamedPlaces places;
    places.append(u"[{\"bbox_2d\": [1, 2, 3, 4]");
    QVERIFY(places.places().empty());
    places.append(u", \"label\": \"a\"}");
    QCOMPARE(places.places().size(), std::size_t{1});
}

void NamedPlacesTest::pixelsOfTheOriginal_data() {
    QTest::addColumn<QSize>("size");
    QTest::newRow("screen") << QSize(1920, 1080);
    QTest::newRow("tiny") << QSize(7, 3);
    QTest::newRow("one pixel") << QSize(1, 1);
    QTest::newRow("long") << QSize(32768, 4);
}

void NamedPlacesTest::pixelsOfTheOriginal() {
    QFETCH(const QSize, size);
    for (const auto& [left, top, right, bottom] : {std::array<double, 4>{120, 40, 420, 240},
                                                   {0, 0, 1000, 1000},
                                                   {999, 999, 1000, 1000},
                                                   {0, 0, 1, 1}}) {
        const NamedPlace place = box(left, top, right, bottom);
        const QRectF on = place.on(size);
        QVERIFY(std::abs(on.left() - left / 1000 * size.width()) < 1e-6);
        QVERIFY(std::abs(on.top() - top / 1000 * size.height()) < 1e-6);
        QVERIFY(std::abs(on.right() - right / 1000 * size.width()) < 1e-6);
        QVERIFY(std::abs(on.bottom() - bottom / 1000 * size.height()) < 1e-6);
        const QRect pixels = place.pixels(size);
        QVERIFY(!pixels.isEmpty());
        QVERIFY(QRect(QPoint(), size).contains(pixels));
        QVERIFY(std::abs(pixels.left() - on.left()) <= 1);
        QVERIFY(std::abs(pixels.top() - on.top()) <= 1);
        QVERIFY(std::abs(pixels.left() + pixels.width() - on.right()) <= 1);
        QVERIFY(std::abs(pixels.top() + pixels.height() - on.bottom()) <= 1);
    }
    for (const double at : {0.0, 500.0, 1000.0}) {
        const QRect around = point(at, at).pixels(size);
        QVERIFY(!around.isEmpty());
        QVERIFY(QRect(QPoint(), size).contains(around));
    }
}

void NamedPlacesTest::floodsAreBounded() {
    QString boxes = "[";
    for (int i = 0; i < 100'000; ++i)
        boxes += QStringLiteral("{\"bbox_2d\": [%1, 1, 999, 2]},").arg(i % 900);
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(namedPlaces(boxes).size(), NamedPlaces::most_places);
    // Neither an object that never ends, nor a great many open ones, nor strings within strings.
    QVERIFY(namedPlaces("{\"bbox_2d\": [1,2,3,4], \"label\": \"" + QString(5'000'000, 'x')).empty());
    QVERIFY(namedPlaces(QString(3'000'000, '{')).empty());
    QVERIFY(namedPlaces(QString("{\"").repeated(1'000'000)).empty());
    QVERIFY(namedPlaces(QString("{\"a_2d\":").repeated(500'000) + QString("}").repeated(500'000)).empty());
    QVERIFY2(clock.elapsed() < 10'000, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(namedPlaces(QString(100'000, '{') + "\n{\"bbox_2d\": [1,2,3,4]}").size(), std::size_t{1});
}

void NamedPlacesTest::labelsAreOneHarmlessLine() {
    const QString label = "a\\nb\\u202Ecod.exe\\u0007 <b>x</b> " + QString(500, 'y');
    const Places found = namedPlaces("{\"bbox_2d\": [1,2,3,4], \"label\": \"" + label + "\"}");
    QCOMPARE(found.size(), std::size_t{1});
    QVERIFY(found[0].label.startsWith(QString("a b") + QChar::ReplacementCharacter + "cod.exe"));
    QVERIFY(found[0].label.size() <= 80);
    QVERIFY(!found[0].label.contains('\n'));
}

namespace {

ShownMessage question(int pictures) {
    ShownMessage message;
    message.role = "user";
    message.pictures.resize(static_cast<std::size_t>(pictures));
    return message;
}

ShownMessage reply(const QString& text) {
    ShownMessage message;
    message.role = "assistant";
    message.text = text;
    return message;
}

const QString first_box = "{\"bbox_2d\": [1,2,3,4]}";

}  // namespace

void NamedPlacesTest::placesLieOnThePicturesThatWereAskedAbout() {
    MessageListModel messages;
    messages.append(question(2));
    messages.append(reply(first_box + " Picture 2 {\"bbox_2d\": [5,6,7,8]}"));
    messages.append(question(0));
    messages.append(reply("{\"point_2d\": [9,9]}"));
    messages.append(question(1));
    messages.append(reply("{\"bbox_2d\": [11,12,13,14]}"));
    const ReplyPlaces places(messages);
    QCOMPARE(places.on(0, 0), (Places{box(1, 2, 3, 4), point(9, 9)}));
    QCOMPARE(places.on(0, 1), Places{box(5, 6, 7, 8, {}, 2)});
    QVERIFY(places.on(0, 2).empty());
    QVERIFY(places.on(-1, 0).empty());
    QVERIFY(places.on(6, 0).empty());
    QCOMPARE(places.on(4, 0), Places{box(11, 12, 13, 14)});
    const QVariantMap shown = places.onPicture(4, 0).at(0).toMap();
    QCOMPARE(shown["x"].toDouble(), 0.011);
    QCOMPARE(shown["height"].toDouble(), 0.002);
    QCOMPARE(shown["number"].toInt(), 1);
}

void NamedPlacesTest::placesFollowTheConversation() {
    MessageListModel messages;
    ReplyPlaces places(messages);
    messages.append(question(1));
    messages.append(reply({}));
    int revision = places.revision();
    messages.appendText(1, first_box.left(10));
    QCOMPARE(places.revision(), revision);  // nothing to draw anew
    messages.appendText(1, first_box.mid(10));
    QVERIFY(places.revision() > revision);
    QCOMPARE(places.on(0, 0).size(), std::size_t{1});
    // A text that is replaced, not continued: another branch.
    messages.update(1, reply("{\"point_2d\": [1,2]}"));
    QCOMPARE(places.on(0, 0), Places{point(1, 2)});
    revision = places.revision();
    messages.removeFrom(1);
    QVERIFY(places.on(0, 0).empty());
    QVERIFY(places.revision() > revision);
    messages.append(reply(first_box));
    QCOMPARE(places.on(0, 0).size(), std::size_t{1});
    messages.clear();
    QVERIFY(places.on(0, 0).empty());
}

QTEST_GUILESS_MAIN(NamedPlacesTest)
#include "named_places_test.moc"
