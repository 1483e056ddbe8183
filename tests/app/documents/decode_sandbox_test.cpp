// What a process may no longer do behind enterSandbox. Each question is asked in a child process.
#include "app/documents/decode_sandbox.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cerrno>
#include <csignal>

using namespace sightline;

namespace {

// The child's errno after the call, or 0 if the call worked.
template <typename Call>
int inSandbox(const SandboxLimits& limits, const Call& call) {
    const pid_t child = ::fork();
    if (child == 0) {
        enterSandbox(limits);
        errno = 0;
        ::_exit(call() ? 0 : errno);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

bool filtersCalls() {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(enterSandbox({}).find("no network") == std::string::npos ? 1 : 0);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

class DecodeSandboxTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void nothingLeavesTheProcess();
    void readingStillWorks();
    void memoryIsLimited();
    void processorTimeIsLimited();
};

void DecodeSandboxTest::nothingLeavesTheProcess() {
    if (!filtersCalls()) QSKIP("this system has no filters of system calls");
    QTemporaryDir folder;
    QFile file(folder.filePath("file"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    const QByteArray path = QFile::encodeName(file.fileName());
    const QByteArray other = QFile::encodeName(folder.filePath("other"));
    QCOMPARE(inSandbox({}, [] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }), EACCES);
    QCOMPARE(inSandbox({}, [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }), EACCES);
    QCOMPARE(inSandbox({}, [] { return ::execl("/bin/true", "true", nullptr) == 0; }), EACCES);
    QCOMPARE(inSandbox({}, [&] { return ::open(path.constData(), O_WRONLY) >= 0; }), EACCES);
    QCOMPARE(inSandbox({}, [&] { return ::open(path.constData(), O_RDWR) >= 0; }), EACCES);
    QCOMPARE(inSandbox({}, [&] { return ::open(path.constData(), O_RDONLY | O_TRUNC) >= 0; }), EACCES);
    QCOMPARE(inSandbox({}, [&] { return ::open(other.constData(), O_RDONLY | O_CREAT, 0600) >= 0; }), EACCES);
    QCOMPARE(inSandbox({}, [&] { return ::unlink(path.constData()) == 0; }), EACCES);
    QCOMPARE(inSandbox({}, [&] { return ::rename(path.constData(), other.constData()) == 0; }), EACCES);
    QCOMPARE(inSandbox({}, [&] { return ::mkdir(other.constData(), 0700) == 0; }), EACCES);
    QCOMPARE(inSandbox({}, [] { return ::kill(::getppid(), 0) == 0; }), EACCES);
    QVERIFY(file.exists());
    QVERIFY(!QFile::exists(folder.filePath("other")));
}

void DecodeSandboxTest::readingStillWorks() {
    QCOMPARE(inSandbox({}, [] { return ::open("/proc/self/status", O_RDONLY) >= 0; }), 0);
    QCOMPARE(inSandbox({}, [] { return ::memfd_create("page", MFD_CLOEXEC) >= 0; }), 0);
}

void DecodeSandboxTest::memoryIsLimited() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("the address space of a sanitized program has no limit");
#else
    const auto take = [] {
        return ::mmap(nullptr, std::size_t{3} << 30, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED;
    };
    QCOMPARE(inSandbox({std::uint64_t{2} << 30, 0}, take), ENOMEM);
    QCOMPARE(inSandbox({std::uint64_t{6} << 30, 0}, take), 0);
#endif
}

void DecodeSandboxTest::processorTimeIsLimited() {
    const int status = inSandbox({0, 1}, [] {
        allowProcessorSeconds(1);
        volatile unsigned count = 0;
        for (;;)
            count = count + 1;
        return true;
    });
    QCOMPARE(status, 1000 + SIGXCPU);
}

QTEST_GUILESS_MAIN(DecodeSandboxTest)
#include "decode_sandbox_test.moc"
