#include "inference/files/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <fstream>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "tests/inference/failure.h"

using sightline::ErrorKind;
using sightline::MappedFile;
using sightline::test::failureOf;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t page = 4096;
constexpr int code_of_previous_handler = 42;

fs::path writeFile(const fs::path& path, std::size_t bytes, char fill) {
    std::ofstream(path, std::ios::binary) << std::string(bytes, fill);
    return path;
}

std::uint64_t sum(std::span<const std::byte> bytes) {
    return std::accumulate(
        bytes.begin(), bytes.end(), std::uint64_t{0},
        [](std::uint64_t total, std::byte value) { return total + std::to_integer<std::uint64_t>(value); });
}

// A plain mapping of a file that is then emptied: touching it is a bus error that is none of MappedFile's
// business.
const volatile char* lostPlainMapping(const fs::path& path) {
    const int descriptor = open(path.c_str(), O_RDWR);
    void* const start = mmap(nullptr, page, PROT_READ, MAP_SHARED, descriptor, 0);
    if (start == MAP_FAILED || ftruncate(descriptor, 0) != 0) {
        _exit(3);
    }
    return static_cast<const volatile char*>(start);
}

void previousHandler(int) {
    _exit(code_of_previous_handler);
}
void previousHandlerWithInfo(int, siginfo_t* info, void*) {
    _exit(info->si_addr != nullptr ? code_of_previous_handler : 4);
}

// Runs in a process of its own, because the guard remembers the handler that it found when the first file was
// mapped.
int child(const std::string& mode, const fs::path& folder) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    if (mode.starts_with("handler")) {
        action.sa_handler = previousHandler;
    } else if (mode.starts_with("info")) {
        action.sa_flags = SA_SIGINFO;
        action.sa_sigaction = previousHandlerWithInfo;
    } else if (mode.starts_with("ignore")) {
        action.sa_handler = SIG_IGN;
    }
    sigaction(SIGBUS, &action, nullptr);
    const auto mapped = MappedFile::open(folder / "mapped");
    if (mode.ends_with("sent")) {
        kill(getpid(), SIGBUS);
        return 0;
    }
    return lostPlainMapping(folder / "plain")[0];
}

struct ChildEnd {
    int signal = 0;
    int code = 0;
};

ChildEnd runChild(const std::string& mode, const fs::path& folder) {
    const std::string self = QCoreApplication::applicationFilePath().toStdString();
    const std::string folder_text = folder.string();
    const pid_t process = fork();
    if (process == 0) {
        execl(self.c_str(), self.c_str(), "--child", mode.c_str(), folder_text.c_str(), nullptr);
        _exit(5);
    }
    int status = 0;
    waitpid(process, &status, 0);
    return WIFSIGNALED(status) ? ChildEnd{WTERMSIG(status), 0} : ChildEnd{0, WEXITSTATUS(status)};
}

}  // namespace

