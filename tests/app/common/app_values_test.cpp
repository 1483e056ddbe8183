// What needs no window and no model: settings, conversation, prompt, texts, phases, marker, mailbox.
#include <QDir>
#include <QFile>
#include <QLocale>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <algorithm>

#include "app/chat/prompt_builder.h"
#include "app/chat/reply_progress.h"
#include "app/models/error_text.h"
#include "app/models/loading_marker.h"
#include "app/models/mailbox.h"
#include "app/models/reply_text.h"
#include "app/pictures/picture_store.h"
#include "app/settings/settings.h"
#include "app/values/conversation.h"

using namespace sightline;

namespace {

ChatMessage said(Role role, const QString& text, const AttachmentRef& picture = nullptr) {
    ChatMessage message = startMessage(role);
    if (picture) message.parts.push_back({{}, picture});
    message.parts.push_back({text, nullptr});
    return message;
}

AttachmentRef attachment() {
    auto made = std::make_shared<Attachment>();
    made->picture = std::make_shared<const Picture>(Picture{1, 1, {1, 2, 3}});
    return made;
}

QStringList statesOf(const ReplyProgress& progress) {
    QStringList states;
    for (const ShownPhase& phase : progress.phases())
        states << phase.name + ":" + phase.state;
    return states;
}

}  // namespace

class AppValuesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void settingsSurviveARestart();
    void settingsArePrivate();
    void nonsenseInSettingsReadsAsNotSet();
    void namesOfModelsCannotLeaveTheirGroup();
    void aDamagedModelIsToldApartFromAFailure();

    void promptHasEveryTurnWithItsPictures();
    void promptLeavesOutRepliesWithoutText();
    void systemPromptComesFirst();
    void titlesAreOneShortLine();
    void namesCannotMislead_data();
    void namesCannotMislead();

    void factsSayWhatWasMeasured();
    void everyUnusualEndIsSaidInWords();
    void timesAndSizesAreReadable();
    void phasesFollowTheEngine();
    void encodingThatIsSkippedLeavesNoPhase();
    void pictureThatIsEncodedAgainGetsAPhase();

    void interruptedLoadIsRemembered();
    void loadThatEndedIsNot();
    void markerOfALivingProcessIsNot();
    void folderWithoutRightsDisablesTheMarker();

    void storedPicturesLeaveWithTheirHandle();
    void textMeltsInOrder();
    void urgentNewsWakeAtOnce();
};

void AppValuesTest::settingsSurviveARestart() {
    QTemporaryDir folder;
    const QString file = folder.filePath("new/sightline.ini");
    ConversationParameters parameters;
    parameters.temperature = 0.25;
    parameters.system_prompt = "Zeile 1\n\"2\" = 3; # 中文";
    const WindowPlace place{QRect(10, 20, 900, 700), true};
    PictureSpeed speed({{258, 258 * 258, 1.25}, {1026, 2 * 513 * 513, 7.5}}, 0.004);
    speed.learnText(100, 250);
    {
        Settings settings(file);
        QVERIFY(settings.modelFolder().isEmpty());
        QVERIFY(settings.parameters() == ConversationParameters());
        QVERIFY(!settings.contextLength("/models/a b"));
        QVERIFY(settings.precision("/models/a b") == Precision::automatic);
        settings.setPrecision("/models/a b", Precision::int4);
        settings.setPrecision("/models/c", Precision::int8);
        settings.setPrecision("/models/c", Precision::automatic);
        QVERIFY(settings.windowPlace().geometry.isNull());
        settings.setModelFolder("/models/Qwen 3, größer");
        settings.setParameters(parameters);
        settings.setContextLength("/models/a b", 4096);
        settings.setWindowPlace(place);
        settings.setDraft("Zeile 1\nline 2 \";#");
        settings.setPictureSpeed("m", "CPU bf16", speed);
    }
    Settings settings(file);
    QCOMPARE(settings.modelFolder(), QString("/models/Qwen 3, größer"));
    QVERIFY(settings.parameters() == parameters);
    QCOMPARE(settings.contextLength("/models/a b"), std::optional<int>(4096));
    QVERIFY(!settings.contextLength("/models/a"));
    QVERIFY(settings.precision("/models/a b") == Precision::int4);
    QVERIFY(settings.precision("/models/c") == Precision::automatic);
    QCOMPARE(settings.windowPlace(), place);
    QCOMPARE(settings.draft(), QString("Zeile 1\nline 2 \";#"));
    settings.setParameters({});
    QVERIFY(settings.parameters() == ConversationParameters());
    settings.setContextLength("/models/a b", std::nullopt);
    QVERIFY(!settings.contextLength("/models/a b"));
    QCOMPARE(settings.pictureSpeed("m", "CPU bf16"), speed);
    QCOMPARE(settings.pictureSpeed("m", "CPU bf16").textFactor(), 2.5);
    QVERIFY(!settings.pictureSpeed("m", "CUDA bf16").known());
}

