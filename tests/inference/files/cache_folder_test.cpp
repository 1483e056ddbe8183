// Entries of a cache folder: whole or not there, whatever happened to the file, the disk or the process that
// wrote it; within the budget; and gone for good after an erasing.
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "inference/files/cache_place.h"
#include "inference/files/cache_writer.h"

using namespace sightline;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20;

// What an entry of this name holds: no two have the same.
std::vector<std::byte> contentOf(const std::string& name, std::size_t size) {
    std::vector<std::byte> bytes(size);
    std::mt19937 random(static_cast<unsigned>(std::hash<std::string>()(name)));
    for (std::byte& byte : bytes)
        byte = static_cast<std::byte>(random() & 0xFFU);
    return bytes;
}

CacheEntry entryOf(const std::string& name, const std::vector<std::byte>& content, double seconds = 1) {
    CacheEntry entry;
    entry.name = name;
    entry.seconds = seconds;
    entry.head = {std::byte{1}, std::byte{2}, std::byte{3}};
    const auto half = std::span(content).first(content.size() / 2);
    entry.payload = {half, std::span(content).subspan(half.size())};
    return entry;
}

bool put(CacheFolder& folder, const std::string& name, std::size_t size, double seconds = 1) {
    const auto content = contentOf(name, size);
    return folder.write(folder.place(), entryOf(name, content, seconds));
}

// There, and as it was written.
bool isWhole(CacheFolder& folder, const std::string& name, std::size_t size) {
    const auto file = folder.open(name);
    if (!file || file->head().size() != 3 || file->payloadBytes() != size) return false;
    std::vector<std::byte> content(size);
    return file->read(content) && content == contentOf(name, size);
}

std::string readFile(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void writeFile(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::string> filesUnder(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& each : fs::recursive_directory_iterator(folder))
        if (!each.is_directory()) names.push_back(each.path().filename().string());
    return names;
}

void makeOlder(CacheFolder& folder, const std::string& name, std::chrono::seconds by) {
    const fs::path path = *folder.place() / name;
    fs::last_write_time(path, fs::last_write_time(path) - by);
}

}  // namespace

class CacheFolderTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        directory_ = std::make_unique<QTemporaryDir>();
        folder_ = directory_->path().toStdString() + "/above/cache";
    }
    void comesBackAfterARestart();
    void isPrivate();
    void anyDamageIsFoundOut();
    void otherFilesAreNoEntries();
    void leastRecentlyUsedGoFirst();
    void whatCostsMuchStays();
    void ownersStayWithTheirDependents();
    void noRoomKeepsNothing();
    void noFolderKeepsNothing();
    void severalAtOnce();
    void killedWhileWriting();
    void erasedIsGoneForAll();
    void onePlaceForTwo();
    void writerGivesBackHere();
    void writerTakesNoMoreThanItMay();
    void hashSeesEveryByte();

  private:
    std::unique_ptr<QTemporaryDir> directory_;
    fs::path folder_;
};

void CacheFolderTest::comesBackAfterARestart() {
    {
        CacheFolder folder(folder_, 100 * mib);
        QVERIFY(put(folder, "one", 100000));
        QVERIFY(put(folder, "two.one", 0));
    }
    CacheFolder folder(folder_, 100 * mib);
    QVERIFY(isWhole(folder, "one", 100000));
    QVERIFY(isWhole(folder, "two.one", 0));
    QVERIFY(!folder.open("three"));
    QVERIFY(!folder.has("three"));
    QCOMPARE(folder.dependentsOf("one"), std::vector<std::string>{"two.one"});
    QVERIFY(put(folder, "one", 100000));  // there already
    QCOMPARE(filesUnder(folder_).size(), std::size_t{2});
}

void CacheFolderTest::isPrivate() {
    const mode_t before = ::umask(0);
    CacheFolder folder(folder_, mib);
    const bool written = put(folder, "one", 10);
    ::umask(before);
    QVERIFY(written);
    const auto mode = [](const fs::path& path) { return static_cast<int>(fs::status(path).permissions()); };
    QCOMPARE(mode(folder_), 0700);
    QCOMPARE(mode(*folder.place()), 0700);
    QCOMPARE(mode(*folder.place() / "one"), 0600);
}