class MappedFileTest : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir folder_;
    fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }

  private Q_SLOTS:
    void mapsWhatTheFileHolds() {
        const auto file = MappedFile::open(writeFile(path("whole"), 3 * page + 17, 'a'));
        QCOMPARE(file->bytes().size(), 3 * page + 17);
        QCOMPARE(sum(file->bytes()), std::uint64_t{'a'} * (3 * page + 17));
        QCOMPARE(file->path(), path("whole"));
        QVERIFY(!file->damaged());
    }

    void refusesWhatIsNoRegularFile() {
        COMPARE_FAILURE(failureOf([&] { MappedFile::open(path("nowhere")); }), ErrorKind::invalid_model,
                        "nowhere", "No such file");
        COMPARE_FAILURE(failureOf([&] { MappedFile::open(path(".")); }), ErrorKind::invalid_model,
                        "not a regular file");
        COMPARE_FAILURE(failureOf([&] { MappedFile::open("/dev/zero"); }), ErrorKind::invalid_model,
                        "/dev/zero", "not a regular file");
        COMPARE_FAILURE(failureOf([&] { MappedFile::open(writeFile(path("empty"), 0, 'a')); }),
                        ErrorKind::invalid_model, "empty");
        QCOMPARE(mkfifo(path("fifo").c_str(), 0600), 0);
        COMPARE_FAILURE(failureOf([&] { MappedFile::open(path("fifo")); }), ErrorKind::invalid_model,
                        "not a regular file");
    }

    void readsZerosWhereTheFileWasCutOff_data() {
        QTest::addColumn<int>("kept");
        QTest::newRow("everything") << 0;
        QTest::newRow("at a page") << int(5 * page);
        QTest::newRow("inside a page") << int(5 * page + 100);
    }

    void readsZerosWhereTheFileWasCutOff() {
        QFETCH(int, kept);
        constexpr std::size_t pages = 600;
        const auto file = MappedFile::open(writeFile(path("cut"), pages * page - 1000, 'x'));
        fs::resize_file(path("cut"), static_cast<std::uintmax_t>(kept));
        std::vector<std::uint64_t> sums(4);
        {
            // Every thread in an order of its own, so that faults meet everywhere in the region at once.
            std::vector<std::jthread> threads;
            for (std::size_t thread = 0; thread < sums.size(); ++thread) {
                threads.emplace_back([&, thread] {
                    std::vector<std::size_t> order(pages);
                    std::iota(order.begin(), order.end(), 0);
                    std::shuffle(order.begin(), order.end(), std::mt19937(static_cast<unsigned>(thread)));
                    for (const std::size_t index : order) {
                        const std::size_t begin = index * page;
                        sums[thread] +=
                            sum(file->bytes().subspan(begin, std::min(page, file->bytes().size() - begin)));
                    }
                });
            }
        }
        for (const std::uint64_t total : sums) {
            QCOMPARE(total, std::uint64_t{'x'} * static_cast<std::uint64_t>(kept));
        }
        QVERIFY(file->damaged());
    }

    void staysDamagedWhenTheFileComesBack() {
        const auto file = MappedFile::open(writeFile(path("back"), 10 * page, 'x'));
        fs::resize_file(path("back"), 0);
        QCOMPARE(sum(file->bytes()), std::uint64_t{0});
        writeFile(path("back"), 10 * page, 'x');
        struct stat now {};
        QCOMPARE(stat(path("back").c_str(), &now), 0);
        QVERIFY(file->damaged());
    }

    void noticesOtherSizesAndTimes() {
        const auto longer = MappedFile::open(writeFile(path("longer"), page, 'x'));
        std::ofstream(path("longer"), std::ios::app) << "y";
        QVERIFY(longer->damaged());

        writeFile(path("touched"), page, 'x');
        const timespec long_ago[2] = {{1000, 5}, {1000, 5}};
        QCOMPARE(utimensat(AT_FDCWD, path("touched").c_str(), long_ago, 0), 0);
        const auto touched = MappedFile::open(path("touched"));
        QVERIFY(!touched->damaged());
        const timespec a_nanosecond_later[2] = {{1000, 6}, {1000, 6}};
        QCOMPARE(utimensat(AT_FDCWD, path("touched").c_str(), a_nanosecond_later, 0), 0);
        QVERIFY(touched->damaged());
    }

    void aRenamedOrRemovedFileIsWhole() {
        const auto file = MappedFile::open(writeFile(path("old"), 2 * page, 'x'));
        fs::rename(writeFile(path("new"), page, 'n'), path("old"));
        QVERIFY(!file->damaged());
        fs::remove(path("old"));
        QCOMPARE(sum(file->bytes()), std::uint64_t{'x'} * 2 * page);
        QVERIFY(!file->damaged());
    }

    void damageOfOneFileDoesNotReachAnother() {
        writeFile(path("neighbour"), page, 'x');
        for (int i = 0; i < 700; ++i) {
            const auto file = MappedFile::open(writeFile(path("first"), page, 'x'));
            const auto neighbour = MappedFile::open(path("neighbour"));
            fs::resize_file(path("first"), 0);
            QCOMPARE(sum(file->bytes()), std::uint64_t{0});
            QVERIFY(file->damaged());
            QVERIFY(!neighbour->damaged());
            QCOMPARE(sum(neighbour->bytes()), std::uint64_t{'x'} * page);
        }
    }

    void refusesMoreFilesThanTheGuardCanWatch() {
        writeFile(path("many"), page, 'x');
        std::vector<std::shared_ptr<const MappedFile>> files;
        const auto failure = failureOf([&] {
            for (int i = 0; i < 600; ++i) {
                files.push_back(MappedFile::open(path("many")));
            }
        });
        COMPARE_FAILURE(failure, ErrorKind::unsupported, "512", "many");
        QCOMPARE(files.size(), std::size_t{512});
        files.clear();
        QVERIFY(MappedFile::open(path("many")) != nullptr);
    }

    // Of a file that is not in memory, only what is touched comes there.
    void rareReadsBringNothingElse() {
        const fs::path file = writeFile(path("weights"), 2048 * page, 'x');
        const int descriptor = ::open(file.c_str(), O_RDONLY);
        QVERIFY(fsync(descriptor) == 0 && posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0);
        close(descriptor);
        const auto mapped = MappedFile::open(file);
        const auto inMemory = [&] {
            std::vector<unsigned char> pages(2048);
            if (mincore(const_cast<std::byte*>(mapped->bytes().data()), mapped->bytes().size(),
                        pages.data()) != 0)
                qFatal("mincore");
            return std::count_if(pages.begin(), pages.end(),
                                 [](unsigned char each) { return (each & 1) != 0; });
        };
        if (inMemory() > 0) QSKIP("this file system forgets nothing: is it in memory?");
        mapped->expectReads(MappedFile::Reads::rare);
        QCOMPARE(mapped->bytes()[1024 * page], std::byte{'x'});
        QVERIFY2(inMemory() > 0 && inMemory() <= 16, qPrintable(QString::number(inMemory())));
    }

    void otherBusErrorsReachThePreviousHandler_data() {
        QTest::addColumn<int>("signal");
        QTest::addColumn<int>("code");
        QTest::newRow("default") << SIGBUS << 0;
        QTest::newRow("default, sent") << SIGBUS << 0;
        QTest::newRow("handler") << 0 << code_of_previous_handler;
        QTest::newRow("handler, sent") << 0 << code_of_previous_handler;
        QTest::newRow("info handler") << 0 << code_of_previous_handler;
        QTest::newRow("ignore") << SIGBUS << 0;
        QTest::newRow("ignore, sent") << 0 << 0;
    }

    void otherBusErrorsReachThePreviousHandler() {
        QFETCH(int, signal);
        QFETCH(int, code);
        writeFile(path("mapped"), page, 'x');
        writeFile(path("plain"), page, 'x');
        const ChildEnd end = runChild(QTest::currentDataTag(), path("."));
        QCOMPARE(end.signal, signal);
        QCOMPARE(end.code, code);
    }
};

int main(int argc, char** argv) {
    if (argc == 4 && std::strcmp(argv[1], "--child") == 0) {
        return child(argv[2], argv[3]);
    }
    QCoreApplication application(argc, argv);
    MappedFileTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "mapped_file_test.moc"