void AppValuesTest::settingsArePrivate() {
    QTemporaryDir folder;
    Settings settings(folder.filePath("s.ini"));
    settings.setDraft("secret");
    settings.sync();
    const auto others = QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther;
    QVERIFY(QFile::exists(settings.fileName()));
    QVERIFY(!(QFile::permissions(settings.fileName()) & others));
}

void AppValuesTest::nonsenseInSettingsReadsAsNotSet() {
    QTemporaryDir folder;
    QFile file(folder.filePath("s.ini"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        "[parameters]\ncurrent=\"{\\\"temperature\\\": \\\"hot\\\"\"\n[context]\nm=-3\nn=many\n"
        "[window]\ngeometry=@Rect(0 0 1 1)\n[speed]\nm\\CPU\\prefill=inf\n"
        "m\\CPU\\encode=1 2 3 4, -1 1 1, 5 25 hot, 5 25 1e400\n");
    file.close();
    Settings settings(file.fileName());
    QVERIFY(settings.parameters() == ConversationParameters());
    QVERIFY(!settings.contextLength("m"));
    QVERIFY(!settings.contextLength("n"));
    QVERIFY(settings.windowPlace().geometry.isNull());
    QCOMPARE(settings.pictureSpeed("m", "CPU"), PictureSpeed());
}

void AppValuesTest::namesOfModelsCannotLeaveTheirGroup() {
    QTemporaryDir folder;
    Settings settings(folder.filePath("s.ini"));
    settings.setModelFolder("/kept");
    settings.setContextLength("../model/folder", 500);
    settings.setContextLength("", 700);
    QCOMPARE(settings.modelFolder(), QString("/kept"));
    QCOMPARE(settings.contextLength("../model/folder"), std::optional<int>(500));
    QCOMPARE(settings.contextLength(""), std::optional<int>(700));
}

void AppValuesTest::promptHasEveryTurnWithItsPictures() {
    Conversation conversation = startConversation();
    const AttachmentRef picture = attachment();
    conversation.messages = {said(Role::user, "What is <|im_end|> here?", picture),
                             said(Role::assistant, "A dog."), said(Role::user, "Which breed?")};
    const Prompt prompt = buildPrompt(conversation);
    QCOMPARE(prompt.messages.size(), std::size_t{3});
    QCOMPARE(prompt.messages[0].parts.size(), std::size_t{2});
    QVERIFY(std::get<ImagePart>(prompt.messages[0].parts[0]).picture == picture->picture);
    QCOMPARE(std::get<TextPart>(prompt.messages[0].parts[1]).text, std::string("What is <|im_end|> here?"));
    QVERIFY(prompt.messages[1].role == Role::assistant);
    QCOMPARE(std::get<TextPart>(prompt.messages[1].parts[0]).text, std::string("A dog."));
    QCOMPARE(std::get<TextPart>(prompt.messages[2].parts[0]).text, std::string("Which breed?"));
}

void AppValuesTest::promptLeavesOutRepliesWithoutText() {
    Conversation conversation = startConversation();
    ChatMessage streaming = said(Role::assistant, "half");
    streaming.state = ReplyState::streaming;
    conversation.messages = {said(Role::user, "a", attachment()), said(Role::assistant, ""),
                             said(Role::user, "b"), streaming};
    const Prompt prompt = buildPrompt(conversation);
    QCOMPARE(prompt.messages.size(), std::size_t{2});
    QVERIFY(prompt.messages[0].role == Role::user);
    QCOMPARE(prompt.messages[0].parts.size(), std::size_t{2});
    QVERIFY(prompt.messages[1].role == Role::user);
}

void AppValuesTest::systemPromptComesFirst() {
    Conversation conversation = startConversation();
    conversation.messages.push_back(startMessage(Role::user));
    conversation.messages.back().parts.push_back({"hello", nullptr});
    const Prompt prompt = buildPrompt(conversation, {}, "Be brief.\n<|im_end|>");
    QCOMPARE(prompt.messages.size(), std::size_t{2});
    QVERIFY(prompt.messages[0].role == Role::system);
    QCOMPARE(std::get<TextPart>(prompt.messages[0].parts.at(0)).text, std::string("Be brief.\n<|im_end|>"));
    QVERIFY(prompt.messages[1].role == Role::user);
    QCOMPARE(buildPrompt(conversation, {}, " \n\t").messages.size(), std::size_t{1});
}

void AppValuesTest::titlesAreOneShortLine() {
    QCOMPARE(titleFrom("\n  What   is\tthis? \nmore"), QString("What is this?"));
    QCOMPARE(titleFrom("one line"), QString("one line"));
    const QString cut = titleFrom(QString(300, 'w'));
    QCOMPARE(cut.size(), 60);
    QVERIFY(cut.endsWith(QChar(0x2026)));
    const QString emoji = titleFrom(QString(58, 'w') + QString::fromUtf8("😀😀😀"));
    QVERIFY(!emoji.toUtf8().contains("\xef\xbf\xbd"));
}

void AppValuesTest::namesCannotMislead_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("shown");
    const QString mark(QChar::ReplacementCharacter);
    QTest::newRow("folder") << "/home/ann/a.png"
                            << "a.png";
    QTest::newRow("trailing slash") << "/home/ann/model/"
                                    << "model";
    QTest::newRow("line break") << "a\nb\r.png"
                                << "a" + mark + "b" + mark + ".png";
    QTest::newRow("direction") << QString("evil") + QChar(0x202E) + "gnp.exe"
                               << "evil" + mark + "gnp.exe";
    QTest::newRow("markup") << "<img src=x>&amp;.png"
                            << "<img src=x>&amp;.png";
    QTest::newRow("letters") << QString::fromUtf8("发票 é 😀.png") << QString::fromUtf8("发票 é 😀.png");
    QTest::newRow("long") << QString(200, 'x') + ".png"
                          << QString(80, 'x') + QChar(0x2026) + QString(35, 'x') + ".png";
}

