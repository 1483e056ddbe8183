// Parameters over a model's own values, their JSON, and presets in their file.
#include "app/chat/parameters.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <limits>
#include <memory>

#include "app/settings/settings.h"

using namespace sightline;

namespace {

ConversationParameters everything() {
    ConversationParameters all;
    all.temperature = 0.25;
    all.top_p = 0.5;
    all.top_k = 0;
    all.min_p = 0.05;
    all.presence_penalty = -1.5;
    all.repetition_penalty = 1.1;
    all.max_tokens = 77;
    all.seed = largest_seed;
    all.stop_words = {"\n\n", "END", "结束"};
    all.system_prompt = "Answer briefly.\nIn “English”.";
    all.detail = Detail::exact;
    all.preset = "Mine";
    return all;
}

ParameterModel model(const QString& folder = "/models/a") {
    ParameterModel made;
    made.own.temperature = 0.6;
    made.own.top_p = 0.95;
    made.own.top_k = 7;
    made.own.max_tokens = 900;
    made.context_length = 4096;
    made.longest_context_length = 16384;
    made.folder = folder;
    return made;
}

void write(const QString& path, const QByteArray& text) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

}  // namespace

class ParametersTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void jsonKeepsEverything();
    void jsonHoldsOnlyWhatIsSet();
    void nonsenseInJsonCountsAsNotSet_data();
    void nonsenseInJsonCountsAsNotSet();

    void modelsOwnValuesCountUntilChanged();
    void settersKeepToTheRange();
    void everyValueReachesTheEngine();
    void seedIsRandomUntilSet();
    void stopWordsAreKeptOnce();
    void onlyKnownDetailsAreTaken();
    void oneValueIsReset();
    void allAreResetAndComeBack();
    void editsAreToldOnce();
    void conversationBringsItsOwn();
    void contextBelongsToTheModel();
    void precisionBelongsToTheModel();
    void valuesSurviveARestart();

    void presetIsSavedChosenRenamedDeleted();
    void presetsSurviveARestart();
    void namesOfPresetsAreDistinct();
    void brokenPresetsAreLeftOut();
    void damagedPresetFileIsPutAside();
    void presetsThatCannotBeWrittenAreTold();

  private:
    void restart();
    QString presetFile() const { return folder->filePath("presets.json"); }

    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<Settings> settings;
    std::unique_ptr<Parameters> p;
};

void ParametersTest::init() {
    folder = std::make_unique<QTemporaryDir>();
    restart();
}

void ParametersTest::cleanup() {
    p.reset();
    settings.reset();
    folder.reset();
}

void ParametersTest::restart() {
    p.reset();
    settings.reset();
    settings = std::make_unique<Settings>(folder->filePath("s.ini"));
    p = std::make_unique<Parameters>(*settings, presetFile());
    p->setModel(model());
}

void ParametersTest::jsonKeepsEverything() {
    const QByteArray text = QJsonDocument(everything().toJson()).toJson();
    QVERIFY(ConversationParameters::fromJson(QJsonDocument::fromJson(text).object()) == everything());
    QVERIFY(everything().sameValues(everything()));
    ConversationParameters other = everything();
    other.preset = "Other";
    QVERIFY(other.sameValues(everything()));
    QVERIFY(!(other == everything()));
    other.min_p = 0.06;
    QVERIFY(!other.sameValues(everything()));
}

void ParametersTest::jsonHoldsOnlyWhatIsSet() {
    QVERIFY(ConversationParameters().toJson().isEmpty());
    ConversationParameters one;
    one.top_k = 0;
    QCOMPARE(one.toJson().keys(), QStringList("top_k"));
    QVERIFY(ConversationParameters::fromJson({}) == ConversationParameters());
}

