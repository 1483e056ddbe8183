#include <QTest>
class HistoryFailuresTest : public QObject {
    Q_OBJECT
};
QTEST_GUILESS_MAIN(HistoryFailuresTest)
#include "history_failures_test.moc"
