// The models of this computer, with an engine that does what the folder's name says (see
// scripted_inference.cpp).
#include "app/models/model_library.h"

#include <QAbstractItemModelTester>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/common/process_memory.h"
#include "app/models/idle_unloader.h"
#include "app/models/model_facts_text.h"
#include "app/models/model_state.h"
#include "app/settings/settings.h"
#include "inference/files/packed_place.h"
#include "tests/test_paths.h"

using namespace sightline;

namespace {

constexpr int enough_ms = 120'000;

}  // namespace

class ModelLibraryTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void readerAndDemoAreThere();
    void folderIsAddedWithItsFacts();
    void wrongFolderSaysWhatIsMissing();
    void correctedFolderIsCheckedAgain();
    void foldersWithinAFolderAreFound();
    void onlyFoldersOfThisComputer();
    void addedTwiceIsThereOnce();
    void openedFolderIsKept();
    void removedFolderStaysOnTheDisk();
    void removingTheOneInUseOpensTheDemo();
    void loadAndUnload();
    void packingSaysHowLongAndIsStopped();
    void whatDoesNotFitIsSaid();
    void chosenForTheStart();
    void packedWeightsAreShownAndRemoved();
    void foldersSurviveARestart();
    void nonsenseInSettings();

    void idleModelIsUnloaded();
    void busyModelIsNot();
    void zeroMinutesAreNever();
    void unloadedModelWakes();

    void factsAreText();

  private:
    void restart(bool start_worker = true);
    QString make(const QString& name, bool with_config = true);
    int rowOf(const QString& name) const;
    QString cell(int row, const QByteArray& role) const {
        return library->index(row, 0).data(library->roleNames().key(role, -1)).toString();
    }
    bool settles() const {
        return QTest::qWaitFor(
            [this] {
                for (int row = 0; row < library->rowCount(); ++row) {
                    if (cell(row, "state") == "checking") return false;
                }
                return true;
            },
            enough_ms);
    }
    bool becomesReady() const {
        return QTest::qWaitFor([this] { return model->isReady(); }, enough_ms);
    }
    bool add(const QString& folder);

    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<Settings> settings;
    std::unique_ptr<ModelWorker> worker;
    std::unique_ptr<ModelState> model;
    std::unique_ptr<ModelLibrary> library;
    std::unique_ptr<QAbstractItemModelTester> tester;
};

void ModelLibraryTest::init() {
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    folder = std::make_unique<QTemporaryDir>();
    restart();
}

void ModelLibraryTest::cleanup() {
    tester.reset();
    library.reset();
    model.reset();
    worker.reset();
    settings.reset();
}

void ModelLibraryTest::restart(bool start_worker) {
    cleanup();
    settings = std::make_unique<Settings>(folder->filePath("s.ini"));
    ModelWorkerOptions options;
    options.library = test_paths::scriptedInference();
    options.cache_folder = folder->filePath("cache");
    worker = std::make_unique<ModelWorker>(options);
    model = std::make_unique<ModelState>(*worker, *settings);
    library = std::make_unique<ModelLibrary>(*worker, *settings, *model, nullptr, folder->filePath("packed"));
    tester = std::make_unique<QAbstractItemModelTester>(
        library.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    model->openAtStart();
    if (start_worker) worker->start();
}

QString ModelLibraryTest::make(const QString& name, bool with_config) {
    const QString path = folder->filePath(name);
    QDir().mkpath(path);
    QFile config(path + "/config.json");
    if (with_config && !config.open(QIODevice::WriteOnly)) return {};
    return path;
}

int ModelLibraryTest::rowOf(const QString& name) const {
    for (int row = 0; row < library->rowCount(); ++row) {
        if (cell(row, "name") == name) return row;
    }
    return -1;
}

bool ModelLibraryTest::add(const QString& path) {
    QSignalSpy added(library.get(), &ModelLibrary::added);
    library->add(QUrl::fromLocalFile(path));
    return QTest::qWaitFor([&added] { return !added.isEmpty(); }, enough_ms) && settles();
}

void ModelLibraryTest::readerAndDemoAreThere() {
    QVERIFY(settles());
    QCOMPARE(library->rowCount(), 2);
    QCOMPARE(cell(0, "kind"), QString("reader"));
    QCOMPARE(cell(0, "state"), QString("available"));
    QVERIFY(cell(0, "facts").contains("on disk"));
    QCOMPARE(cell(1, "kind"), QString("demo"));
    QVERIFY(becomesReady());
    QCOMPARE(cell(1, "state"), QString("loaded"));
    QCOMPARE(cell(1, "folder"), QString());
    // Neither can be taken out, and the reader is not loaded by hand.
    library->remove(0);
    library->remove(1);
    library->load(0);
    QCOMPARE(library->rowCount(), 2);
    QVERIFY(model->isReady());
}

void ModelLibraryTest::folderIsAddedWithItsFacts() {
    QVERIFY(add(make("qwen")));
    const int row = rowOf("qwen");
    QCOMPARE(row, 2);
    QCOMPARE(cell(row, "state"), QString("available"));
    QCOMPARE(cell(row, "folder"), folder->filePath("qwen"));
    QVERIFY2(cell(row, "facts").startsWith("2.1 B parameters · context 4,000 · bf16 · 3.9 GiB on disk"),
             qPrintable(cell(row, "facts")));
    QVERIFY(!model->isLoading());  // looked at, not loaded
}

void ModelLibraryTest::wrongFolderSaysWhatIsMissing() {
    QVERIFY(add(make("broken")));
    const int row = rowOf("broken");
    QCOMPARE(cell(row, "state"), QString("broken"));
    QVERIFY2(cell(row, "problem").contains("config.json: hidden_size is missing"),
             qPrintable(cell(row, "problem")));
    QCOMPARE(cell(row, "facts"), QString());
    // An order to load it fails with the same sentence, and leaves the one in use.
    QVERIFY(becomesReady());
    library->load(row);
    QCOMPARE(cell(row, "state"), QString("loading"));
    QVERIFY(becomesReady());
    QCOMPARE(cell(row, "state"), QString("broken"));
    QCOMPARE(cell(1, "state"), QString("loaded"));
}

void ModelLibraryTest::correctedFolderIsCheckedAgain() {
    QVERIFY(add(make("broken")));
    const int row = rowOf("broken");
    QSignalSpy failed(worker.get(), &ModelWorker::modelFactsFailed);
    library->check(row);
    QCOMPARE(cell(row, "state"), QString("checking"));
    QCOMPARE(cell(row, "problem"), QString());
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, enough_ms);
    QCOMPARE(cell(row, "state"), QString("broken"));
}

