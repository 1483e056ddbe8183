// golden_check on the excerpt in tests/data, in float32 and bfloat16, and on the full reference set where
// there is one.
#include <QProcess>
#include <QTest>

#include "tests/inference/networks/golden_data.h"
#include "tests/test_paths.h"

using namespace sightline;

class GoldenTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void matchesTheReference_data();
    void matchesTheReference();
    void saysWhatIsWrong();
};

void GoldenTest::matchesTheReference_data() {
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("dtype");
    const QString excerpt = QString::fromStdString((test::testData() / "golden").string());
    QTest::newRow("excerpt, float32") << excerpt << "float32";
    QTest::newRow("excerpt, bfloat16") << excerpt << "bfloat16";
    const QString full = QString::fromStdString(test::goldenFolder().string());
    QTest::newRow("full set, float32") << full << "float32";
    QTest::newRow("full set, bfloat16") << full << "bfloat16";
}

void GoldenTest::matchesTheReference() {
    QFETCH(QString, folder);
    QFETCH(QString, dtype);
    if (folder.isEmpty()) QSKIP("the full reference set is not here");
    QProcess process;
    process.start(test_paths::engineTool("golden_check"), {folder, "--dtype", dtype, "--threads", "1"});
    QVERIFY(process.waitForFinished(500'000));
    const QByteArray output = process.readAllStandardOutput();
    const QByteArray errors = process.readAllStandardError();
    QVERIFY2(process.exitCode() == 0, (output + errors).constData());
    QVERIFY2(output.contains(" passed, 0 failed"), output.constData());
    QVERIFY(output.count("\nPASS  case") >= 5);
}

void GoldenTest::saysWhatIsWrong() {
    QProcess process;
    process.start(test_paths::engineTool("golden_check"), {"/nowhere"});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(process.readAllStandardError().contains("/nowhere"));
    process.start(test_paths::engineTool("golden_check"), {});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 2);
}

QTEST_GUILESS_MAIN(GoldenTest)
#include "golden_test.moc"
