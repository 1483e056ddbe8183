// The real program on a real X server (Xvfb), driven by xdotool: it shows its window, takes a question from
// the command line and from the keyboard while the model is still loading, answers with the demo model, keeps
// what was said and what was not sent, goes on with it after a restart, and closes with exit code 0.
#include <QTest>

#include "tests/system/displayed_program.h"
#include "tests/test_paths.h"

using namespace sightline::test;

namespace {

const QString sample = test_paths::source("resources/samples/message.png");
const QString read_it = QStringLiteral("Read the text in this image.");

}  // namespace

class WindowSmokeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        const QString why_not = program_.startServer();
        if (!why_not.isEmpty()) QSKIP(qPrintable(why_not));
    }
    void init() { program_.makeHome(); }
    void cleanup() { program_.killHard(); }

    void questionOfTheCommandLineIsAnswered();
    void enterWhileTheModelLoadsIsNotLost();
    void draftIsKeptWhenTheWindowIsClosed();
    void conversationGoesOnAfterARestart();

  private:
    bool answered() {
        return program_.waitFor([this] {
            return program_.kept("SELECT parts FROM messages WHERE role = 'assistant' AND state = 'complete'")
                .contains("could not be opened");
        });
    }
    DisplayedProgram program_;
};

void WindowSmokeTest::questionOfTheCommandLineIsAnswered() {
    QVERIFY2(program_.start({sample, read_it}), program_.complaints().constData());
    QVERIFY(answered());
    QVERIFY(program_.isRunning());
    QCOMPARE(program_.close(), QString());
}

void WindowSmokeTest::enterWhileTheModelLoadsIsNotLost() {
    QVERIFY2(program_.start({sample}), program_.complaints().constData());
    QVERIFY(program_.takeFocus());
    // Typed as soon as there is a window: model and picture are rarely ready by then.
    program_.type(read_it);
    program_.key("Return");
    QVERIFY(answered());
    QVERIFY(program_.isRunning());
    QCOMPARE(program_.close(), QString());
}

void WindowSmokeTest::draftIsKeptWhenTheWindowIsClosed() {
    QVERIFY2(program_.start(), program_.complaints().constData());
    QVERIFY(program_.takeFocus());
    program_.type("half a thought");
    QCOMPARE(program_.close(), QString());
    QCOMPARE(program_.kept("SELECT draft_text FROM conversations"), QString("half a thought"));
    QVERIFY2(program_.start(), program_.complaints().constData());
    QVERIFY(program_.takeFocus());
    program_.key("End");
    program_.type(" and the other half");
    QCOMPARE(program_.close(), QString());
    QCOMPARE(program_.kept("SELECT draft_text FROM conversations"),
             QString("half a thought and the other half"));
}

void WindowSmokeTest::conversationGoesOnAfterARestart() {
    QVERIFY2(program_.start({sample, read_it}), program_.complaints().constData());
    QVERIFY(answered());
    QCOMPARE(program_.close(), QString());
    QVERIFY2(program_.start(), program_.complaints().constData());
    QVERIFY(program_.takeFocus());
    program_.type("What does it say?");
    program_.key("Return");
    const QString replies = "SELECT count(*) FROM messages WHERE role = 'assistant' AND state = 'complete'";
    QVERIFY(program_.waitFor([&] { return program_.kept(replies) == "2"; }));
    QCOMPARE(program_.kept("SELECT count(*) FROM conversations"), QString("1"));
    QCOMPARE(program_.close(), QString());
}

QTEST_GUILESS_MAIN(WindowSmokeTest)
#include "window_smoke_test.moc"