void ModelLibraryTest::foldersWithinAFolderAreFound() {
    make("all/b");
    make("all/a");
    make("all/no model", false);
    QVERIFY(add(folder->filePath("all")));
    QVERIFY(settles());
    QCOMPARE(library->rowCount(), 4);
    QVERIFY(rowOf("a") >= 0 && rowOf("b") >= 0);
    // Without any, the folder itself is kept, so that it can say what is missing.
    make("empty", false);
    QVERIFY(add(folder->filePath("empty")));
    QVERIFY(rowOf("empty") >= 0);
}

void ModelLibraryTest::onlyFoldersOfThisComputer() {
    QSignalSpy refused(library.get(), &ModelLibrary::refused);
    for (const char* place : {"http://example.com/model", "file://server/share/model", "qrc:/model", ""})
        library->add(QUrl(place));
    QCOMPARE(refused.size(), 4);
    QVERIFY(!refused.first().first().toString().isEmpty());
    QCOMPARE(library->rowCount(), 2);
}

void ModelLibraryTest::addedTwiceIsThereOnce() {
    QVERIFY(add(make("qwen")));
    QVERIFY(add(folder->filePath("qwen") + "/"));
    QVERIFY(add(folder->filePath("cache/../qwen")));
    QCOMPARE(library->rowCount(), 3);
    QCOMPARE(settings->modelFolders().size(), 1);
}

void ModelLibraryTest::openedFolderIsKept() {
    QVERIFY(becomesReady());
    model->open("/models/mine");
    QVERIFY(becomesReady());
    const int row = rowOf("mine");
    QVERIFY(row >= 0);
    QCOMPARE(cell(row, "state"), QString("loaded"));
    QCOMPARE(cell(1, "state"), QString("available"));
    model->open("/models/broken");
    QVERIFY(becomesReady());
    QCOMPARE(rowOf("broken"), -1);
    QCOMPARE(settings->modelFolders(), QStringList("/models/mine"));
}

void ModelLibraryTest::removedFolderStaysOnTheDisk() {
    const QString path = make("qwen");
    QVERIFY(add(path));
    library->openAtStart(2, true);
    library->remove(2);
    QCOMPARE(library->rowCount(), 2);
    QVERIFY(QFile::exists(path + "/config.json"));
    QVERIFY(settings->modelFolders().isEmpty());
    QVERIFY(!settings->startModel());
    QVERIFY(model->isReady() || becomesReady());
    QCOMPARE(cell(1, "state"), QString("loaded"));
}

