// Every text of the program is in the translation files, translated, with the same places for numbers and
// names.
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>
#include <algorithm>

#include "app/chat/chat_controller.h"
#include "app/models/error_text.h"
#include "app/models/model_state.h"
#include "app/pictures/picture_reading.h"
#include "tests/test_paths.h"
#include "ui/window.h"

using namespace sightline;

class TranslationsTest : public QObject {
    Q_OBJECT

  private:
    struct Entry {
        QString context;
        QString source;
        QString translation;
        bool finished = false;
    };

    static QString folder() { return test_paths::source("translations/"); }

    static QList<Entry> read(const QString& path) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) return {};
        QList<Entry> entries;
        QString context;
        QXmlStreamReader xml(&file);
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement) continue;
            if (xml.name() == QLatin1String("name"))
                context = xml.readElementText();
            else if (xml.name() == QLatin1String("message"))
                entries.append({context, {}, {}, false});
            else if (xml.name() == QLatin1String("source"))
                entries.last().source = xml.readElementText();
            else if (xml.name() == QLatin1String("translation")) {
                entries.last().finished = !xml.attributes().hasAttribute(QStringLiteral("type"));
                entries.last().translation = xml.readElementText(QXmlStreamReader::IncludeChildElements);
            }
        }
        return entries;
    }

    static QStringList places(const QString& text) {
        static const QRegularExpression place(QStringLiteral("%(L?[0-9]+|n)"));
        QStringList found;
        for (auto match = place.globalMatch(text); match.hasNext();)
            found << match.next().captured();
        found.sort();
        return found;
    }

  private Q_SLOTS:
    void isComplete_data() {
        QTest::addColumn<QString>("language");
        QTest::newRow("zh_CN") << QStringLiteral("zh_CN");
    }

    void isComplete() {
        QFETCH(QString, language);
        const QList<Entry> entries = read(folder() + QStringLiteral("sightline_%1.ts").arg(language));
        QVERIFY(entries.size() > 80);
        for (const Entry& entry : entries) {
            const QString where = entry.context + QStringLiteral(": ") + entry.source;
            QVERIFY2(entry.finished && !entry.translation.trimmed().isEmpty(),
                     qPrintable(where + QStringLiteral(" is not translated")));
            QVERIFY2(places(entry.source) == places(entry.translation),
                     qPrintable(where + QStringLiteral(" has other places")));
        }
    }

    // The sources are read again: a text that was added or changed since is missing here.
    void knowsEveryText() {
        const QTemporaryDir scratch;
        const QString file = scratch.filePath(QStringLiteral("sightline_zh_CN.ts"));
        QProcess lupdate;
        lupdate.start(
            test_paths::lupdate(),
            {QStringLiteral("-silent"), QStringLiteral("-locations"), QStringLiteral("none"),
             QStringLiteral("-source-language"), QStringLiteral("en"), QStringLiteral("-target-language"),
             QStringLiteral("zh_CN"), QStringLiteral("-I"), test_paths::source(), test_paths::source("app"),
             test_paths::source("ui"), QStringLiteral("-ts"), file});
        QVERIFY(lupdate.waitForFinished(60000));
        QCOMPARE(lupdate.exitCode(), 0);
        const QList<Entry> wanted = read(file);
        const QList<Entry> known = read(folder() + QStringLiteral("sightline_zh_CN.ts"));
        QVERIFY(wanted.size() > 80);
        for (const Entry& entry : wanted) {
            const bool found = std::any_of(known.begin(), known.end(), [&entry](const Entry& other) {
                return other.context == entry.context && other.source == entry.source;
            });
            QVERIFY2(found, qPrintable(QStringLiteral("run the target translations_update and translate: ") +
                                       entry.source));
        }
    }

    void isInTheProgram() {
        QVERIFY(QFile::exists(QStringLiteral(":/i18n/sightline_zh_CN.qm")));
        QVERIFY(QFile::exists(QStringLiteral(":/i18n/sightline_en.qm")));
    }

    // Texts of C++ are looked up by the full name of their class: under another name none is ever found.
    void textsOfClassesAreFound() {
        QTranslator translator;
        QVERIFY(translator.load(QStringLiteral(":/i18n/sightline_zh_CN.qm")));
        QVERIFY(QCoreApplication::installTranslator(&translator));
        QVERIFY(ChatController::tr("Pasted picture") != QLatin1String("Pasted picture"));
        QVERIFY(ModelState::tr("The model is still being loaded.") !=
                QLatin1String("The model is still being loaded."));
        QVERIFY(PictureReading::tr("%L1 % sure") != QLatin1String("%L1 % sure"));
        QVERIFY(describe(ErrorKind::internal, "x", Doing::reading_text).sentence !=
                QLatin1String("The text could not be read: x."));
    }

    void datesAreOfTheLanguageAndOfTheCountry_data() {
        QTest::addColumn<QLocale>("system");
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("time");
        QTest::addColumn<QString>("month");
        QTest::newRow("as the system") << QLocale("de_DE") << ""
                                       << "15:04"
                                       << "März";
        QTest::newRow("English in Germany") << QLocale("de_DE") << "en"
                                            << "15:04"
                                            << "March";
        QTest::newRow("English in the US") << QLocale("en_US") << "en"
                                           << "3:04 PM"
                                           << "March";
        QTest::newRow("English without a language") << QLocale::c() << "en"
                                                    << "15:04:00"
                                                    << "March";
        QTest::newRow("Chinese in the US") << QLocale("en_US") << "zh_CN"
                                           << "15:04"
                                           << "三月";
    }
    void datesAreOfTheLanguageAndOfTheCountry() {
        QFETCH(QLocale, system);
        QFETCH(QString, language);
        const QLocale before;
        QLocale::setDefault(system);
        dressApplication(*qGuiApp, language);
        const QLocale now;
        QLocale::setDefault(before);
        QTEST(now.toString(QTime(15, 4), QLocale::ShortFormat).replace(QChar(0x202F), ' '), "time");
        QTEST(now.standaloneMonthName(3), "month");
    }
};

QTEST_MAIN(TranslationsTest)
#include "translations_test.moc"
