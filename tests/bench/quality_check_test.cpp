// quality_check on the demo model and one of its samples: float32 is itself, and less is further away.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "tests/test_paths.h"

class QualityCheckTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase();
    void float32IsItself();
    void lessIsFurtherAway();
    void dumpIsComplete();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();

  private:
    QJsonArray results(const QStringList& more);
    static QJsonObject of(const QJsonArray& results, const QString& precision, const QString& path);

    QTemporaryDir folder_;
    QString texts_;
};

void QualityCheckTest::initTestCase() {
    QVERIFY(QFile::copy(test_paths::source("resources/samples/line.png"), folder_.filePath("line.png")));
    texts_ = folder_.filePath("texts.json");
    QFile file(texts_);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        R"([{"name": "line", "messages": [{"role": "user", "content": [{"type": "image", "image": "line.png"},
        {"type": "text", "text": "Read the text in this image."}]}], "template_kwargs": {"add_generation_prompt": true},
        "reply": "Connection lost, trying again in 30 seconds"}])");
}

QJsonArray QualityCheckTest::results(const QStringList& more) {
    QProcess process;
    process.start(
        test_paths::engineTool("quality_check"),
        QStringList{"--model", test_paths::source("resources/demo-model"), "--texts", texts_} + more);
    if (!process.waitForFinished(300'000) || process.exitCode() != 0) {
        qWarning() << process.readAllStandardError();
        return {};
    }
    return QJsonDocument::fromJson(process.readAllStandardOutput()).object()["results"].toArray();
}

QJsonObject QualityCheckTest::of(const QJsonArray& results, const QString& precision, const QString& path) {
    for (const QJsonValue& result : results)
        if (result["precision"] == precision && result["path"] == path) return result.toObject();
    return {};
}

void QualityCheckTest::float32IsItself() {
    const QJsonArray all = results({"--precisions", "float32"});
    QCOMPARE(of(all, "float32", "prefill")["divergence_p99"].toDouble(-1), 0.0);
    QCOMPARE(of(all, "float32", "prefill")["same_top"].toDouble(), 1.0);
    // By other kernels, whose sums have another order.
    QVERIFY(qAbs(of(all, "float32", "decode")["divergence_p99"].toDouble(-1)) < 1e-9);
    QCOMPARE(of(all, "float32", "decode")["same_top"].toDouble(), 1.0);
    // The tokens of the line and its end.
    QCOMPARE(of(all, "float32", "decode")["positions"].toInt(), 42);
}

void QualityCheckTest::lessIsFurtherAway() {
    const QJsonArray all = results({});
    double last = 1e-8;
    for (const char* precision : {"bf16", "int8", "int4"}) {
        for (const char* path : {"prefill", "decode", "decoder"}) {
            const QJsonObject result = of(all, precision, path);
            QVERIFY2(result["divergence_mean"].toDouble(-1) > last, path);
            QVERIFY2(result["divergence_mean"].toDouble() < 0.1, path);
            QVERIFY2(result["same_top"].toDouble() > 0.9, path);
        }
        last = of(all, precision, "prefill")["divergence_mean"].toDouble();
    }
}

void QualityCheckTest::dumpIsComplete() {
    const QString dump = folder_.filePath("dump");
    QVERIFY(!results({"--precisions", "float32", "--dump", dump}).isEmpty());
    QFile file(dump + "/index.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject text = QJsonDocument::fromJson(file.readAll()).array().at(0).toObject();
    const int tokens = static_cast<int>(text["ids"].toArray().size());
    QCOMPARE(static_cast<int>(text["positions"].toArray().size()), tokens);
    const int scored = tokens - text["scored"].toInt();
    QCOMPARE(QFile(dump + "/line.logits").size(), qint64{4} * scored * text["vocabulary"].toInt());
    // 480 x 32 pixels: 15 tokens; hidden size 256, one DeepStack feature.
    QCOMPARE(static_cast<int>(text["picture_tokens"].toArray().size()), 15);
    QCOMPARE(QFile(dump + "/line.features").size(), qint64{4} * 15 * 512);
}

void QualityCheckTest::saysWhatIsWrong_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("sentence");
    const QString model = test_paths::source("resources/demo-model");
    QTest::newRow("no model") << QStringList{"--model", "/nowhere", "--texts", texts_} << 1
                              << QByteArray("/nowhere");
    QTest::newRow("no texts") << QStringList{"--model", model, "--texts", "/nowhere.json"} << 1
                              << QByteArray("/nowhere.json");
    QTest::newRow("no such precision")
        << QStringList{"--model", model, "--texts", texts_, "--precisions", "int3"} << 2
        << QByteArray("'int3' is no precision");
    QTest::newRow("nothing") << QStringList{} << 2 << QByteArray("usage: quality_check");
}

void QualityCheckTest::saysWhatIsWrong() {
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    QFETCH(QByteArray, sentence);
    QProcess process;
    process.start(test_paths::engineTool("quality_check"), arguments);
    QVERIFY(process.waitForFinished(100'000));
    QCOMPARE(process.exitCode(), code);
    QVERIFY(process.readAllStandardError().contains(sentence));
}

QTEST_GUILESS_MAIN(QualityCheckTest)
#include "quality_check_test.moc"