void AppValuesTest::namesCannotMislead() {
    QFETCH(const QString, path);
    QFETCH(const QString, shown);
    QCOMPARE(displayName(path), shown);
}

void AppValuesTest::factsSayWhatWasMeasured() {
    ReplyEnd end;
    QCOMPARE(factsText(end), QString());
    end.statistics.reply_tokens = 412;
    end.statistics.decode_seconds = 411 / 31.2;
    end.first_token_seconds = 0.93;
    QCOMPARE(factsText(end), QString::fromUtf8("412 tokens · 31 tok/s · first 0.9 s"));
    end.reason = StopReason::cancelled;
    QCOMPARE(factsText(end), QString::fromUtf8("412 tokens · 31 tok/s · first 0.9 s · stopped by you"));
    end = {};
    end.statistics.reply_tokens = 1;
    QCOMPARE(factsText(end), QString("1 token"));
}

void AppValuesTest::everyUnusualEndIsSaidInWords() {
    QSet<QString> ids;
    for (const StopReason reason :
         {StopReason::end_of_turn, StopReason::max_tokens, StopReason::stop_text, StopReason::cancelled,
          StopReason::context_full, StopReason::repetition, StopReason::error}) {
        ids.insert(stopReasonId(reason));
        ReplyEnd end;
        end.reason = reason;
        const bool usual = reason == StopReason::end_of_turn || reason == StopReason::stop_text ||
                           reason == StopReason::error;
        QCOMPARE(factsText(end).isEmpty(), usual);
    }
    QCOMPARE(ids.size(), 7);
    QVERIFY(noticeFor(StopReason::max_tokens, 1024).contains("1,024"));
    QVERIFY(noticeFor(StopReason::end_of_turn, 1024).isEmpty());
}