void CacheFolderTest::anyDamageIsFoundOut() {
    CacheFolder folder(folder_, mib);
    QVERIFY(put(folder, "one", 40));
    const fs::path path = *folder.place() / "one";
    const std::string good = readFile(path);
    std::vector<std::string> damaged;
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const int change : {1, 0x80}) {
            damaged.push_back(good);
            damaged.back()[i] = static_cast<char>(damaged.back()[i] ^ change);
        }
        damaged.push_back(good.substr(0, i));
    }
    damaged.push_back(good + '\0');
    std::string swapped = good;
    std::swap_ranges(swapped.begin() + 70, swapped.begin() + 78, swapped.begin() + 78);
    damaged.push_back(swapped);
    for (std::size_t i = 0; i < damaged.size(); ++i) {
        writeFile(path, damaged[i]);
        QVERIFY2(!isWhole(folder, "one", 40), qPrintable(QString::number(i)));
        // What is before the payload is checked when it is opened; then the file is gone.
        if (fs::exists(path)) QVERIFY(folder.open("one"));
    }
    // Another entry's file, whole in itself.
    QVERIFY(put(folder, "two", 40));
    fs::rename(*folder.place() / "two", path);
    QVERIFY(!folder.open("one"));
    QVERIFY(!fs::exists(path));
    // And a good one is good again.
    QVERIFY(put(folder, "one", 40));
    QVERIFY(isWhole(folder, "one", 40));
}

void CacheFolderTest::otherFilesAreNoEntries() {
    CacheFolder folder(folder_, mib);
    const fs::path place = *folder.place();
    const fs::path outside = folder_ / "notes.txt";
    writeFile(outside, "mine");
    QCOMPARE(::mkfifo((place / "pipe").c_str(), 0600), 0);
    fs::create_symlink(outside, place / "link");
    fs::create_directories(place / "folder" / "in");
    writeFile(place / "empty", "");
    writeFile(place / "text", std::string(1000, 'x'));
    for (const char* name : {"pipe", "link", "folder", "empty", "text"})
        QVERIFY(!folder.open(name));
    folder.trim(folder.place());
    QVERIFY(put(folder, "one", 40));
    QVERIFY(isWhole(folder, "one", 40));
    QCOMPARE(readFile(outside), std::string("mine"));
    QVERIFY(!fs::exists(place / "text"));
    QVERIFY(!fs::exists(fs::symlink_status(place / "link")));
}

void CacheFolderTest::leastRecentlyUsedGoFirst() {
    CacheFolder folder(folder_, 10 * mib);
    for (int i = 0; i < 9; ++i) {
        const std::string name = "e" + std::to_string(i);
        QVERIFY(put(folder, name, mib));
        makeOlder(folder, name, std::chrono::seconds(1000 - i));
    }
    folder.touch({"e0"});
    QVERIFY(put(folder, "e9", mib));
    QVERIFY(put(folder, "f0", mib));
    std::uint64_t bytes = 0;
    for (const std::string& name : filesUnder(folder_))
        bytes += fs::file_size(*folder.place() / name);
    QVERIFY(bytes <= 10 * mib);
    QVERIFY(bytes >= 7 * mib);
    for (const char* name : {"e0", "e8", "e9", "f0"})
        QVERIFY2(folder.has(name), name);
    QVERIFY(!folder.has("e1"));
    // The same for one that was opened later with a smaller budget, by another process.
    CacheFolder smaller(folder_, 3 * mib);
    smaller.trim(smaller.place());
    QVERIFY(smaller.has("f0"));
    QVERIFY(!smaller.has("e8"));
    QVERIFY(!put(smaller, "huge", 4 * mib));
    QVERIFY(smaller.has("f0"));
}

