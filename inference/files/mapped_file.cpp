#include "inference/files/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>

#include "inference/error.h"

namespace sightline {
namespace {

// What the signal handler needs to know of a mapping. It can take no lock, so the table has a fixed size and
// every field is atomic; begin is written last and cleared first, and says whether the entry counts.
struct Region {
    std::atomic<bool> taken{false};
    std::atomic<std::uintptr_t> begin{0};
    std::atomic<std::uintptr_t> end{0};
    std::atomic<int> descriptor{-1};
    std::atomic<bool> damaged{false};
};

constexpr std::size_t max_regions = 512;
std::array<Region, max_regions> regions;
std::uintptr_t page_bytes = 4096;
struct sigaction previous_action {};

// Puts zero pages where the file has none any more; true if the fault was in a mapped file. Only system calls
// that are safe in a handler.
bool replaceLostPages(std::uintptr_t address) {
    for (Region& region : regions) {
        const std::uintptr_t begin = region.begin.load(std::memory_order_acquire);
        if (begin == 0 || address < begin) {
            continue;
        }
        const std::uintptr_t end = region.end.load(std::memory_order_acquire);
        if (address >= end) {
            continue;
        }
        region.damaged.store(true, std::memory_order_release);
        // Everything behind the file's new end goes at once: page by page a large file would need a fault for
        // every page and, read in random order, more mappings than the system allows.
        std::uintptr_t first = address - address % page_bytes;
        std::uintptr_t last = first + page_bytes;
        struct stat now {};
        if (fstat(region.descriptor.load(std::memory_order_acquire), &now) == 0 && now.st_size >= 0) {
            const std::uintptr_t kept =
                (static_cast<std::uintptr_t>(now.st_size) + page_bytes - 1) / page_bytes * page_bytes;
            if (begin + kept <= first) {
                first = begin + kept;
                last = end;
            }
        }
        void* const zeros = mmap(reinterpret_cast<void*>(first), last - first, PROT_READ,
                                 MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        return zeros != MAP_FAILED;
    }
    return false;
}

void onBusError(int signal, siginfo_t* info, void* context) {
    const int saved_errno = errno;
    // si_code > 0: the kernel reports a fault. A signal that a process sent carries no address.
    const bool mended =
        info->si_code > 0 && replaceLostPages(reinterpret_cast<std::uintptr_t>(info->si_addr));
    errno = saved_errno;
    if (mended) {
        return;
    }
    if ((previous_action.sa_flags & SA_SIGINFO) != 0) {
        previous_action.sa_sigaction(signal, info, context);
    } else if (previous_action.sa_handler == SIG_IGN && info->si_code <= 0) {
        return;
    } else if (previous_action.sa_handler == SIG_DFL || previous_action.sa_handler == SIG_IGN) {
        // With the default action back in place the fault happens again on return and ends the process as it
        // would have without us. A sent signal is sent again; it is delivered when this handler returns.
        struct sigaction action {};
        action.sa_handler = SIG_DFL;
        sigaction(signal, &action, nullptr);
        if (info->si_code <= 0) {
            raise(signal);
        }
    } else {
        previous_action.sa_handler(signal);
    }
}

void installGuard() {
    static std::once_flag once;
    std::call_once(once, [] {
        page_bytes = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
        // Read before the handler is in place, so that it never sees a half-written value.
        sigaction(SIGBUS, nullptr, &previous_action);
        struct sigaction action {};
        action.sa_sigaction = onBusError;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        sigaction(SIGBUS, &action, nullptr);
    });
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what, int error_number) {
    throw Error(ErrorKind::invalid_model, path.string() + ": " + what + ": " + std::strerror(error_number));
}

class Descriptor {
  public:
    explicit Descriptor(int value) : value_(value) {}
    Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (value_ >= 0) {
            close(value_);
        }
    }
    int get() const { return value_; }

  private:
    int value_;
};

class PosixMappedFile final : public MappedFile {
  public:
    PosixMappedFile(std::filesystem::path path, Descriptor descriptor, const struct stat& opened)
        : path_(std::move(path)), descriptor_(std::move(descriptor)), opened_(opened) {
        installGuard();
        region_ = takeRegion();
        if (region_ == nullptr) {
            throw Error(ErrorKind::unsupported, path_.string() + ": more than " +
                                                    std::to_string(max_regions) +
                                                    " weight files are open at once");
        }
        const auto size = static_cast<std::size_t>(opened.st_size);
        void* const start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor_.get(), 0);
        if (start == MAP_FAILED) {
            const int error_number = errno;
            region_->taken.store(false, std::memory_order_release);
            fail(path_, "cannot be mapped into memory", error_number);
        }
        bytes_ = {static_cast<const std::byte*>(start), size};
        const auto begin = reinterpret_cast<std::uintptr_t>(start);
        region_->damaged.store(false);
        region_->descriptor.store(descriptor_.get());
        region_->end.store(begin + (size + page_bytes - 1) / page_bytes * page_bytes);
        region_->begin.store(begin, std::memory_order_release);
    }