void AppValuesTest::timesAndSizesAreReadable() {
    QCOMPARE(secondsText(0.04), QString("0.0 s"));
    QCOMPARE(secondsText(12.4), QString("12 s"));
    QCOMPARE(secondsText(125), QString("2 min 5 s"));
    QCOMPARE(secondsText(-1), QString());
    QCOMPARE(expectedText(0.2), QString("<1 s"));
    QCOMPARE(expectedText(3.2), QString("~3 s"));
    QCOMPARE(memoryText(std::size_t{312} << 20), QString("312 MiB"));
    QCOMPARE(memoryText(std::size_t{2355} << 20), QString("2.3 GiB"));
    QCOMPARE(tokensText(1204), QString("1,204 tokens"));
    QCOMPARE(pictureSizeText({1920, 1080}, {1280, 736}), QString::fromUtf8("1920 × 1080 → 1280 × 736"));
    QCOMPARE(pictureSizeText({1920, 1080}, {}), QString::fromUtf8("1920 × 1080"));
    QCOMPARE(deviceText("CUDA: NVIDIA H100", Precision::bfloat16), QString("CUDA bf16"));
    QCOMPARE(deviceText("CPU", Precision::int4), QString("CPU int4"));
}

void AppValuesTest::phasesFollowTheEngine() {
    ReplyProgress progress(true);
    QCOMPARE(statesOf(progress), (QStringList{"Picture:waiting", "Reading:waiting", "Writing:waiting"}));
    progress.advance(Phase::encode, 0.5);
    QCOMPARE(statesOf(progress), (QStringList{"Picture:running", "Reading:waiting", "Writing:waiting"}));
    QCOMPARE(progress.phases()[0].progress, 0.5);
    progress.advance(Phase::prefill, 0.1);
    QCOMPARE(statesOf(progress), (QStringList{"Picture:done", "Reading:running", "Writing:waiting"}));
    QCOMPARE(progress.phases()[0].progress, 1.0);
    progress.advance(Phase::encode, 0.9);
    progress.advance(Phase::decode, 7);
    QCOMPARE(statesOf(progress), (QStringList{"Picture:done", "Reading:done", "Writing:running"}));
    QCOMPARE(progress.phases()[2].progress, 1.0);
}

void AppValuesTest::encodingThatIsSkippedLeavesNoPhase() {
    ReplyProgress progress(true);
    progress.advance(Phase::prefill, 0.5);
    QCOMPARE(statesOf(progress), (QStringList{"Reading:running", "Writing:waiting"}));
    ReplyProgress text(false);
    text.advance(Phase::decode, 0);
    QCOMPARE(statesOf(text), (QStringList{"Reading:done", "Writing:running"}));
}

void AppValuesTest::pictureThatIsEncodedAgainGetsAPhase() {
    ReplyProgress progress(false);
    QCOMPARE(statesOf(progress), (QStringList{"Reading:waiting", "Writing:waiting"}));
    progress.advance(Phase::encode, 0.5);
    QCOMPARE(statesOf(progress), (QStringList{"Picture:running", "Reading:waiting", "Writing:waiting"}));
}

void AppValuesTest::interruptedLoadIsRemembered() {
    QTemporaryDir folder;
    const QString cache = folder.filePath("cache");
    QVERIFY(LoadingMarker(cache).interrupted().isEmpty());
    // A process that dies leaves the note, and a lock that belongs to nobody.
    LoadingMarker(cache).begin("/models/größer");
    LoadingMarker next(cache);
    QCOMPARE(next.interrupted(), QString("/models/größer"));
    QCOMPARE(next.interrupted(), QString("/models/größer"));
    next.begin("/models/other");
    next.end();
    QVERIFY(LoadingMarker(cache).interrupted().isEmpty());
}

void AppValuesTest::loadThatEndedIsNot() {
    QTemporaryDir folder;
    LoadingMarker marker(folder.path());
    marker.end();
    marker.begin("/models/a");
    marker.begin("/models/b");
    marker.end();
    QVERIFY(marker.interrupted().isEmpty());
    QVERIFY(!QFile::exists(folder.filePath("loading")));
}

