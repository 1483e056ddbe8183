// layer_check: float32 is itself, less is further away, and large channels cost more.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "tests/test_paths.h"

class LayerCheckTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void float32IsItself();
    void lessIsFurtherAway();
    void largeChannelsCostMore();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();

  private:
    static QJsonArray results(const QString& model, const QString& precisions);
    static QString demo() { return test_paths::source("resources/demo-model"); }
};

QJsonArray LayerCheckTest::results(const QString& model, const QString& precisions) {
    QProcess process;
    process.start(test_paths::engineTool("layer_check"),
                  {"--model", model, "--precisions", precisions, "--size", "256x192", "--tokens", "8"});
    if (!process.waitForFinished(300'000) || process.exitCode() != 0) {
        qWarning() << process.readAllStandardError();
        return {};
    }
    return QJsonDocument::fromJson(process.readAllStandardOutput()).object()["results"].toArray();
}

void LayerCheckTest::float32IsItself() {
    const QJsonArray all = results(demo(), "float32");
    QCOMPARE(all.size(), 1);
    const QJsonObject errors = all[0]["errors"].toObject();
    // 5 blocks, what DeepStack takes, the merged features, 4 layers, the logits.
    QVERIFY(errors.size() >= 5 + 1 + 4 + 1);
    for (const QString& stage : errors.keys())
        QCOMPARE(errors[stage].toDouble(-1), 0.0);
    QCOMPARE(all[0]["same_top"].toDouble(), 1.0);
}

void LayerCheckTest::lessIsFurtherAway() {
    const QJsonArray all = results(demo(), "bf16,int8,int4");
    QCOMPARE(all.size(), 3);
    for (const char* stage : {"text.layer_out.0", "text.layer_out.3", "logits"}) {
        double last = 0;
        for (const QJsonValue& result : all) {
            const double error = result["errors"][stage].toDouble(-1);
            QVERIFY2(error > last && error < 0.5, stage);
            last = error;
        }
    }
}

void LayerCheckTest::largeChannelsCostMore() {
    double last = 0;
    for (const QStringList& outliers : {QStringList(), QStringList{"--outliers", "0.02,50"}}) {
        const QTemporaryDir model;
        QProcess maker;
        maker.start("python3",
                    QStringList{test_paths::source("tests/make_checkpoint.py"), model.path(), "--preset",
                                "tiny", "--set", "vision_config.hidden_size=128", "--set",
                                "vision_config.num_heads=2", "--set", "text_config.hidden_size=128"} +
                        outliers);
        QVERIFY(maker.waitForFinished(60'000) && maker.exitCode() == 0);
        const QJsonArray all = results(model.path(), "int8");
        QCOMPARE(all.size(), 1);
        const double error = all[0]["errors"]["text.layer_out.1"].toDouble(-1);
        QVERIFY2(error > 1.3 * last, qPrintable(QString("%1 after %2").arg(error).arg(last)));
        last = error;
    }
}

void LayerCheckTest::saysWhatIsWrong_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("sentence");
    QTest::newRow("no model") << QStringList{} << 2 << QByteArray("--model DIR is needed");
    QTest::newRow("no such precision") << QStringList{"--model", demo(), "--precisions", "int3"} << 2
                                       << QByteArray("'int3' is no precision");
    QTest::newRow("no size") << QStringList{"--model", demo(), "--size", "512"} << 2
                             << QByteArray("'512' is no size");
    QTest::newRow("no folder") << QStringList{"--model", "/nowhere"} << 1 << QByteArray("/nowhere");
}

void LayerCheckTest::saysWhatIsWrong() {
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    QFETCH(QByteArray, sentence);
    QProcess process;
    process.start(test_paths::engineTool("layer_check"), arguments);
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitCode(), code);
    const QByteArray said = process.readAllStandardError();
    QVERIFY2(said.contains(sentence), said.constData());
}

QTEST_GUILESS_MAIN(LayerCheckTest)
#include "layer_check_test.moc"
