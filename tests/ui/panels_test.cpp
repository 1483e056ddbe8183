// The parameter panel, the models page, the status bar and the log drawer in the real window.
#include <QAbstractItemModel>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <memory>

#include "app/chat/parameters.h"
#include "app/common/installation.h"
#include "app/history/computed_files.h"
#include "app/models/event_recorder.h"
#include "app/models/model_library.h"
#include "app/models/program_status.h"
#include "inference/files/cache_place.h"
#include "inference/files/packed_place.h"
#include "tests/ui/window_test_case.h"

using namespace sightline;

class PanelsTest : public test::WindowTestCase {
    Q_OBJECT

    WindowFixture& show(int width = 1200, int height = 900) {
        showWithModel().view().resize(width, height);
        return *window_;
    }
    Parameters& parameters() { return window_->chat().parameters(); }
    ModelLibrary& library() { return *qobject_cast<ModelLibrary*>(window_->chat().models()); }
    // Into the middle of what is scrolled: by keyboard focus, which brings it into sight.
    void focus(const QString& name) {
        QQuickItem* found = nullptr;
        QTRY_VERIFY2((found = window_->item(name)) != nullptr, qPrintable(name));
        found->forceActiveFocus(Qt::TabFocusReason);
    }
    void typeOver(const QString& name, const QString& text) {
        focus(name);
        window_->key(Qt::Key_A, Qt::ControlModifier);
        if (text.isEmpty())
            window_->key(Qt::Key_Delete);
        else
            window_->write(text);
    }