void ParametersTest::nonsenseInJsonCountsAsNotSet_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("text for a number") << QByteArray(R"({"temperature": "0.5"})");
    QTest::newRow("too hot") << QByteArray(R"({"temperature": 2.01})");
    QTest::newRow("half a token") << QByteArray(R"({"max_tokens": 10.5})");
    QTest::newRow("no tokens") << QByteArray(R"({"max_tokens": 0})");
    QTest::newRow("huge") << QByteArray(R"({"top_k": 1e300})");
    QTest::newRow("negative seed") << QByteArray(R"({"seed": -1})");
    QTest::newRow("seed that JSON cannot hold") << QByteArray(R"({"seed": 9007199254740993})");
    QTest::newRow("a word for words") << QByteArray(R"({"stop_words": "END"})");
    QTest::newRow("words that are none") << QByteArray(R"({"stop_words": [1, null, "", {}]})");
    QTest::newRow("unknown detail") << QByteArray(R"({"detail": "blurred"})");
    QTest::newRow("list for a text") << QByteArray(R"({"system_prompt": ["a"], "preset": 4})");
    QTest::newRow("unknown name") << QByteArray(R"({"tempreature": 0.5})");
}

void ParametersTest::nonsenseInJsonCountsAsNotSet() {
    QFETCH(QByteArray, json);
    QJsonObject object = QJsonDocument::fromJson(json).object();
    QVERIFY(!object.isEmpty());
    QVERIFY(ConversationParameters::fromJson(object) == ConversationParameters());
    // What stands beside it is read all the same.
    object.insert("min_p", 0.25);
    QCOMPARE(ConversationParameters::fromJson(object).min_p, std::optional<double>(0.25));
}

void ParametersTest::modelsOwnValuesCountUntilChanged() {
    QCOMPARE(p->temperature(), 0.6);
    QCOMPARE(p->topK(), 7);
    QVERIFY(p->changedNames().isEmpty());
    QCOMPARE(p->own().value("topP").toDouble(), 0.95);
    p->setTopP(0.5);
    QCOMPARE(p->changedNames(), QStringList("topP"));
    QCOMPARE(p->own().value("topP").toDouble(), 0.95);
    p->setTopP(0.95);
    QVERIFY(p->changedNames().isEmpty());
    QVERIFY(!p->value().top_p);
    // With another model what was not changed is that model's.
    ParameterModel other = model();
    other.own.temperature = 1.0;
    p->setModel(other);
    QCOMPARE(p->temperature(), 1.0);
    p->setModel(std::nullopt);
    QCOMPARE(p->temperature(), GenerationOptions().temperature);
    QCOMPARE(p->longestContext(), 0);
}

void ParametersTest::settersKeepToTheRange() {
    p->setTemperature(99);
    QCOMPARE(p->temperature(), 2.0);
    p->setTemperature(std::nan(""));
    p->setTemperature(std::numeric_limits<double>::infinity());
    QCOMPARE(p->temperature(), 2.0);
    p->setTopP(0);
    QCOMPARE(p->topP(), 0.01);
    p->setTopK(-1);
    QCOMPARE(p->topK(), 0);
    p->setPresencePenalty(-7);
    QCOMPARE(p->presencePenalty(), -2.0);
    p->setRepetitionPenalty(0);
    QCOMPARE(p->repetitionPenalty(), 0.5);
    p->setMaxTokens(1'000'000);
    QCOMPARE(p->maxTokens(), 4096);
    p->setMaxTokens(0);
    QCOMPARE(p->maxTokens(), 1);
}

void ParametersTest::everyValueReachesTheEngine() {
    p->setValue(everything());
    const GenerationOptions options = p->options(1);
    QCOMPARE(options.temperature, 0.25);
    QCOMPARE(options.top_p, 0.5);
    QCOMPARE(options.top_k, 0);
    QCOMPARE(options.min_p, 0.05);
    QCOMPARE(options.presence_penalty, -1.5);
    QCOMPARE(options.repetition_penalty, 1.1);
    QCOMPARE(options.max_tokens, 77);
    QCOMPARE(options.seed, largest_seed);
    QCOMPARE(options.stop, (std::vector<std::string>{"\n\n", "END", "结束"}));
    // Nothing set: the model's own, within its context.
    p->setValue({});
    QCOMPARE(p->options(9).temperature, 0.6);
    QCOMPARE(p->options(9).seed, std::uint64_t{9});
    ParameterModel small = model();
    small.context_length = 512;
    p->setModel(small);
    QCOMPARE(p->options(9).max_tokens, 512);
}