void AppValuesTest::markerOfALivingProcessIsNot() {
    QTemporaryDir folder;
    LoadingMarker first(folder.path());
    first.begin("/models/a");
    LoadingMarker second(folder.path());
    QVERIFY(second.interrupted().isEmpty());
    second.begin("/models/b");
    second.end();
    QVERIFY(QFile::exists(folder.filePath("loading")));
    first.end();
    QVERIFY(!QFile::exists(folder.filePath("loading")));
}

void AppValuesTest::folderWithoutRightsDisablesTheMarker() {
    QTemporaryDir folder;
    QFile file(folder.filePath("file"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    LoadingMarker marker(folder.filePath("file/cache"));
    marker.begin("/models/a");
    QVERIFY(marker.interrupted().isEmpty());
    marker.end();
}

void AppValuesTest::storedPicturesLeaveWithTheirHandle() {
    auto store = std::make_shared<PictureStore>();
    QImage image(2000, 1000, QImage::Format_RGB888);
    image.fill(Qt::red);
    {
        const StoredPicture stored(store, image);
        const QString id = stored.source().section('/', -1);
        QCOMPARE(store->find(id).size(), QSize(2000, 1000));  // as it is: whoever makes it scales it
        QVERIFY(store->find(id + "x").isNull());
    }
    QCOMPARE(store->size(), 0);
    // One that is gone is told from one that never was.
    QVERIFY(store->find("1").isNull() && store->hasGiven("1"));
    for (const char* other : {"0", "2", "1x", ""})
        QVERIFY2(!store->hasGiven(other), other);
}

void AppValuesTest::textMeltsInOrder() {
    news::Mailbox mailbox;
    QVERIFY(mailbox.put({0, news::Text{1, "a"}}) == news::Wake::later);
    for (int i = 0; i < 100; ++i) {
        QVERIFY(mailbox.put({0, news::Progress{1, Phase::decode, i / 100.0, i}}) == news::Wake::no);
        QVERIFY(mailbox.put({0, news::Text{1, "b"}}) == news::Wake::no);
        QVERIFY(mailbox.put({0, news::Text{2, "z"}}) == news::Wake::no);
    }
    const auto letters = mailbox.take();
    QCOMPARE(letters.size(), std::size_t{3});
    QCOMPARE(std::get<news::Text>(letters[0].item).text, "a" + QString(100, 'b'));
    QCOMPARE(std::get<news::Progress>(letters[1].item).progress, 0.99);
    QCOMPARE(std::get<news::Text>(letters[2].item).text, QString(100, 'z'));
    QVERIFY(mailbox.take().empty());
}

void AppValuesTest::urgentNewsWakeAtOnce() {
    news::Mailbox mailbox;
    QVERIFY(mailbox.put({0, news::Text{1, "a"}}) == news::Wake::later);
    QVERIFY(mailbox.put({0, news::Finished{1, {}}}) == news::Wake::now);
    QVERIFY(mailbox.put({0, news::Finished{2, {}}}) == news::Wake::no);
    // What comes after an end belongs after it.
    QVERIFY(mailbox.put({0, news::Text{1, "b"}}) == news::Wake::no);
    QCOMPARE(mailbox.take().size(), std::size_t{4});
    QVERIFY(mailbox.put({0, news::Text{1, "c"}}) == news::Wake::later);
}

// What somebody can do about it differs: fetch the model again, or report a bug.
void AppValuesTest::aDamagedModelIsToldApartFromAFailure() {
    const std::string detail = "model.safetensors: tensor a has a value that is not a finite number";
    for (const Doing doing : {Doing::loading_model, Doing::answering, Doing::reading_text}) {
        const Problem damaged = describe(ErrorKind::invalid_model, detail, doing);
        const Problem failed = describe(ErrorKind::internal, detail, doing);
        QVERIFY2(damaged.sentence != failed.sentence, qPrintable(damaged.sentence));
        QVERIFY2(damaged.sentence.endsWith(QString::fromStdString(detail) + "."),
                 qPrintable(damaged.sentence));
    }
    QVERIFY(describe(ErrorKind::invalid_model, detail, Doing::answering).sentence.contains("damaged"));
}

QTEST_GUILESS_MAIN(AppValuesTest)
#include "app_values_test.moc"