void CacheFolderTest::whatCostsMuchStays() {
    CacheFolder folder(folder_, 10 * mib);
    QVERIFY(put(folder, "picture", mib, 50));
    makeOlder(folder, "picture", std::chrono::seconds(300));
    for (int i = 0; i < 12; ++i) {
        const std::string name = "e" + std::to_string(i);
        QVERIFY(put(folder, name, mib, 1));
        makeOlder(folder, name, std::chrono::seconds(100 - i));
    }
    QVERIFY(folder.has("picture"));
    makeOlder(folder, "picture", std::chrono::hours(24));
    for (int i = 12; i < 16; ++i)
        QVERIFY(put(folder, "e" + std::to_string(i), mib, 1));
    QVERIFY(!folder.has("picture"));
}

void CacheFolderTest::ownersStayWithTheirDependents() {
    CacheFolder folder(folder_, 10 * mib);
    // a <- b <- c, and a <- d. The owner is the oldest and the cheapest of them.
    QVERIFY(put(folder, "a", mib, 0.5));
    QVERIFY(put(folder, "b.a", mib));
    QVERIFY(put(folder, "c.b", mib));
    QVERIFY(put(folder, "d.a", mib));
    makeOlder(folder, "a", std::chrono::seconds(500));
    makeOlder(folder, "b.a", std::chrono::seconds(400));
    makeOlder(folder, "c.b", std::chrono::seconds(300));
    makeOlder(folder, "d.a", std::chrono::seconds(350));
    const auto left = [&](std::uint64_t budget) {
        CacheFolder smaller(folder_, budget);
        smaller.trim(smaller.place());
        std::string names;
        for (const char* name : {"a", "b.a", "c.b", "d.a"})
            if (smaller.has(name)) names += name[0];
        return names;
    };
    QCOMPARE(left(4 * mib - mib / 4), std::string("abc"));
    QCOMPARE(left(3 * mib), std::string("ab"));
    QCOMPARE(left(2 * mib), std::string("a"));
}

void CacheFolderTest::noRoomKeepsNothing() {
    CacheFolder folder(folder_, 100 * mib);
    QVERIFY(put(folder, "before", 1000));
    // No file may grow beyond this: the system refuses as if the disk were full.
    struct rlimit before {};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small { 20000, before.rlim_max };
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const bool written = put(folder, "large", 50000);
    const bool small_written = put(folder, "small", 5000);
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    QVERIFY(!written);
    QVERIFY(small_written);
    QCOMPARE(filesUnder(folder_).size(), std::size_t{2});
    QVERIFY(isWhole(folder, "before", 1000));
    QVERIFY(put(folder, "large", 50000));
}

void CacheFolderTest::noFolderKeepsNothing() {
    fs::create_directories(folder_.parent_path());
    writeFile(folder_, "a file");
    for (const fs::path& path : {folder_, fs::path("/proc/self/cache"), folder_ / "below"}) {
        CacheFolder folder(path, mib);
        QVERIFY(!folder.place());
        QVERIFY(!put(folder, "one", 10));
        QVERIFY(!folder.has("one"));
        QVERIFY(!folder.open("one"));
        QVERIFY(folder.dependentsOf("one").empty());
        folder.touch({"one"});
        folder.remove("one");
        folder.trim(folder.place());
        CacheWriter writer(folder, mib);
        writer.add(folder.place(), entryOf("one", {}), nullptr);
        writer.finish();
    }
    QCOMPARE(readFile(folder_), std::string("a file"));
}