void ParametersTest::seedIsRandomUntilSet() {
    QCOMPARE(p->seed(), QString());
    p->setSeed(" 42 ");
    QCOMPARE(p->seed(), QString("42"));
    QCOMPARE(p->options(7).seed, std::uint64_t{42});
    for (const char* nonsense : {"-1", "x", "1.5", "9007199254740992", "99999999999999999999"}) {
        p->setSeed(nonsense);
        QCOMPARE(p->seed(), QString("42"));
    }
    p->setSeed("0");
    QCOMPARE(p->options(7).seed, std::uint64_t{0});
    QVERIFY(p->changedNames().contains("seed"));
    p->setSeed("");
    QCOMPARE(p->options(7).seed, std::uint64_t{7});
}

void ParametersTest::stopWordsAreKeptOnce() {
    QVERIFY(p->addStopWord("END"));
    QVERIFY(!p->addStopWord("END"));
    QVERIFY(!p->addStopWord(""));
    QVERIFY(p->addStopWord("\\n\\t\\\\n"));
    QCOMPARE(p->stopWords(), (QStringList{"END", "\\n\\t\\\\n"}));
    QCOMPARE(p->value().stop_words.at(1), QString("\n\t\\n"));
    p->removeStopWord(0);
    p->removeStopWord(5);
    p->removeStopWord(-1);
    QCOMPARE(p->stopWords(), QStringList("\\n\\t\\\\n"));
    for (int i = 0; i < 2 * most_stop_words; ++i)
        p->addStopWord(QString::number(i));
    QCOMPARE(p->stopWords().size(), most_stop_words);
}

void ParametersTest::onlyKnownDetailsAreTaken() {
    QCOMPARE(p->detail(), QString("auto"));
    const QVariantList details = p->details();
    QCOMPARE(details.size(), static_cast<qsizetype>(all_details.size()));
    for (const QVariant& each : details) {
        const QVariantMap detail = each.toMap();
        QVERIFY(!detail.value("name").toString().isEmpty() && !detail.value("hint").toString().isEmpty());
        p->setDetail(detail.value("id").toString());
        QCOMPARE(p->detail(), detail.value("id").toString());
    }
    p->setDetail("high");
    p->setDetail("blurred");
    QVERIFY(p->pictureDetail() == Detail::high);
    QCOMPARE(p->changedNames(), QStringList("detail"));
}

void ParametersTest::oneValueIsReset() {
    p->setValue(everything());
    const QStringList names = p->changedNames();
    QCOMPARE(names.size(), 11);
    for (const QString& name : names) {
        p->reset(name);
        QVERIFY2(!p->changedNames().contains(name), qPrintable(name));
    }
    QVERIFY(p->changedNames().isEmpty());
    p->setTopK(3);
    p->reset("nothing");
    QCOMPARE(p->topK(), 3);
}

void ParametersTest::allAreResetAndComeBack() {
    p->setValue(everything());
    QVERIFY(!p->canRestore());
    p->resetAll();
    QVERIFY(p->value() == ConversationParameters());
    QVERIFY(p->canRestore());
    p->restore();
    QVERIFY(p->value() == everything());
    QVERIFY(!p->canRestore());
    p->resetAll();
    p->setTopK(1);
    QVERIFY(!p->canRestore());
}

