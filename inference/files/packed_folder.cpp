#include "inference/files/packed_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <system_error>
#include <thread>
#include <vector>

#include "inference/error.h"
#include "inference/files/packed_place.h"
#include "inference/huge_buffer.h"

namespace sightline {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

constexpr const char* new_mark = ".packed.new-";
constexpr const char* lock_name = "packing.lock";
constexpr hours unused_for{60 * 24};
constexpr hours gone_for{7 * 24};
constexpr std::uint64_t spare_bytes = std::uint64_t{64} << 20;  // left for everybody else on that disk
constexpr std::streamsize largest_head = std::streamsize{16} << 20;

[[noreturn]] void fail(const std::string& what, int error_number) {
    throw CannotKeep(what + ": " + std::strerror(error_number));
}

std::string sizeText(std::uint64_t bytes) {
    constexpr std::uint64_t kibibyte = 1 << 10;
    constexpr std::uint64_t mebibyte = 1 << 20;
    if (bytes < 10 * mebibyte) return std::to_string((bytes + kibibyte - 1) / kibibyte) + " KiB";
    return std::to_string((bytes + mebibyte - 1) / mebibyte) + " MiB";
}

FileHandle openLock(const fs::path& folder) {
    const fs::path path = folder / lock_name;
    return FileHandle(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
}

void checkRoom(const fs::path& folder, std::uint64_t bytes) {
    struct rlimit limit {};
    // Beyond this the system would end the process with a signal.
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < bytes)
        throw CannotKeep("files of this process may have " + sizeText(limit.rlim_cur) + " at most, and " +
                         sizeText(bytes) + " are needed");
    struct statvfs disk {};
    if (statvfs(folder.c_str(), &disk) != 0) return;  // then writing will tell
    const std::uint64_t free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    if (free_bytes < bytes + spare_bytes)
        throw CannotKeep("the disk of " + folder.string() + " has " + sizeText(free_bytes) + " free, and " +
                         sizeText(bytes + spare_bytes) + " are needed");
}

// The head of a packed file of any model, as far as it says how long it is.
std::string headAt(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::array<char, 8> size{};
    if (!stream.read(size.data(), size.size())) return {};
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, size.data(), sizeof bytes);
    if (bytes > static_cast<std::uint64_t>(largest_head)) return {};
    std::string head(size.data(), size.size());
    head.resize(size.size() + static_cast<std::size_t>(bytes));
    if (!stream.read(head.data() + size.size(), static_cast<std::streamsize>(bytes))) return {};
    return head;
}

bool isOld(const fs::path& path) {
    struct stat facts {};
    if (lstat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
    const std::chrono::seconds unused(std::time(nullptr) - std::max(facts.st_atime, facts.st_mtime));
    if (unused > unused_for) return true;
    if (unused <= gone_for) return false;
    const auto folder = folderInHead(headAt(path));
    std::error_code error;
    return folder && !fs::exists(*folder, error) && !error;
}

}  // namespace

void makePackedFolder(const fs::path& cache_folder) {
    std::error_code error;
    if (fs::is_directory(cache_folder, error)) return;
    fs::create_directories(cache_folder, error);
    if (error) fail(cache_folder.string() + " cannot be made", error.value());
    chmod(cache_folder.c_str(), 0700);
}

PackedFolderLock PackedFolderLock::wait(const fs::path& cache_folder, const std::function<void()>& waiting,
                                        const std::stop_token& stop) {
    PackedFolderLock lock;
    FileHandle file = openLock(cache_folder);
    if (!file) return lock;
    while (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return lock;
        if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "loading was stopped");
        if (waiting) waiting();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    lock.file_ = std::move(file);
    return lock;
}

PackedFolderLock PackedFolderLock::tryNow(const fs::path& cache_folder) {
    PackedFolderLock lock;
    FileHandle file = openLock(cache_folder);
    if (file && flock(file.get(), LOCK_EX | LOCK_NB) == 0) lock.file_ = std::move(file);
    return lock;
}

NewPackedFile::NewPackedFile(fs::path path, std::size_t bytes)
    : path_(std::move(path)), bytes_(bytes), begun_((bytes + huge_page_bytes - 1) / huge_page_bytes) {
    static std::atomic<unsigned> count{0};  // two engines of one process
    const fs::path folder = path_.parent_path();
    checkRoom(folder, bytes);
    new_path_ = folder /
                (path_.stem().string() + new_mark + std::to_string(getpid()) + "-" + std::to_string(count++));
    unlink(new_path_.c_str());  // of a dead process that had our number
    file_ = FileHandle(open(new_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file_) fail("no file can be made in " + folder.string(), errno);
    // Takes the room at once. Where the file system cannot do that, writing finds out.
    if (fallocate(file_.get(), 0, 0, static_cast<off_t>(bytes)) != 0 && errno != EOPNOTSUPP &&
        errno != ENOSYS && errno != EINTR) {
        const int error_number = errno;
        unlink(new_path_.c_str());
        fail("there is no room for " + sizeText(bytes) + " in " + folder.string(), error_number);
    }
}

NewPackedFile::~NewPackedFile() {
    if (!new_path_.empty()) unlink(new_path_.c_str());
}

void NewPackedFile::write(std::span<const std::byte> bytes, std::size_t offset) {
    beginBlocks(offset / huge_page_bytes, (offset + bytes.size() + huge_page_bytes - 1) / huge_page_bytes);
    put(bytes, offset);
}

// The system keeps a part of a file in pages as large as the first write to it (Linux with large folios). So
// zeros come first, a huge page at a time: the file can then be used where it lies, from the first start on.
void NewPackedFile::beginBlocks(std::size_t first, std::size_t end) {
    static const std::vector<std::byte> zeros(huge_page_bytes);
    const std::lock_guard lock(blocks_mutex_);
    for (std::size_t block = first; block < end; ++block) {
        if (begun_[block]) continue;
        const std::size_t offset = block * huge_page_bytes;
        put(std::span(zeros).first(std::min(huge_page_bytes, bytes_ - offset)), offset);
        begun_[block] = true;
    }
}

void NewPackedFile::put(std::span<const std::byte> bytes, std::size_t offset) const {
    while (!bytes.empty()) {
        const ssize_t put = pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) fail(path_.string() + " cannot be written", put < 0 ? errno : ENOSPC);
        bytes = bytes.subspan(static_cast<std::size_t>(put));
        offset += static_cast<std::size_t>(put);
    }
}

void NewPackedFile::finish() {
    if (rename(new_path_.c_str(), path_.c_str()) != 0) fail(path_.string() + " cannot be written", errno);
    new_path_.clear();
}

void markUsed(const fs::path& path) {
    const std::array<timespec, 2> times{timespec{0, UTIME_NOW}, timespec{0, UTIME_OMIT}};
    utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW);
}

void sweepPackedFolder(const fs::path& cache_folder) {
    try {
        std::error_code error;
        std::vector<fs::path> unwanted;
        for (fs::directory_iterator entry(cache_folder, error), end; !error && entry != end;
             entry.increment(error)) {
            const std::string name = entry->path().filename().string();
            if (name.find(new_mark) != std::string::npos ||
                (name.ends_with(packed_ending) && isOld(entry->path())))
                unwanted.push_back(entry->path());
        }
        for (const fs::path& path : unwanted)
            unlink(path.c_str());
    } catch (const std::exception&) {
        // Another start sweeps.
    }
}

}  // namespace sightline
