// The whole main job in the real window by keyboard alone: attach, ask, stop, go on, begin anew, search,
// open, rename, delete, undo. And a kill in the middle of it: everything is there again, what was not sent
// too.
#include <QFile>
#include <QImage>
#include <QTest>

#include "tests/app/history/history_fixture.h"
#include "tests/system/displayed_program.h"
#include "tests/test_paths.h"

using namespace sightline::test;

namespace {

const QString sample = test_paths::source("resources/samples/message.png");
const QString read_it = QStringLiteral("Read the text in this image.");
const QString replies = QStringLiteral("SELECT count(*) FROM messages WHERE role = 'assistant' AND state = ");

}  // namespace

class WindowKeyboardTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init() { program_.makeHome(); }
    void cleanup() { program_.killHard(); }

    void theMainJobByKeyboardAlone();
    void everythingIsThereAfterAKill();
    void emptiedMeansInNoFile();

  private:
    bool waitForReplies(int count) {
        return program_.waitFor(
            [&] { return program_.kept(replies + "'complete'") == QString::number(count); });
    }
    bool waitForTitle(const QString& title) {
        return program_.waitFor([&] { return program_.title().startsWith(title); });
    }
    // Presses it until `condition` holds: what is pressed before the window is ready for it does nothing.
    bool press(const QString& keys, const std::function<bool()>& condition) {
        return program_.waitFor([&] {
            if (condition()) return true;
            program_.key(keys);
            return condition();
        });
    }
    bool waitForFocus(const QString& name) {
        return program_.waitFor([&] { return program_.focus() == name; });
    }
    bool tabTo(const QString& name) {
        return press("Tab", [&] { return program_.focus() == name; });
    }
    DisplayedProgram program_;
};

void WindowKeyboardTest::initTestCase() {
    const QString why_not = program_.startServer();
    if (!why_not.isEmpty()) QSKIP(qPrintable(why_not));
}

void WindowKeyboardTest::theMainJobByKeyboardAlone() {
    // The only file where the file dialog begins.
    QVERIFY(QFile::copy(sample, program_.home() + "/message.png"));
    QVERIFY2(program_.start(), program_.complaints().constData());
    QVERIFY(program_.waitUntilUsable());

    // Attach: the dialog's list has the focus, its first row is the file.
    program_.key("ctrl+o");
    const QString drafts = "SELECT count(*) FROM draft_attachments";
    QVERIFY(press("Return", [&] { return program_.kept(drafts) == "1"; }));

    // Type and send.
    program_.type(read_it);
    program_.key("Return");
    QVERIFY(waitForReplies(1));
    QVERIFY(
        program_.kept("SELECT parts FROM messages WHERE role = 'assistant'").contains("could not be opened"));
    QVERIFY(waitForTitle(read_it.left(20)));

    // Stop.
    program_.type("Say it again and again");
    program_.key("Return");
    QVERIFY(program_.waitFor([&] { return program_.kept("SELECT count(*) FROM messages") == "4"; }));
    program_.key("Escape");
    QVERIFY(waitForReplies(2));

    // Another conversation, which is found by the answer of the first one and left for it.
    program_.key("ctrl+n");
    QVERIFY(waitForTitle("New conversation"));
    program_.type("unsent words");
    QVERIFY(program_.waitFor([&] {
        return program_.kept("SELECT count(*) FROM conversations WHERE draft_text = 'unsent words'") == "1";
    }));
    program_.key("ctrl+k");
    program_.type("could not be op");
    QVERIFY(program_.waitFor([&] { return program_.trace("found").contains("found 1"); }));
    QVERIFY(press("Return", [&] { return program_.title().startsWith(read_it.left(20)); }));

    // Rename, in the list.
    program_.key("ctrl+k");
    program_.key("Escape");  // ends the search
    program_.key("Down");
    program_.key("F2");
    program_.type("A name of my own");
    program_.key("Return");
    const auto count = [&](const QString& condition) {
        return program_.kept("SELECT count(*) FROM conversations WHERE " + condition).toInt();
    };
    QVERIFY(program_.waitFor([&] { return count("title = 'A name of my own' AND title_given") == 1; }));

    // Delete and undo, in the list.
    QVERIFY(press("Delete", [&] { return count("trashed IS NOT NULL") == 1; }));
    QVERIFY(press("ctrl+z", [&] { return count("trashed IS NOT NULL") == 0; }));
    QCOMPARE(count("1"), 2);
    QCOMPARE(program_.close(), QString());
}

