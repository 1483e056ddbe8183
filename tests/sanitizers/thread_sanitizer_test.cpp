// ThreadSanitizer sees what the threads of a program do that has started another one: see tsan_clone.cpp.
#include <QProcess>
#include <QTest>

#include "tests/test_paths.h"

class ThreadSanitizerTest : public QObject {
    Q_OBJECT

    QByteArray reportsOf(const QString& what) {
        QProcess process;
        process.start(test_paths::testProgram("hand_over"), {what});
        if (!process.waitForFinished(120'000)) return "it does not end";
        return process.readAllStandardError();
    }

  private Q_SLOTS:
    void aGuardedHandOverIsFine() { QCOMPARE(reportsOf("guarded"), QByteArray()); }
    void aRaceIsReported() {
        const QByteArray said = reportsOf("race");
        QVERIFY2(said.contains("data race") && said.contains("hand_over.cpp"), said.constData());
    }
};

QTEST_GUILESS_MAIN(ThreadSanitizerTest)
#include "thread_sanitizer_test.moc"