  private Q_SLOTS:
    void everyParameterHasItsControl() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        w.key(Qt::Key_F9);
        for (const char* key : {"temperature", "topP", "topK", "minP", "presencePenalty", "repetitionPenalty",
                                "maxTokens", "contextLength"}) {
            for (const char* part : {"Field", "Slider"}) {
                QQuickItem* item = nullptr;
                QTRY_VERIFY2((item = w.item(QString(key) + part)) != nullptr, key);
                QVERIFY2(item->property("activeFocusOnTab").toBool() || item->isEnabled(), key);
            }
        }
        typeOver("topKField", "7");
        typeOver("minPField", "0.05");
        typeOver("presencePenaltyField", "-1.5");
        typeOver("repetitionPenaltyField", "1.1");
        typeOver("seedField", "42");
        QCOMPARE(parameters().topK(), 7);
        QCOMPARE(parameters().minP(), 0.05);
        QCOMPARE(parameters().presencePenalty(), -1.5);
        QCOMPARE(parameters().repetitionPenalty(), 1.1);
        QCOMPARE(parameters().seed(), QString("42"));
        typeOver("seedField", "");
        QCOMPARE(parameters().seed(), QString());
        typeOver("stopWordField", "END");
        w.key(Qt::Key_Return);
        QCOMPARE(parameters().stopWords(), QStringList("END"));
        focus("stopWord0");
        w.key(Qt::Key_Delete);
        QVERIFY(parameters().stopWords().isEmpty());
        focus("segment3");
        w.key(Qt::Key_Space);
        QCOMPARE(parameters().detail(), QString("exact"));
        QVERIFY(w.text("detailHint").contains("Every pixel"));
    }

    void systemPromptIsKeptWhenTheFieldIsLeft() {
        WindowFixture& w = show();
        w.key(Qt::Key_F9);
        typeOver("systemPromptArea", "be brief");
        QVERIFY(w.tabTo("temperatureField", 4));
        QCOMPARE(parameters().systemPrompt(), QString("be brief"));
        QTRY_VERIFY(w.item("systemPromptDot"));
        // Another conversation brings another one.
        ConversationParameters other;
        other.system_prompt = "other";
        parameters().setValue(other);
        QTRY_COMPARE(w.text("systemPromptArea"), QString("other"));
    }

    void oneValueIsResetAndAllAreUndone() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        w.key(Qt::Key_F9);
        parameters().setTopK(3);
        parameters().setTemperature(1.5);
        const double own = parameters().own().value("temperature").toDouble();
        focus("temperatureReset");
        w.key(Qt::Key_Space);
        QCOMPARE(parameters().temperature(), own);
        QCOMPARE(parameters().topK(), 3);
        QTRY_VERIFY(!w.item("temperatureReset"));
        w.click("resetParameters");
        QVERIFY(parameters().changedNames().isEmpty());
        w.click("resetParameters");  // is Undo now
        QCOMPARE(parameters().topK(), 3);
    }

    void presetIsSavedChosenAndDeleted() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        w.key(Qt::Key_F9);
        parameters().setTemperature(0.2);
        w.click("savePreset");
        QVERIFY(w.waitUntilOpen("presetDialog"));
        w.write("scans");
        w.key(Qt::Key_Return);
        QTRY_COMPARE(parameters().presets(), QStringList("scans"));
        QTRY_COMPARE(w.text("presetPicker"), QString("scans"));
        parameters().setTemperature(1);
        QTRY_COMPARE(w.text("presetPicker"), QString("scans (changed)"));
        w.click("presetPicker");
        QVERIFY(w.waitUntilOpen("presetMenu"));
        w.click("preset0");
        QTRY_COMPARE(parameters().temperature(), 0.2);
        w.click("presetPicker");
        w.click("presetRename0");
        QVERIFY(w.waitUntilOpen("presetDialog"));
        w.key(Qt::Key_A, Qt::ControlModifier);
        w.write("letters");
        w.click("presetAccept");
        QTRY_COMPARE(parameters().presets(), QStringList("letters"));
        w.click("presetPicker");
        w.click("presetDelete0");
        QVERIFY(w.waitUntilOpen("presetDialog"));
        w.click("presetAccept");
        QTRY_VERIFY(parameters().presets().isEmpty());
    }

    void contextIsChangedByLoadingAgain() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        w.key(Qt::Key_F9);
        QVERIFY(!w.item("reloadModel"));
        typeOver("contextLengthField", "1024");
        QTRY_VERIFY(w.item("reloadModel"));
        focus("reloadModel");
        w.key(Qt::Key_Space);
        QVERIFY(w.waitUntilReady());
        QTRY_COMPARE(w.chat().contextLength(), 1024);
        QTRY_VERIFY(!w.item("reloadModel"));
        QTRY_COMPARE(w.text("context"), QString("Context 0 / 1,024"));
    }

    void precisionIsChangedByLoadingAgain() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        QCOMPARE(w.text("device"),
                 QString("CPU bf16"));  // what is automatic for a model as small as the demo
        w.key(Qt::Key_F9);
        focus("precision3");
        w.key(Qt::Key_Space);
        QTRY_VERIFY(w.item("reloadModel"));
        QVERIFY(w.item("precisionNote"));
        focus("reloadModel");
        w.key(Qt::Key_Space);
        QVERIFY(w.waitUntilReady());
        QTRY_COMPARE(w.text("device"), QString("CPU int4"));
        QTRY_VERIFY(!w.item("reloadModel"));
    }

    void statusCountsThePendingPicture() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        QTRY_VERIFY(w.text("memory").contains("iB"));
        QCOMPARE(w.text("queue"), QString("Queue 0"));
        w.chat().addFiles({WindowFixture::sampleFile("message.png")});
        QTRY_VERIFY(!w.attachment(0, "tokensText").toString().isEmpty());
        QTRY_VERIFY2(w.text("context").contains(" + "), qPrintable(w.text("context")));
        const QQuickItem* fill = w.item("contextFill");
        const QQuickItem* used = w.item("contextUsedFill");
        QVERIFY(fill != nullptr && used != nullptr && fill->width() > used->width());
        w.chat().removeAttachment(0);
        QTRY_VERIFY(!w.text("context").contains(" + "));
    }

    void modelsPageShowsFactsAndUnloads() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        w.click("modelsToggle");
        QTRY_VERIFY(w.item("modelCard1"));
        QVERIFY(!w.item("question"));
        QTRY_VERIFY2(w.text("modelFacts1").contains("6.7 M parameters"), qPrintable(w.text("modelFacts1")));
        QCOMPARE(w.text("modelState1"), QString("Loaded"));
        QVERIFY(w.item("memoryCard"));
        w.click("modelUnload1");
        QTRY_COMPARE(w.chat().modelState(), QString("unloaded"));
        QTRY_COMPARE(w.text("device"), QString("Model unloaded"));
        w.click("modelLoad1");
        QVERIFY(w.waitUntilReady());
        library().unload();
        w.key(Qt::Key_Escape);
        QTRY_VERIFY(w.item("question"));
        // Writing brings it back.
        w.item("question")->forceActiveFocus();
        w.write("a");
        QVERIFY(w.waitUntilReady());
    }

    void keptFilesAreShownAndRemoved() {
        const QTemporaryDir home;
        const QByteArray home_before = qgetenv("XDG_CACHE_HOME");
        const bool had_home = qEnvironmentVariableIsSet("XDG_CACHE_HOME");
        qputenv("XDG_CACHE_HOME", QFile::encodeName(home.path()));
        const auto restore = qScopeGuard([&] {
            if (had_home)
                qputenv("XDG_CACHE_HOME", home_before);
            else
                qunsetenv("XDG_CACHE_HOME");
        });
        const auto write = [](const std::filesystem::path& path, std::uintmax_t mebibytes) {
            std::filesystem::create_directories(path.parent_path());
            std::ofstream(path, std::ios::binary) << "weights";
            std::filesystem::resize_file(path, mebibytes << 20);
        };
        const auto packed = packedPath(packedFolder().toStdString(),
                                       plainPath(demoModelFolder().toStdString()), Precision::int4);
        write(packed, 2);
        const auto place = cachePlace(computedFolder(makeFolder().path()).toStdString());
        write(place / "v0123", 3);

        WindowFixture& w = showKept();
        w.view().resize(1200, 900);
        w.click("modelsToggle");
        QTRY_VERIFY2(w.text("modelPacked1").contains("int4 2 MiB"), qPrintable(w.text("modelPacked1")));
        w.click("modelMore1");
        w.click("modelPackedRemove1");
        QTRY_VERIFY(!w.item("modelPacked1"));
        QVERIFY(!std::filesystem::exists(packed));

        QTRY_VERIFY2(w.text("computedSize").contains("3 MiB"), qPrintable(w.text("computedSize")));
        focus("computedEmpty");
        w.key(Qt::Key_Space);
        QTRY_VERIFY2(w.text("computedSize").contains("Nothing"), qPrintable(w.text("computedSize")));
        QVERIFY(!std::filesystem::exists(place));
    }

    void wrongFolderIsExplainedOnThePage() {
        WindowFixture& w = show();
        const QTemporaryDir folder;
        QFile config(folder.filePath("config.json"));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(R"({"model_type": "qwen3_vl", "architectures": ["Qwen3VLForConditionalGeneration"]})");
        config.close();
        QVERIFY(w.waitUntilReady());
        w.click("modelsToggle");
        library().add(QUrl::fromLocalFile(folder.path()));
        QTRY_VERIFY(w.item("modelCheck2"));
        const QString problem = w.text("modelDescription2");
        QVERIFY2(problem.contains("config.json") && problem.contains("text_config"), qPrintable(problem));
        w.click("modelMore2");
        w.click("modelRemove2");
        QTRY_VERIFY(!w.item("modelCard2"));
        QVERIFY(QFile::exists(config.fileName()));
    }

    void idleTimeIsSet() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        w.click("modelsToggle");
        typeOver("idleMinutes", "3");
        QCOMPARE(library().idleMinutes(), 3.0);
        typeOver("idleMinutes", "-1");
        QCOMPARE(library().idleMinutes(), 3.0);
    }

    void logShowsWhatTheEngineDoes() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        QVERIFY(!w.item("logDrawer"));
        w.key(Qt::Key_F12);
        QTRY_VERIFY(w.item("logDrawer"));
        auto* journal = qobject_cast<EventRecorder*>(w.chat().journal());
        QTRY_VERIFY(journal->log().rowCount() >= 2);
        w.chat().parameters().setMaxTokens(4);
        w.chat().setDraft("hello");
        w.chat().send();
        QVERIFY(w.waitForReply());
        QTRY_VERIFY(w.item("phaseText0"));
        QVERIFY(journal->log().allText().contains("decode of"));
        w.click("logCopy");
        // The engine may have gone on since.
        const QString copied = QGuiApplication::clipboard()->text();
        QVERIFY2(copied.contains("decode of") && journal->log().allText().startsWith(copied),
                 qPrintable(copied));
        w.click("logKind2");
        auto* rows = qobject_cast<QAbstractItemModel*>(journal->events());
        QTRY_COMPARE(rows->rowCount(), 0);
        w.chat().openModelFolder(QUrl::fromLocalFile("/nowhere/model"));
        QTRY_COMPARE(rows->rowCount(), 1);
        QTRY_COMPARE(w.text("logKind2"), QString("Errors (1)"));
        w.key(Qt::Key_F12);
        QTRY_VERIFY(!w.item("logDrawer"));
        w.click("logToggle");
        QTRY_VERIFY(w.item("logDrawer"));
    }

    void allFitsIntoTheSmallestWindow() {
        WindowFixture& w = show(560, 480);
        QVERIFY(w.waitUntilReady());
        const auto fits = [&w](const char* name) {
            QQuickItem* item = w.item(name);
            if (item == nullptr) return false;
            const QRectF place = item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
            return QRectF(0, 0, 560, 480).contains(place);
        };
        w.key(Qt::Key_F12);
        QTRY_VERIFY(fits("logCopy") && fits("logClose") && fits("question") && fits("logToggle"));
        w.key(Qt::Key_F12);
        w.click("modelsToggle");
        QTRY_VERIFY(fits("addModelFolder") && fits("modelsClose"));
        w.key(Qt::Key_Escape);
        w.key(Qt::Key_F9);
        QTRY_VERIFY(fits("presetPicker") && fits("savePreset") && fits("resetParameters"));
    }
};

int main(int argc, char** argv) {
    prepareWindowing();
    QCoreApplication::setApplicationVersion(QStringLiteral("0.0"));
    QGuiApplication application(argc, argv);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    PanelsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "panels_test.moc"