void ModelLibraryTest::removingTheOneInUseOpensTheDemo() {
    QVERIFY(add(make("qwen")));
    library->load(2);
    QVERIFY(becomesReady());
    QCOMPARE(cell(2, "state"), QString("loaded"));
    QSignalSpy switches(library.get(), &ModelLibrary::aboutToSwitch);
    library->remove(2);
    QCOMPARE(switches.size(), 1);
    QCOMPARE(cell(1, "state"), QString("loading"));
    QVERIFY(becomesReady());
    QCOMPARE(model->loadedFolder(), QString());
}

void ModelLibraryTest::loadAndUnload() {
    QVERIFY(add(make("qwen")));
    QVERIFY(becomesReady());
    QSignalSpy switches(library.get(), &ModelLibrary::aboutToSwitch);
    library->load(2);
    QCOMPARE(switches.size(), 1);
    QCOMPARE(cell(2, "state"), QString("loading"));
    QVERIFY(becomesReady());
    QCOMPARE(cell(2, "state"), QString("loaded"));
    QSignalSpy unloaded(worker.get(), &ModelWorker::modelUnloaded);
    library->unload();
    QCOMPARE(cell(2, "state"), QString("available"));
    QCOMPARE(model->stateName(), QString("unloaded"));
    QCOMPARE(model->name(), QString("qwen"));  // it is still the one that will answer
    QTRY_COMPARE_WITH_TIMEOUT(unloaded.size(), 1, enough_ms);
    library->unload();
    QCOMPARE(model->stateName(), QString("unloaded"));
}

void ModelLibraryTest::packingSaysHowLongAndIsStopped() {
    QVERIFY(add(make("packs")));
    QVERIFY(becomesReady());
    library->load(2);
    QTRY_VERIFY_WITH_TIMEOUT(model->loadText().contains("Packing"), enough_ms);
    QVERIFY2(model->loadText().contains(" 2 minute"), qPrintable(model->loadText()));
    QCOMPARE(model->loadProgress(), 0.6);
    QCOMPARE(cell(2, "state"), QString("loading"));
    QSignalSpy unloaded(worker.get(), &ModelWorker::modelUnloaded);
    library->unload();
    QCOMPARE(cell(2, "state"), QString("available"));
    QCOMPARE(model->stateName(), QString("unloaded"));  // the demo model, which comes back by itself
    QTRY_COMPARE_WITH_TIMEOUT(unloaded.size(), 1, enough_ms);
    // The thread is free for another one, and for the end.
    library->load(1);
    QVERIFY(becomesReady());
    library->load(2);
    QTRY_VERIFY_WITH_TIMEOUT(model->loadText().contains("Packing"), enough_ms);
    worker->stop();
}

void ModelLibraryTest::whatDoesNotFitIsSaid() {
    if (!systemMemory()) QSKIP("this system does not tell its memory");
    QVERIFY(add(make("huge")));
    QCOMPARE(cell(2, "state"), QString("available"));
    QVERIFY2(cell(2, "problem").contains("memory"), qPrintable(cell(2, "problem")));
}

void ModelLibraryTest::packedWeightsAreShownAndRemoved() {
    const auto packed = [this](const QString& model_folder, Precision precision) {
        return QString::fromStdString(packedPath(folder->filePath("packed").toStdString(),
                                                 plainPath(model_folder.toStdString()), precision)
                                          .string());
    };
    const auto write = [](const QString& path, qint64 mebibytes) {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.resize(mebibytes << 20);
    };
    QVERIFY(QDir().mkpath(folder->filePath("packed")));
    const QString one = make("one");
    const QString two = make("two");
    QVERIFY(write(packed(one, Precision::int4), 3) && write(packed(one, Precision::int8), 7) &&
            write(packed(two, Precision::int8), 5));
    QVERIFY(add(one) && add(two));
    QTRY_COMPARE_WITH_TIMEOUT(cell(rowOf("one"), "packed"), QString("int8 7 MiB · int4 3 MiB"), enough_ms);
    QTRY_COMPARE_WITH_TIMEOUT(cell(rowOf("two"), "packed"), QString("int8 5 MiB"), enough_ms);
    QCOMPARE(cell(0, "packed"), QString());

    library->removePacked(rowOf("one"));
    QTRY_COMPARE_WITH_TIMEOUT(cell(rowOf("one"), "packed"), QString(), enough_ms);
    QVERIFY(!QFile::exists(packed(one, Precision::int4)) && !QFile::exists(packed(one, Precision::int8)));
    QCOMPARE(cell(rowOf("two"), "packed"), QString("int8 5 MiB"));
    QVERIFY(QFile::exists(packed(two, Precision::int8)));
    QVERIFY(QFile::exists(one + "/config.json"));

    // A load may have packed.
    QVERIFY(becomesReady());
    QVERIFY(write(packed(one, Precision::int4), 3));
    library->load(rowOf("one"));
    QTRY_COMPARE_WITH_TIMEOUT(cell(rowOf("one"), "packed"), QString("int4 3 MiB"), enough_ms);
}

