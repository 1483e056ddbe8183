// The folder of packed files: what is left when packing is interrupted, when there is no room, and when
// others use it. Processes that pack at once, are killed or may not write are this program, started again.
#include "inference/files/packed_folder.h"

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <thread>

#include "tests/inference/failure.h"
#include "tests/inference/files/packed_models.h"

using namespace sightline;
using namespace sightline::test;
using Placement = PackedPlacement;
namespace fs = std::filesystem;

namespace {

// ---- This program as another process: --child MODE MODEL CACHE

constexpr int code_error = 10;
constexpr int code_packed = 0;
constexpr int code_read = 1;
constexpr int code_packed_unkept = 2;
constexpr int code_other_numbers = 3;
constexpr int code_no_tmpfs = 4;

int child(const std::string& mode, const fs::path& model, fs::path cache) {
    try {
        if (mode == "small files") {
            const rlimit limit{100'000, 100'000};
            setrlimit(RLIMIT_FSIZE, &limit);
        } else if (mode == "nobody" && geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) {
            return code_error;
        } else if (mode == "small disk") {
            if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
                mount("tmpfs", cache.c_str(), "tmpfs", 0, "size=128k") != 0)
                return code_no_tmpfs;
        }
        const Opened opened = openPacked(model, optionsFor(cache));
        if (!differenceFromSource(model, *opened.weights, Precision::int4).empty()) return code_other_numbers;
        if (!opened.weights->notice().empty()) {
            std::ofstream(model / "notice") << opened.weights->notice();
            std::fputs(opened.weights->notice().c_str(), stderr);
            return code_packed_unkept;
        }
        return opened.packed ? code_packed : code_read;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return code_error;
    }
}

pid_t startChild(const std::string& mode, const fs::path& model, const fs::path& cache) {
    const std::string self = QCoreApplication::applicationFilePath().toStdString();
    const pid_t process = fork();
    if (process == 0) {
        execl(self.c_str(), self.c_str(), "--child", mode.c_str(), model.c_str(), cache.c_str(), nullptr);
        _exit(code_error);
    }
    return process;
}