void ParametersTest::editsAreToldOnce() {
    QSignalSpy edits(p.get(), &Parameters::valueChanged);
    QSignalSpy changes(p.get(), &Parameters::changed);
    p->setTemperature(0.1);
    QCOMPARE(edits.size(), 1);
    p->setTemperature(0.1);
    QCOMPARE(edits.size(), 1);
    p->setSystemPrompt("x");
    p->setSystemPrompt("x");
    QCOMPARE(edits.size(), 2);
    QCOMPARE(changes.size(), 2);
    p->setValue(everything());  // opening a conversation is no edit
    QCOMPARE(edits.size(), 2);
    QCOMPARE(changes.size(), 3);
}

void ParametersTest::conversationBringsItsOwn() {
    p->setTemperature(0.1);
    const ConversationParameters first = p->value();
    p->setValue(everything());
    QCOMPARE(p->temperature(), 0.25);
    p->setValue(first);
    QCOMPARE(p->temperature(), 0.1);
    QCOMPARE(p->systemPrompt(), QString());
}

void ParametersTest::contextBelongsToTheModel() {
    QCOMPARE(p->contextLength(), 16384);
    QVERIFY(p->contextWaits());  // it was opened with 4096, and nobody wants that any more
    p->setContextLength(4096);
    QVERIFY(!p->contextWaits());
    QVERIFY(p->changedNames().contains("contextLength"));
    p->resetAll();
    QCOMPARE(p->contextLength(), 4096);
    p->setContextLength(1);
    QCOMPARE(p->contextLength(), 512);
    p->setContextLength(99'999'999);
    QCOMPARE(p->contextLength(), 16384);
    p->setContextLength(2048);
    ParameterModel other = model("/models/b");
    other.context_length = 16384;
    p->setModel(other);
    QCOMPARE(p->contextLength(), 16384);
    QVERIFY(!p->contextWaits());
    p->setModel(model());
    QCOMPARE(p->contextLength(), 2048);
    p->reset("contextLength");
    QCOMPARE(p->contextLength(), 16384);
    QVERIFY(!settings->contextLength("/models/a"));
}

void ParametersTest::precisionBelongsToTheModel() {
    QCOMPARE(p->precision(), QString("automatic"));
    QVERIFY(!p->precisionWaits());
    QSignalSpy edits(p.get(), &Parameters::valueChanged);
    p->setPrecision("int4");
    QCOMPARE(p->precision(), QString("int4"));
    QVERIFY(p->precisionWaits());
    QVERIFY(p->changedNames().contains("precision"));
    QCOMPARE(edits.size(), 0);  // no conversation has it
    p->setPrecision("int3");
    p->resetAll();
    QCOMPARE(p->precision(), QString("int4"));
    p->setModel(model("/models/b"));
    QCOMPARE(p->precision(), QString("automatic"));
    ParameterModel opened = model();
    opened.precision = Precision::int4;
    p->setModel(opened);
    QCOMPARE(p->precision(), QString("int4"));
    QVERIFY(!p->precisionWaits());
    p->reset("precision");
    QCOMPARE(p->precision(), QString("automatic"));
    QVERIFY(p->precisionWaits());
    for (const QVariant& each : p->precisions()) {
        p->setPrecision(each.toMap()["id"].toString());
        QCOMPARE(p->precision(), each.toMap()["id"].toString());
    }
}

void ParametersTest::valuesSurviveARestart() {
    p->setValue(everything());
    restart();
    QVERIFY(p->value() == everything());
}