void ModelLibraryTest::chosenForTheStart() {
    QVERIFY(add(make("qwen")));
    QVERIFY(add(make("other")));
    library->openAtStart(2, true);
    QCOMPARE(cell(2, "opensAtStart"), QString("true"));
    QCOMPARE(cell(1, "opensAtStart"), QString("false"));
    library->load(3);
    QVERIFY(becomesReady());
    restart();
    QVERIFY(becomesReady());
    QCOMPARE(model->name(), QString("qwen"));
    library->openAtStart(2, false);
    library->load(3);
    QVERIFY(becomesReady());
    restart();
    QVERIFY(becomesReady());
    QCOMPARE(model->name(), QString("other"));
    library->openAtStart(1, true);  // the demo model
    restart();
    QVERIFY(becomesReady());
    QCOMPARE(model->loadedFolder(), QString());
}

void ModelLibraryTest::foldersSurviveARestart() {
    QVERIFY(add(make("qwen")));
    QVERIFY(add(make("broken")));
    restart();
    QCOMPARE(library->rowCount(), 4);
    QVERIFY(settles());
    QCOMPARE(cell(2, "state"), QString("available"));
    QCOMPARE(cell(3, "state"), QString("broken"));
}

void ModelLibraryTest::nonsenseInSettings() {
    settings->setModelFolders({"/models/a", "", "/models/a/", "/models/b/../a"});
    settings->setIdleMinutes(-3);
    restart();
    QCOMPARE(library->rowCount(), 3);
    QCOMPARE(library->idleMinutes(), 10.0);
    library->setIdleMinutes(25);
    QCOMPARE(library->idleMinutes(), 25.0);
}

// ---- Idle
// --------------------------------------------------------------------------------------------------------

void ModelLibraryTest::idleModelIsUnloaded() {
    settings->setIdleMinutes(0.001);
    const IdleUnloader idle(*model, *settings, [] { return false; });
    QVERIFY(becomesReady());
    QTRY_COMPARE_WITH_TIMEOUT(model->stateName(), QString("unloaded"), enough_ms);
}

void ModelLibraryTest::busyModelIsNot() {
    settings->setIdleMinutes(0.001);
    int asked = 0;
    bool busy = true;
    const IdleUnloader idle(*model, *settings, [&] {
        ++asked;
        return busy;
    });
    QTRY_VERIFY_WITH_TIMEOUT(asked >= 3 || model->isUnloaded(), enough_ms);
    QVERIFY(model->isReady());
    busy = false;
    QTRY_VERIFY_WITH_TIMEOUT(model->isUnloaded(), enough_ms);
}

void ModelLibraryTest::zeroMinutesAreNever() {
    settings->setIdleMinutes(0);
    int asked = 0;
    IdleUnloader idle(*model, *settings, [&asked] { return ++asked > 0; });
    QVERIFY(becomesReady());
    idle.touch();
    // Another clock that is started later goes off, this one has not.
    QSignalSpy known(worker.get(), &ModelWorker::modelFactsKnown);
    library->check(1);
    QTRY_VERIFY_WITH_TIMEOUT(!known.isEmpty(), enough_ms);
    QCOMPARE(asked, 0);
    settings->setIdleMinutes(0.001);
    idle.touch();
    QTRY_VERIFY_WITH_TIMEOUT(asked > 0, enough_ms);
}

void ModelLibraryTest::unloadedModelWakes() {
    QVERIFY(becomesReady());
    model->wake();
    QVERIFY(model->isReady());  // nothing to do
    model->unload();
    QVERIFY(model->isUnloaded());
    model->wake();
    QVERIFY(model->isLoading());
    QVERIFY(becomesReady());
    QCOMPARE(cell(1, "state"), QString("loaded"));
}

void ModelLibraryTest::factsAreText() {
    QCOMPARE(parametersText(6'700'000), QString("6.7 M parameters"));
    QCOMPARE(parametersText(999'600'000), QString("1.0 B parameters"));
    QCOMPARE(parametersText(2'127'532'032), QString("2.1 B parameters"));
    QCOMPARE(parametersText(235'000'000'000), QString("235 B parameters"));
    ModelFacts facts;
    facts.parameters = 2'127'532'032;
    // "The size of its files and 1.5 GiB more", as the dialog says.
    const double gibibytes = static_cast<double>(neededMemory(facts)) / (1 << 30);
    QVERIFY2(gibibytes > 5.2 && gibibytes < 5.6, qPrintable(QString::number(gibibytes)));
}

QTEST_GUILESS_MAIN(ModelLibraryTest)
#include "model_library_test.moc"