void CacheFolderTest::severalAtOnce() {
    // Each thread as a process of its own: nothing but the folder is shared. The budget holds a part of it.
    std::atomic<int> wrong = 0;
    std::atomic<int> found = 0;
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            CacheFolder folder(folder_, 8 * mib);
            std::mt19937 random(t);
            for (int i = 0; i < 300; ++i) {
                const auto number = random() % 40;
                const std::string name = "e" + std::to_string(number);
                const std::size_t size = 300000 + number;
                switch (random() % 4) {
                    case 0:
                        put(folder, name, size);
                        break;
                    case 1:
                        if (random() % 8 == 0) folder.remove(name);
                        folder.touch({name});
                        break;
                    default:
                        if (const auto file = folder.open(name)) {
                            std::vector<std::byte> content(size);
                            ++found;
                            if (!file->read(content) || content != contentOf(name, size)) ++wrong;
                        }
                }
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    QCOMPARE(wrong.load(), 0);
    QVERIFY(found > 50);
    CacheFolder folder(folder_, 8 * mib);
    folder.trim(folder.place());
    QVERIFY(filesUnder(folder_).size() <= 28);
}

void CacheFolderTest::killedWhileWriting() {
    constexpr int kills = 30;
    constexpr std::size_t size = 1000000;
    const auto content = contentOf("killed", size);
    const auto whole = [&](CacheFolder& folder, const std::string& name) {
        const auto file = folder.open(name);
        std::vector<std::byte> found(size);
        return file && file->read(found) && found == content;
    };
    std::mt19937 random(1);
    int unfinished = 0;
    for (int i = 0; i < kills; ++i) {
        int started[2];
        QCOMPARE(::pipe(started), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            CacheFolder folder(folder_, 8 * mib);
            for (int n = 0;; ++n) {
                folder.write(folder.place(),
                             entryOf("e" + std::to_string(i) + "-" + std::to_string(n), content));
                if (n == 0) (void)!::write(started[1], "x", 1);
            }
        }
        char byte = 0;
        QCOMPARE(::read(started[0], &byte, 1), ssize_t{1});
        ::usleep(static_cast<unsigned>(random() % 8000));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::close(started[0]);
        ::close(started[1]);
        CacheFolder folder(folder_, 30 * mib);
        for (const std::string& name : filesUnder(folder_)) {
            if (name.starts_with('.'))
                ++unfinished;
            else
                QVERIFY2(whole(folder, name), name.c_str());
        }
    }
    qInfo("%d kills left %d times a file without a name", kills, unfinished);
    QVERIFY(unfinished > 0);  // some hit a write
    // Young ones may belong to somebody; old ones belong to nobody.
    CacheFolder folder(folder_, 30 * mib);
    QVERIFY(put(folder, "last", size));
    for (const std::string& name : filesUnder(folder_))
        if (name.starts_with('.')) makeOlder(folder, name, std::chrono::seconds(100));
    folder.trim(folder.place());
    for (const std::string& name : filesUnder(folder_))
        QVERIFY2(!name.starts_with('.'), name.c_str());
    QVERIFY(isWhole(folder, "last", size));
}

void CacheFolderTest::erasedIsGoneForAll() {
    CacheFolder folder(folder_, 10 * mib);
    QVERIFY(put(folder, "one", 1000));
    writeFile(folder_ / "notes.txt", "mine");
    const CacheFolder::Place before = folder.place();
    QVERIFY(eraseCacheFolder(folder_));
    QCOMPARE(filesUnder(folder_), std::vector<std::string>{"notes.txt"});
    // What was computed before has nowhere to go, what comes afterwards has.
    const auto content = contentOf("late", 1000);
    QVERIFY(!folder.write(before, entryOf("late", content)));
    QVERIFY(!folder.has("one"));
    QVERIFY(!folder.write(before, entryOf("late", content)));
    QVERIFY(put(folder, "new", 1000));
    QVERIFY(!folder.has("late"));
    QVERIFY(*folder.place() != *before);
    QVERIFY(isWhole(folder, "new", 1000));
    QVERIFY(eraseCacheFolder(folder_));
    QVERIFY(eraseCacheFolder(folder_));
    QVERIFY(eraseCacheFolder(folder_ / "not there"));
    // A writer in full swing in another process.
    const pid_t child = ::fork();
    if (child == 0) {
        CacheFolder theirs(folder_, 10 * mib);
        const CacheFolder::Place place = theirs.place();
        for (int n = 0;; ++n) {
            const std::string name = "n" + std::to_string(n);
            const auto large = contentOf(name, 200000);
            theirs.write(place, entryOf(name, large));
        }
    }
    while (filesUnder(folder_).size() < 5)
        std::this_thread::yield();
    const bool erased = eraseCacheFolder(folder_);
    ::usleep(20000);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    QVERIFY(erased);
    QCOMPARE(filesUnder(folder_), std::vector<std::string>{"notes.txt"});
}

void CacheFolderTest::onePlaceForTwo() {
    // As if two processes had made one each at the same moment.
    fs::create_directories(folder_ / "g-0123456789abcdef");
    fs::create_directories(folder_ / "g-1123456789abcdef");
    fs::create_directories(folder_ / ".erased-0123456789abcdef");
    writeFile(folder_ / ".erased-0123456789abcdef" / "left", "by a killed process");
    CacheFolder first(folder_, mib);
    CacheFolder second(folder_, mib);
    QVERIFY(put(first, "one", 10));
    QVERIFY(isWhole(second, "one", 10));
    QCOMPARE(std::distance(fs::directory_iterator(folder_), {}), std::ptrdiff_t{1});
}

void CacheFolderTest::writerGivesBackHere() {
    CacheFolder folder(folder_, 100 * mib);
    const std::thread::id here = std::this_thread::get_id();
    std::atomic<int> given_back = 0;
    std::atomic<int> elsewhere = 0;
    {
        CacheWriter writer(folder, 100 * mib);
        for (int i = 0; i < 20; ++i) {
            const std::string name = "e" + std::to_string(i);
            auto* content = new std::vector<std::byte>(contentOf(name, 100000));
            const std::shared_ptr<const void> owner(content, [&](const std::vector<std::byte>* bytes) {
                ++given_back;
                if (std::this_thread::get_id() != here) ++elsewhere;
                delete bytes;
            });
            writer.add(folder.place(), entryOf(name, *content), owner);
        }
        writer.finish();
        QCOMPARE(given_back.load(), 20);
        auto last = std::make_shared<std::vector<std::byte>>(contentOf("last", 1000));
        writer.add(folder.place(), entryOf("last", *last), last);
    }
    QCOMPARE(elsewhere.load(), 0);
    for (int i = 0; i < 20; ++i)
        QVERIFY(isWhole(folder, "e" + std::to_string(i), 100000));
    QVERIFY(isWhole(folder, "last", 1000));  // what waited at the end
}

void CacheFolderTest::writerTakesNoMoreThanItMay() {
    CacheFolder folder(folder_, 100 * mib);
    CacheWriter writer(folder, 5 * mib);
    const auto content = std::make_shared<std::vector<std::byte>>(contentOf("x", 6 * mib));
    writer.add(folder.place(), entryOf("x", *content), content);
    QCOMPARE(content.use_count(), 1L);
    writer.finish();
    QVERIFY(!folder.has("x"));
}

void CacheFolderTest::hashSeesEveryByte() {
    const auto bytes = contentOf("hash", 200);
    for (std::size_t length = 0; length < 200; ++length) {
        const auto part = std::span(bytes).first(length);
        const Hash128 whole = hashOf(part);
        QVERIFY(whole != hashOf(std::span(bytes).first(length + 1)));
        for (const std::size_t cut : {std::size_t{0}, length / 3, length}) {
            ContentHash pieces;
            pieces.add(part.first(cut));
            pieces.add(part.subspan(cut));
            QVERIFY(pieces.result() == whole);
        }
        auto changed = bytes;
        changed[length] ^= std::byte{1};
        QVERIFY(hashOf(changed) != hashOf(bytes));
        std::vector<std::byte> longer(part.begin(), part.end());
        longer.push_back(std::byte{0});
        QVERIFY(hashOf(longer) != whole);
    }
    QVERIFY(hashOf(bytes, {1, 2}) != hashOf(bytes, {2, 1}));
    QCOMPARE(hexOf({0x0123456789abcdef, 0xf}), std::string("0123456789abcdef000000000000000f"));
}

QTEST_GUILESS_MAIN(CacheFolderTest)
#include "cache_folder_test.moc"