void ParametersTest::presetIsSavedChosenRenamedDeleted() {
    p->setTemperature(0.2);
    p->setSystemPrompt("Read exactly.");
    QCOMPARE(p->savePreset("  Precise   reading "), QString());
    QCOMPARE(p->presets(), QStringList("Precise reading"));
    QCOMPARE(p->preset(), QString("Precise reading"));
    QVERIFY(!p->presetEdited());
    p->setTemperature(0.3);
    QVERIFY(p->presetEdited());
    p->choosePreset("Precise reading");
    QCOMPARE(p->temperature(), 0.2);
    QVERIFY(!p->presetEdited());
    QVERIFY(p->canRestore());
    p->restore();
    QCOMPARE(p->temperature(), 0.3);
    QCOMPARE(p->savePreset("precise READING"), QString());  // replaces
    QCOMPARE(p->presets(), QStringList("precise READING"));
    QCOMPARE(p->renamePreset("precise READING", "Scans"), QString());
    QCOMPARE(p->presets(), QStringList("Scans"));
    QCOMPARE(p->preset(), QString("Scans"));
    QCOMPARE(p->deletePreset("Scans"), QString());
    QVERIFY(p->presets().isEmpty());
    QCOMPARE(p->preset(), QString());
    QCOMPARE(p->temperature(), 0.3);  // the values stay
    QVERIFY(!p->deletePreset("Scans").isEmpty());
    p->choosePreset("Scans");
    QCOMPARE(p->temperature(), 0.3);
}

void ParametersTest::presetsSurviveARestart() {
    p->setValue(everything());
    QCOMPARE(p->savePreset("B"), QString());
    p->resetAll();
    QCOMPARE(p->savePreset("a"), QString());
    const auto others = QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther;
    QVERIFY(!(QFile::permissions(presetFile()) & others));
    restart();
    QCOMPARE(p->presets(), (QStringList{"a", "B"}));
    p->choosePreset("B");
    QVERIFY(p->value().sameValues(everything()));
}

void ParametersTest::namesOfPresetsAreDistinct() {
    QVERIFY(!p->savePreset(" \n ").isEmpty());
    QCOMPARE(p->savePreset("One"), QString());
    QCOMPARE(p->savePreset("Two"), QString());
    QVERIFY(p->renamePreset("Two", "ONE").contains("One"));
    QVERIFY(!p->renamePreset("Two", "").isEmpty());
    QVERIFY(!p->renamePreset("Three", "Four").isEmpty());
    QCOMPARE(p->renamePreset("Two", "TWO"), QString());  // its own name in other letters
    QCOMPARE(p->presets(), (QStringList{"One", "TWO"}));
    QCOMPARE(p->savePreset(QString(500, 'x')), QString());
    QCOMPARE(p->presets().last().size(), PresetStore::longest_name);
}

void ParametersTest::brokenPresetsAreLeftOut() {
    write(presetFile(),
          R"({"presets": [{"name": "Good", "parameters": {"temperature": 0.5, "top_k": "many"}}, 7, {},)"
          R"( {"name": "", "parameters": {}}, {"name": "good"}, {"name": "Bare"}, {"name": ["x"]}]})");
    restart();
    QCOMPARE(p->presets(), (QStringList{"Bare", "Good"}));
    p->choosePreset("Good");
    QCOMPARE(p->temperature(), 0.5);
    QCOMPARE(p->topK(), 7);
}

void ParametersTest::damagedPresetFileIsPutAside() {
    write(presetFile(), "{\"presets\": [{\"name\": \"Lost\"");
    restart();
    QVERIFY(p->presets().isEmpty());
    QCOMPARE(p->savePreset("New"), QString());
    QFile aside(presetFile() + ".damaged");
    QVERIFY(aside.open(QIODevice::ReadOnly));
    QVERIFY(aside.readAll().contains("Lost"));
    restart();
    QCOMPARE(p->presets(), QStringList("New"));
}

void ParametersTest::presetsThatCannotBeWrittenAreTold() {
    QVERIFY(QDir().mkpath(presetFile()));  // a folder is in the way
    restart();
    p->setTemperature(0.1);
    QVERIFY(!p->savePreset("New").isEmpty());
    QVERIFY(p->presets().isEmpty());
    QCOMPARE(p->preset(), QString());
}

QTEST_GUILESS_MAIN(ParametersTest)
#include "parameters_test.moc"