// The exit code, or -1 if it was killed.
int endOf(pid_t process) {
    int status = 0;
    waitpid(process, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

class PackedFolderTest : public QObject, private PackedModels {
    Q_OBJECT
  private Q_SLOTS:
    void init() { begin(); }

    void stopsWhileWaiting() {
        fs::create_directories(cache());
        const PackedFolderLock lock = PackedFolderLock::tryNow(cache());
        QVERIFY(lock.held());
        std::stop_source stop;
        const auto watch = [&](PackedStage stage, double) {
            if (stage == PackedStage::waiting) stop.request_stop();
        };
        COMPARE_FAILURE(failureOf([&] { openPacked(model(), optionsFor(cache()), stop.get_token(), watch); }),
                        ErrorKind::cancelled, "stopped");
    }

    void twoProcessesAtOnce() {
        writeTinyModel(model(), mediumModel());
        const fs::path second_model = path("second");
        writeTinyModel(second_model, mediumModel());
        std::vector<pid_t> processes;
        for (int i = 0; i < 3; ++i)
            processes.push_back(startChild("pack", model(), cache()));
        processes.push_back(startChild("pack", second_model, cache()));
        std::vector<int> ends;
        for (const pid_t process : processes)
            ends.push_back(endOf(process));
        QCOMPARE(ends[3], code_packed);
        ends.pop_back();
        std::sort(ends.begin(), ends.end());
        QCOMPARE(ends, (std::vector<int>{code_packed, code_read, code_read}));
        QCOMPARE(namesIn(cache()).size(), std::size_t{3});
    }

    // The threads of one process are kept apart like processes.
    void twoEnginesOfOneProcess() {
        writeTinyModel(model(), mediumModel());
        std::atomic<int> packed_by{0};
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 3; ++i)
                threads.emplace_back([&] { packed_by += openPacked(model(), optionsFor(cache())).packed; });
        }
        QCOMPARE(packed_by.load(), 1);
    }

    void aKillLeavesNothingThatIsBelieved() {
        writeTinyModel(model(), mediumModel());
        int left_over = 0;
        int finished = 0;
        for (int milliseconds = 2; milliseconds < 3000 && finished < 3;
             milliseconds += milliseconds / 4 + 5) {
            const pid_t process = startChild("pack", model(), cache());
            QTest::qSleep(milliseconds);
            kill(process, SIGKILL);
            finished += endOf(process) != -1;
            std::error_code error;
            if (!fs::exists(cache(), error)) continue;
            for (const std::string& name : namesIn(cache()))
                left_over += name.find(".new-") != std::string::npos;
            const Opened opened = openPacked(model(), optionsFor(cache()));
            VERIFY_PACKED_FROM(model(), *opened.weights, Precision::int4);
            QCOMPARE(namesIn(cache()).size(), std::size_t{2});  // the leftover is gone
            fs::remove(packed());
        }
        QVERIFY2(left_over > 0, "none was killed while it packed");
    }

    void withoutRoomItPacksIntoMemory_data() {
        QTest::addColumn<QString>("reason");
        QTest::newRow("small files") << "may have 98 KiB at most";
        QTest::newRow("small disk") << "free, and";
        QTest::newRow("nobody") << "Permission denied";
    }

    void withoutRoomItPacksIntoMemory() {
        QFETCH(QString, reason);
        fs::create_directories(cache());
        // For others to come in, but not to write.
        chmod(folder().toUtf8().constData(), 0755);
        chmod(cache().c_str(), 0555);
        chmod(model().c_str(), 0777);
        const int end = endOf(startChild(QTest::currentDataTag(), model(), cache()));
        if (end == code_no_tmpfs) QSKIP("no file system can be mounted here");
        QCOMPARE(end, code_packed_unkept);
        const QString notice = QString::fromStdString(readBytes(model() / "notice"));
        QVERIFY2(notice.contains(reason) && notice.contains("not kept for the next start"),
                 qPrintable(notice));
        QVERIFY(test::isOneSentence(notice.toStdString()));
        QVERIFY(!fs::exists(packed()));
        chmod(cache().c_str(), 0755);
    }

    void aFileInPlaceOfTheFolder() {
        writeBytes(path("file"), "x");
        for (const fs::path& folder : {path("file"), path("file") / "below", fs::path("/proc/sightline")}) {
            const Opened opened = openPacked(model(), optionsFor(folder));
            VERIFY_PACKED_FROM(model(), *opened.weights, Precision::int4);
            QVERIFY2(opened.weights->notice().find("not kept") != std::string::npos,
                     opened.weights->notice().c_str());
        }
    }

    // A packed folder that an administrator has filled.
    void readsFromAFolderThatCannotBeWritten() {
        chmod(folder().toUtf8().constData(), 0755);
        openPacked(model(), optionsFor(cache()));
        chmod(packed().c_str(), 0444);
        chmod(cache().c_str(), 0555);
        QCOMPARE(endOf(startChild("nobody", model(), cache())), code_read);
        chmod(cache().c_str(), 0755);
    }

    void aMappedFileThatIsCutOff() {
        PackedOptions options = optionsFor(cache());
        openPacked(model(), options);
        options.placement = Placement::mapped;
        const Opened mapped = openPacked(model(), options);
        QVERIFY(openPacked(model(), options).weights->damagedFile().empty());
        QVERIFY2(mapped.weights->damagedFile().empty(), "that another opened it is no damage");
        fs::resize_file(packed(), 8192);
        const auto& matrix = *mapped.weights->find("model.language_model.layers.1.mlp.down_proj.weight");
        QCOMPARE(kernels::weightAt(matrix, 1, 1), 0.0F * kernels::weightAt(matrix, 1, 1));
        QCOMPARE(mapped.weights->damagedFile(), packed());
        const Opened again = openPacked(model(), options);
        QVERIFY(again.packed);
        VERIFY_PACKED_FROM(model(), *again.weights, Precision::int4);
        QCOMPARE(mapped.weights->damagedFile(), packed());
    }

    // Renaming leaves what others have mapped as it is.
    void aMappedFileThatIsReplaced() {
        PackedOptions options = optionsFor(cache());
        options.placement = Placement::mapped;
        const Opened first = openPacked(model(), options);
        const auto& matrix = *first.weights->find("model.language_model.layers.1.mlp.down_proj.weight");
        const float before = kernels::weightAt(matrix, 1, 1);
        TinyModelOptions other;
        other.seed = 2;
        writeTinyModel(model(), other);
        QVERIFY(openPacked(model(), options).packed);
        QCOMPARE(kernels::weightAt(matrix, 1, 1), before);
        QVERIFY(first.weights->damagedFile().empty());
    }

    void sweepsWhatIsNotUsed() {
        const fs::path gone = path("gone");
        const fs::path unused = path("unused");
        const fs::path kept = path("kept");
        for (const fs::path& folder : {gone, unused, kept}) {
            writeTinyModel(folder);
            openPacked(folder, optionsFor(cache()));
        }
        const fs::path of_gone = packedPath(cache(), gone, Precision::int4);
        const fs::path of_unused = packedPath(cache(), unused, Precision::int4);
        const fs::path of_kept = packedPath(cache(), kept, Precision::int4);
        writeBytes(cache() / "notes.txt", "mine");
        writeBytes(cache() / "dead-int4.packed.new-1-0", "half");
        fs::remove_all(gone);
        setAge(cache() / "notes.txt", 1000);
        setAge(of_unused, 59);
        setAge(of_kept, 59);
        setAge(of_gone, 6);
        openPacked(model(), optionsFor(cache()));
        QVERIFY(fs::exists(of_unused) && fs::exists(of_kept) && fs::exists(of_gone));
        QVERIFY(!fs::exists(cache() / "dead-int4.packed.new-1-0"));
        openPacked(kept, optionsFor(cache()));  // is used now
        setAge(of_unused, 61);
        setAge(of_gone, 8);
        QVERIFY(!openPacked(model(), optionsFor(cache())).packed);
        QVERIFY(!fs::exists(of_unused) && !fs::exists(of_gone));
        QVERIFY(fs::exists(of_kept) && fs::exists(packed()) && fs::exists(cache() / "notes.txt"));
    }
};

int main(int argc, char** argv) {
    if (argc == 5 && std::strcmp(argv[1], "--child") == 0) return child(argv[2], argv[3], argv[4]);
    QCoreApplication application(argc, argv);
    PackedFolderTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "packed_folder_test.moc"
