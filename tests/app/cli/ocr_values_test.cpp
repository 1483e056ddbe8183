// The parts of `sightline ocr` that need no reader: pages, inputs, plan, journal, records, progress.
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "app/cli/ocr_inputs.h"
#include "app/cli/ocr_journal.h"
#include "app/cli/ocr_options.h"
#include "app/cli/ocr_output.h"
#include "app/cli/ocr_plan.h"
#include "app/cli/ocr_progress.h"
#include "app/cli/page_record.h"
#include "tests/inference/failure.h"

using namespace sightline;
using namespace sightline::test;

namespace {

const JournalFile letter{QStringLiteral("letter.pdf"), QStringLiteral("10:1")};

Page pageSaying(const std::string& text) {
    Page page;
    page.width = 200;
    page.height = 100;
    Line line;
    line.text = text;
    line.quad = quadOf({10, 10, 90, 30});
    line.words.push_back({text, line.quad, 0.5});
    line.confidence = 0.5;
    Block block;
    block.box = {10, 10, 90, 30};
    block.lines.push_back(line);
    page.blocks.push_back(block);
    return page;
}

PageRecord record(int page, const std::string& text) {
    PageRecord made;
    made.file = QStringLiteral("a--b.pdf");
    made.page = page;
    made.pages = 5;
    made.content = pageSaying(text);
    return made;
}

}  // namespace

class OcrValuesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void pagesAreSelected_data();
    void pagesAreSelected();
    void badPagesAreRefused();
    void foldersAreWalkedInOrder();
    void linkLoopsEnd();
    void unreadableFoldersAreTold();
    void theOutputFolderIsNotRead();
    void outputsMirrorTheTree();
    void nothingIsOverwritten();
    void senselessCommandsAreRefused_data();
    void senselessCommandsAreRefused();
    void aJournalGivesBackItsPages();
    void aTornLineIsDropped();
    void otherOptionsAreAnotherRun();
    void twoRunsDoNotShareAJournal();
    void aFullDiskKeepsTheJournal();
    void recordsAreWritten();
    void wordsComeBackFromJson();
    void durationsAreShort();

  private:
    QString path(const QString& name) const { return folder_->filePath(name); }
    void touch(const QString& name, const QByteArray& bytes = "x") {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    std::string word(const QString& name) const { return path(name).toStdString(); }
    QStringList names(const OcrInputs& inputs) const {
        QStringList names;
        for (const OcrInput& input : inputs.documents)
            names << input.relative;
        return names;
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

void OcrValuesTest::pagesAreSelected_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<int>>("pages");  // of a document of 8
    QTest::newRow("one") << "7" << QList<int>{7};
    QTest::newRow("range and one") << "1-3,7" << QList<int>{1, 2, 3, 7};
    QTest::newRow("to the end") << "6-" << QList<int>{6, 7, 8};
    QTest::newRow("any order, each once") << "7,2-4,3" << QList<int>{2, 3, 4, 7};
    QTest::newRow("beyond the end") << "7-99" << QList<int>{7, 8};
    QTest::newRow("none of them") << "9" << QList<int>{};
    QTest::newRow("as far as numbers go") << "8-2147483647" << QList<int>{8};
}

void OcrValuesTest::pagesAreSelected() {
    QFETCH(const QString, text);
    QFETCH(const QList<int>, pages);
    const auto selection = PageSelection::parse(text.toStdString());
    QVERIFY(selection);
    const std::vector<int> found = selection->of(8);
    QCOMPARE(QList<int>(found.begin(), found.end()), pages);
    QCOMPARE(PageSelection().of(3), (std::vector<int>{1, 2, 3}));
}

void OcrValuesTest::badPagesAreRefused() {
    for (const char* text : {"", ",", "0", "-3", "3-1", "1,", "a", "1-2-3", "1.5", " 1", "99999999999"})
        QVERIFY2(!PageSelection::parse(text), text);
}

void OcrValuesTest::foldersAreWalkedInOrder() {
    touch("in/b.png");
    touch("in/a/2.pdf");
    touch("in/a/10.JPG");
    touch("in/notes.docx");
    touch("in/.hidden.png");
    touch("in/c.heic");
    touch("other.bin");
    const OcrInputs inputs = findInputs({word("in") + "/", word("other.bin"), "-", word("gone.png")}, {});
    QCOMPARE(names(inputs),
             QStringList({"a/10.JPG", "a/2.pdf", "b.png", "c.heic", "other.bin", "-", "gone.png"}));
    QCOMPARE(inputs.other_files, 1);
    QVERIFY(inputs.problems.isEmpty());
    QCOMPARE(inputs.documents[2].name, path("in/b.png"));
}

void OcrValuesTest::linkLoopsEnd() {
    touch("in/a/1.png");
    touch("in/b/2.png");
    QCOMPARE(::symlink("..", qPrintable(path("in/a/up"))), 0);
    QCOMPARE(::symlink("../a", qPrintable(path("in/b/again"))), 0);
    QCOMPARE(::symlink("self.png", qPrintable(path("in/self.png"))), 0);
    QCOMPARE(::symlink("1.png", qPrintable(path("in/a/link.png"))), 0);
    const OcrInputs inputs = findInputs({word("in")}, {});
    QCOMPARE(names(inputs), QStringList({"a/1.png", "a/link.png", "b/2.png"}));
    QCOMPARE(inputs.remarks.size(), 2);
    QVERIFY2(inputs.remarks[0].contains("in/a/up"), qPrintable(inputs.remarks[0]));
    QCOMPARE(inputs.problems.size(), 1);
    QVERIFY2(inputs.problems[0].contains("self.png"), qPrintable(inputs.problems[0]));
}

void OcrValuesTest::unreadableFoldersAreTold() {
    if (::geteuid() == 0) QSKIP("root may read every folder");
    touch("in/a.png");
    touch("in/locked/b.png");
    QVERIFY(QFile::setPermissions(path("in/locked"), {}));
    const OcrInputs inputs = findInputs({word("in")}, {});
    QVERIFY(QFile::setPermissions(path("in/locked"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    QCOMPARE(names(inputs), QStringList({"a.png"}));
    QCOMPARE(inputs.problems.size(), 1);
    QVERIFY(inputs.problems[0].contains("locked"));
}

void OcrValuesTest::theOutputFolderIsNotRead() {
    touch("in/a.png");
    touch("in/out/a.png.pdf");
    QCOMPARE(names(findInputs({word("in")}, path("in/out/"))), QStringList({"a.png"}));
}

void OcrValuesTest::outputsMirrorTheTree() {
    touch("in/sub/a.pdf");
    touch("in/b.png");
    OcrOptions options;
    options.inputs = {word("in")};
    options.output = word("out") + "/";
    const OcrPlan plan = planOcr(options);
    QVERIFY(!plan.one_output);
    QCOMPARE(plan.documents.size(), std::size_t{2});
    QCOMPARE(plan.documents[0].target, path("out/b.png.txt"));
    QCOMPARE(plan.documents[1].target, path("out/sub/a.pdf.txt"));
    QVERIFY(!QFile::exists(path("out")));
    options.format = OcrFormat::pdf;
    QCOMPARE(planOcr(options).documents[0].target, path("out/b.png.pdf"));
    QCOMPARE(planOcr(options).documents[1].target, path("out/sub/a.pdf"));
    // Two documents of one name.
    touch("more/b.png");
    options.inputs.push_back(word("more/b.png"));
    const OcrPlan twice = planOcr(options);
    QCOMPARE(twice.documents.size(), std::size_t{2});
    QVERIFY2(twice.problems.join(' ').contains("same file"), qPrintable(twice.problems.join(' ')));
}

void OcrValuesTest::nothingIsOverwritten() {
    touch("in/a.pdf");
    touch("in/b.pdf");
    touch("out/a.pdf.txt");
    OcrOptions options;
    options.inputs = {word("in")};
    options.output = word("out");
    OcrPlan plan = planOcr(options);
    QCOMPARE(plan.documents.size(), std::size_t{1});
    QVERIFY2(plan.problems.join(' ').contains("a.pdf.txt exists: --overwrite"),
             qPrintable(plan.problems.join(' ')));
    options.overwrite = true;
    QCOMPARE(planOcr(options).documents.size(), std::size_t{2});
    options.overwrite = false;
    options.resume = true;
    plan = planOcr(options);
    QCOMPARE(plan.documents.size(), std::size_t{1});
    QCOMPARE(plan.finished_before, 1);
    QVERIFY(plan.problems.isEmpty());
    options.resume = false;
    // Unfinished ones want a decision.
    touch("out/b.pdf.txt.unfinished");
    plan = planOcr(options);
    QVERIFY(plan.documents.empty());
    QVERIFY2(plan.problems.join(' ').contains("--resume goes on"), qPrintable(plan.problems.join(' ')));
    options.resume = true;
    QCOMPARE(planOcr(options).documents.size(), std::size_t{1});
    // A searchable PDF is never put over its original, whatever was said.
    options = {};
    options.inputs = {word("in")};
    options.output = word("in") + "/";
    options.format = OcrFormat::pdf;
    options.overwrite = true;
    options.inputs = {word("in/a.pdf")};
    plan = planOcr(options);
    QVERIFY(plan.documents.empty());
    QVERIFY2(plan.problems.join(' ').contains("would be replaced"), qPrintable(plan.problems.join(' ')));
}

void OcrValuesTest::senselessCommandsAreRefused_data() {
    QTest::addColumn<QStringList>("inputs");
    QTest::addColumn<QString>("output");
    QTest::addColumn<int>("format");
    QTest::addColumn<bool>("resume");
    QTest::addColumn<QByteArray>("reason");
    const int pdf = static_cast<int>(OcrFormat::pdf);
    QTest::newRow("PDF to the terminal")
        << QStringList{"a.pdf"} << QString() << pdf << false << QByteArray("-o");
    QTest::newRow("resume nothing") << QStringList{"a.pdf"} << QString() << 0 << true << QByteArray("-o");
    QTest::newRow("input twice") << QStringList{"-", "-"} << QString() << 0 << false << QByteArray("once");
    QTest::newRow("onto itself") << QStringList{"a.pdf"} << QString("a.pdf") << pdf << false
                                 << QByteArray("cannot be the output");
    QTest::newRow("two PDFs in one") << QStringList{"a.pdf", "b.pdf"} << QString("c.pdf") << pdf << false
                                     << QByteArray("folder");
}

void OcrValuesTest::senselessCommandsAreRefused() {
    QFETCH(const QStringList, inputs);
    QFETCH(const QString, output);
    QFETCH(const int, format);
    QFETCH(const bool, resume);
    QFETCH(const QByteArray, reason);
    touch("a.pdf", "%PDF-1.7");
    touch("b.pdf", "%PDF-1.7");
    OcrOptions options;
    for (const QString& input : inputs)
        options.inputs.push_back(input == "-" ? "-" : word(input));
    if (!output.isEmpty()) options.output = word(output);
    options.format = static_cast<OcrFormat>(format);
    options.resume = resume;
    COMPARE_FAILURE(failureOf([&] { planOcr(options); }), ErrorKind::invalid_input, reason.toStdString());
}

void OcrValuesTest::aJournalGivesBackItsPages() {
    const QByteArray bytes = "Line 1\n\f\"quoted\" \\ Müller 发票\n";
    {
        OcrJournal journal(path("j"), "{\"h\":1}", false);
        journal.add(letter, 1, false, bytes);
        journal.add(letter, 3, true, {});
    }
    OcrJournal again(path("j"), "{\"h\":1}", true);
    QCOMPARE(again.size(), std::size_t{2});
    QVERIFY(again.find(letter, 1) && !again.find(letter, 1)->failed);
    QCOMPARE(again.bytesOf(*again.find(letter, 1)), bytes);
    QVERIFY(again.find(letter, 3)->failed);
    QVERIFY(!again.find(letter, 2));
    QVERIFY(!again.find({letter.name, "10:2"}, 1));  // the file changed since
    again.remove();
    QVERIFY(!QFile::exists(path("j")));
    QCOMPARE(OcrJournal::read(path("j"), "{\"h\":1}").size(), std::size_t{0});
}

void OcrValuesTest::aTornLineIsDropped() {
    {
        OcrJournal journal(path("j"), "{}", false);
        journal.add(letter, 1, false, "first");
        journal.add(letter, 2, false, "second");
    }
    QFile file(path("j"));
    const qint64 size = file.size();
    for (const qint64 cut : {qint64{1}, qint64{20}}) {
        QVERIFY(QFile::copy(path("j"), path("torn")));
        QVERIFY(QFile::resize(path("torn"), size - cut));
        {
            OcrJournal torn(path("torn"), "{}", true);
            QCOMPARE(torn.size(), std::size_t{1});
            torn.add(letter, 2, false, "again");
        }
        OcrJournal mended(path("torn"), "{}", true);
        QCOMPARE(mended.size(), std::size_t{2});
        QCOMPARE(mended.bytesOf(*mended.find(letter, 1)), QByteArray("first"));
        QCOMPARE(mended.bytesOf(*mended.find(letter, 2)), QByteArray("again"));
        QVERIFY(QFile::remove(path("torn")));
    }
}

void OcrValuesTest::otherOptionsAreAnotherRun() {
    { OcrJournal journal(path("j"), "{\"format\":\"text\"}", false); }
    COMPARE_FAILURE(failureOf([&] { OcrJournal(path("j"), "{\"format\":\"md\"}", true); }),
                    ErrorKind::invalid_input, "other options");
    OcrOptions one;
    OcrOptions other;
    other.pages = *PageSelection::parse("1-3");
    QVERIFY(journalHeader(one) != journalHeader(other));
    other = {};
    other.layer = LayerUse::skip;
    QVERIFY(journalHeader(one) != journalHeader(other));
    other = {};
    other.jobs = 7;  // changes nothing of the result
    QCOMPARE(journalHeader(one), journalHeader(other));
}

void OcrValuesTest::twoRunsDoNotShareAJournal() {
    const OcrJournal journal(path("j"), "{}", false);
    COMPARE_FAILURE(failureOf([&] { OcrJournal(path("j"), "{}", true); }), ErrorKind::invalid_input,
                    "another run");
}

void OcrValuesTest::aFullDiskKeepsTheJournal() {
    // A limit of this process's file sizes is a full disk for the journal alone.
    OcrJournal journal(path("j"), "{}", false);
    journal.add(letter, 1, false, "first");
    const qint64 size = QFile(path("j")).size();
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = static_cast<rlim_t>(size + 100);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto failure = failureOf([&] { journal.add(letter, 2, false, QByteArray(1000, 'x')); });
    setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    COMPARE_FAILURE(failure, ErrorKind::invalid_input, "cannot be written");
    QCOMPARE(QFile(path("j")).size(), size);
    journal.add(letter, 2, false, "second");
    QCOMPARE(journal.bytesOf(*journal.find(letter, 2)), QByteArray("second"));
    QCOMPARE(OcrJournal::read(path("j"), "{}").size(), std::size_t{2});
}

void OcrValuesTest::recordsAreWritten() {
    PageRecord first = record(2, "Hello");
    first.first = true;
    QCOMPARE(written(first, OcrFormat::text), QByteArray("Hello\n"));
    first.named = true;
    first.first_document = true;
    QCOMPARE(written(first, OcrFormat::text), QByteArray("==> a--b.pdf <==\nHello\n"));
    QCOMPARE(written(first, OcrFormat::markdown), QByteArray("<!-- a- -b.pdf -->\n\nHello\n"));
    const PageRecord later = record(3, "World");
    QCOMPARE(written(later, OcrFormat::text), QByteArray("\fWorld\n"));
    QCOMPARE(written(later, OcrFormat::markdown), QByteArray("\n<!-- page 3 -->\n\nWorld\n"));
    const QByteArray line = written(later, OcrFormat::json_lines);
    QCOMPARE(line.count('\n'), 1);
    const QJsonObject fields = QJsonDocument::fromJson(line).object();
    QCOMPARE(fields["file"].toString(), QString("a--b.pdf"));
    QCOMPARE(fields["page"].toInt(), 3);
    QCOMPARE(fields["pages"].toInt(), 5);
    QCOMPARE(fields["width"].toInt(), 200);
    QCOMPARE(fields["text"].toString(), QString("World\n"));
    QCOMPARE(fields["source"].toString(), QString("reader"));
    QCOMPARE(fields["content"].toObject()["blocks"].toArray().size(), 1);
    QVERIFY(!fields.contains("error"));
    PageRecord failed = record(4, "");
    failed.content = {};
    failed.error = "it made \"the\" decoder crash";
    QCOMPARE(QJsonDocument::fromJson(written(failed, OcrFormat::json_lines)).object()["error"].toString(),
             QString("it made \"the\" decoder crash"));
    QCOMPARE(written(failed, OcrFormat::text), QByteArray("\f"));
    QVERIFY(written(failed, OcrFormat::pdf).isEmpty());
    PageRecord layer = record(1, "own text");
    layer.from_layer = true;
    QVERIFY(written(layer, OcrFormat::pdf).isEmpty());
    QVERIFY(QJsonDocument::fromJson(writtenFailure("x.pdf", "why", OcrFormat::json_lines)).isObject());
    QVERIFY(writtenFailure("x.pdf", "why", OcrFormat::text).isEmpty());
}

void OcrValuesTest::wordsComeBackFromJson() {
    const std::optional<Page> page = wordsFromJson(written(record(1, "Müller"), OcrFormat::pdf));
    QVERIFY(page);
    QCOMPARE(page->width, 200);
    QCOMPARE(page->blocks.size(), std::size_t{1});
    const Word& word = page->blocks[0].lines[0].words[0];
    QCOMPARE(word.text, std::string("Müller"));
    QCOMPARE(word.quad[2].x, 90.0);
    QCOMPARE(word.quad[2].y, 30.0);
    for (const char* bad : {"", "[]", "{}", "{\"width\":0,\"height\":5}"})
        QVERIFY2(!wordsFromJson(bad), bad);
}

void OcrValuesTest::durationsAreShort() {
    QCOMPARE(durationText(0.4), std::string("0 s"));
    QCOMPARE(durationText(75), std::string("75 s"));
    QCOMPARE(durationText(360), std::string("6 min"));
    QCOMPARE(durationText(7500), std::string("2 h 5 min"));
}

QTEST_GUILESS_MAIN(OcrValuesTest)
#include "ocr_values_test.moc"