    ~PosixMappedFile() override {
        region_->begin.store(0);
        munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
        region_->taken.store(false, std::memory_order_release);
    }

    PosixMappedFile(const PosixMappedFile&) = delete;
    PosixMappedFile& operator=(const PosixMappedFile&) = delete;

    std::span<const std::byte> bytes() const override { return bytes_; }
    const std::filesystem::path& path() const override { return path_; }

    // Asks the open file, not its name: a file that was replaced by renaming another one over it is whole in
    // here.
    bool damaged() const override {
        if (region_->damaged.load(std::memory_order_acquire)) {
            return true;
        }
        struct stat now {};
        return fstat(descriptor_.get(), &now) != 0 || now.st_size != opened_.st_size ||
               now.st_mtim.tv_sec != opened_.st_mtim.tv_sec || now.st_mtim.tv_nsec != opened_.st_mtim.tv_nsec;
    }

    std::int64_t changeTime() const override {
        // Unsigned: the file system may hold any number of seconds.
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(opened_.st_mtim.tv_sec) * 1'000'000'000 +
                                         static_cast<std::uint64_t>(opened_.st_mtim.tv_nsec));
    }

    void release() const override {
        // What fails here costs memory, nothing else.
        madvise(const_cast<std::byte*>(bytes_.data()), bytes_.size(), MADV_DONTNEED);
    }

    void expectReads(Reads reads) const override {
        // What fails here costs time, nothing else.
        auto* const begin = const_cast<std::byte*>(bytes_.data());
        madvise(begin, bytes_.size(), reads == Reads::rare ? MADV_RANDOM : MADV_NORMAL);
        if (reads == Reads::all) madvise(begin, bytes_.size(), MADV_HUGEPAGE);
    }

  private:
    static Region* takeRegion() {
        for (Region& region : regions) {
            if (!region.taken.exchange(true, std::memory_order_acq_rel)) {
                return &region;
            }
        }
        return nullptr;
    }

    std::filesystem::path path_;
    Descriptor descriptor_;
    struct stat opened_ {};
    Region* region_ = nullptr;
    std::span<const std::byte> bytes_;
};

}  // namespace

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path) {
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (descriptor.get() < 0) {
        fail(path, "cannot be opened", errno);
    }
    struct stat opened {};
    if (fstat(descriptor.get(), &opened) != 0) {
        fail(path, "cannot be examined", errno);
    }
    if (!S_ISREG(opened.st_mode)) {
        throw Error(ErrorKind::invalid_model, path.string() + ": is not a regular file");
    }
    if (opened.st_size <= 0) {
        throw Error(ErrorKind::invalid_model, path.string() + ": is empty");
    }
    return std::make_shared<PosixMappedFile>(path, std::move(descriptor), opened);
}

}  // namespace sightline