void WindowKeyboardTest::everythingIsThereAfterAKill() {
    const QString second = test_paths::source("resources/samples/message.png");
    QVERIFY2(program_.start({sample, read_it}), program_.complaints().constData());
    QVERIFY(program_.waitUntilUsable());
    QVERIFY(waitForReplies(1));
    // Two pictures and a text that wait: one that is in the history already, one that is not.
    QImage other(60, 60, QImage::Format_RGB32);
    other.fill(Qt::darkCyan);
    const QString drawn = program_.home() + "/drawn.png", list = program_.home() + "/list";
    QVERIFY(other.save(drawn));
    QFile file(list);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QUrl::fromLocalFile(second).toEncoded() + "\r\n" + QUrl::fromLocalFile(drawn).toEncoded() +
               "\r\n");
    file.close();
    DataSource manager(program_.environment(), {"drag", "700", "300", "text/uri-list=" + list});
    QVERIFY(manager.waitFor("finished 1"));
    QVERIFY(program_.takeFocus());
    program_.type("half a thought");
    const QString waiting =
        "SELECT draft_text || json_array_length(draft_parts) FROM conversations WHERE draft_text <> ''";
    QVERIFY(program_.waitFor([&] { return program_.kept(waiting) == "half a thought2"; }));
    const QStringList before = program_.keptColumn("SELECT role || state || parts FROM messages ORDER BY id");
    const QString title = program_.title();
    program_.killHard();

    QVERIFY2(program_.start(), program_.complaints().constData());
    QVERIFY(program_.waitUntilUsable());
    QVERIFY(waitForTitle(title));
    QCOMPARE(program_.keptColumn("SELECT role || state || parts FROM messages ORDER BY id"), before);
    // In the window too: what is written goes on behind it, and all of it is sent.
    program_.key("End");
    program_.type(" and the other half");
    program_.key("Return");
    QVERIFY(waitForReplies(2));
    QCOMPARE(
        program_.kept("SELECT json_extract(parts, '$[2].text') || (SELECT count(*) FROM message_attachments "
                      "WHERE message = messages.id) FROM messages WHERE role = 'user' ORDER BY id DESC"),
        QString("half a thought and the other half2"));
    QCOMPARE(program_.close(), QString());
}

// Conversation, title, draft, attachment and its name, what was read, caches, settings: of a program that has
// really shown it.
void WindowKeyboardTest::emptiedMeansInNoFile() {
    const QString marker = "zqxmarkerzqx";
    QVERIFY(QFile::copy(sample, program_.home() + '/' + marker + ".png"));
    QVERIFY2(program_.start({program_.home() + '/' + marker + ".png", marker + " is what I ask"}),
             program_.complaints().constData());
    QVERIFY(program_.waitUntilUsable());
    QVERIFY(waitForReplies(1));
    program_.type(marker + " unsent");
    QVERIFY(program_.waitFor(
        [&] { return program_.kept("SELECT count(*) FROM conversations WHERE draft_text <> ''") == "1"; }));
    QVERIFY(QFile::remove(program_.home() + '/' + marker + ".png"));
    QVERIFY(!filesWith(program_.home(), marker.toLatin1()).isEmpty());
    program_.key("ctrl+k");
    program_.key("Down");
    QVERIFY(press("Delete", [&] {
        return program_.kept("SELECT count(*) FROM conversations WHERE trashed IS NOT NULL") == "1";
    }));
    const auto files = [&] { return filesWith(program_.home(), marker.toLatin1()); };
    QVERIFY(tabTo("trashToggle"));
    program_.key("Return");
    QVERIFY(waitForFocus("trashClose"));
    QVERIFY(tabTo("emptyTrash"));
    program_.key("Return");
    QVERIFY(waitForFocus("emptyTrashCancel"));
    QVERIFY(tabTo("emptyTrashConfirm"));
    program_.key("Return");
    QVERIFY(program_.waitFor([&] {
        return program_.kept(
                   "SELECT (SELECT count(*) FROM conversations) + (SELECT count(*) FROM pending)") == "0";
    }));
    QVERIFY2(program_.waitFor([&] { return files().isEmpty(); }), qPrintable(files().join(", ")));
    QCOMPARE(program_.close(), QString());
    QCOMPARE(files(), QStringList());
}

QTEST_GUILESS_MAIN(WindowKeyboardTest)
#include "window_keyboard_test.moc"
