#include "inference/files/packed_memory.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "inference/error.h"
#include "inference/files/content_hash.h"
#include "inference/files/file_handle.h"
#include "inference/files/huge_file_pages.h"
#include "inference/files/parallel_pieces.h"
#include "inference/files/weight_packing.h"
#include "inference/system_memory.h"

namespace sightline {
namespace {

// What a copy leaves for the rest of the engine; with less, pages that can be dropped are better.
constexpr std::size_t memory_for_others = std::size_t{512} << 20;

struct NotThisFile {};  // ends reading: the caller packs again

bool readAt(int descriptor, std::span<std::byte> out, std::size_t offset) {
    while (!out.empty()) {
        const ssize_t got = pread(descriptor, out.data(), out.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        out = out.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::size_t>(got);
    }
    return true;
}

// The sums of the pieces, or none if this is not the file of the plan.
std::vector<std::uint64_t> readSums(int descriptor, const PackedPlan& plan) {
    struct stat now {};
    if (fstat(descriptor, &now) != 0 || !S_ISREG(now.st_mode) ||
        static_cast<std::uint64_t>(now.st_size) != plan.fileBytes())
        return {};
    std::string head(plan.head.size(), '\0');
    if (!readAt(descriptor, std::as_writable_bytes(std::span(head)), 0) || head != plan.head) return {};
    std::vector<std::uint64_t> sums(plan.pieces.size() + 1);
    if (!readAt(descriptor, std::as_writable_bytes(std::span(sums)), plan.sumsOffset())) return {};
    const std::uint64_t sum = sums.back();
    sums.pop_back();
    return sumOfSums(sums) == sum ? sums : std::vector<std::uint64_t>{};
}

// Reads one file that is the one of the plan, unless its sums are wrong.
class PackedReader {
  public:
    PackedReader(const std::filesystem::path& path, const FileHandle& file, const PackedPlan& plan,
                 std::vector<std::uint64_t> sums, int threads, const std::stop_token& stop)
        : path_(path), file_(file), plan_(plan), sums_(std::move(sums)), threads_(threads), stop_(stop) {}

    using Progress = std::function<void(std::size_t)>;

    PackedMemory map(const Progress& after) const {
        PackedMemory memory;
        try {
            memory.file = MappedFile::open(path_);
        } catch (const Error&) {  // gone since, or no mapping to be had
            return {};
        }
        // The name may lead to another file by now.
        if (memory.file->bytes().size() != plan_.fileBytes()) return {};
        memory.file->expectReads(MappedFile::Reads::all);
        memory.data = reinterpret_cast<const std::uint8_t*>(memory.file->bytes().data()) + plan_.head.size();
        const bool whole = read([&](const PackedPiece& piece) { return memory.data + piece.offset; }, after);
        // Asks last, so that nothing read meanwhile is believed if it changed.
        return whole && !memory.file->damaged() ? memory : PackedMemory{};
    }

    PackedMemory copy(const Progress& after) const {
        // Several threads take pieces in turn, and the system does not see by itself that it can read ahead.
        posix_fadvise(file_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
        const auto buffer = std::make_shared<HugeBuffer>(plan_.data_bytes);
        const auto copied = [&](const PackedPiece& piece) -> const std::uint8_t* {
            const std::span out(buffer->data() + piece.offset, piece.bytes);
            const std::size_t place = plan_.head.size() + piece.offset;
            return readAt(file_.get(), std::as_writable_bytes(out), place) ? out.data() : nullptr;
        };
        return read(copied, after) ? PackedMemory{buffer, nullptr, buffer->data()} : PackedMemory{};
    }

  private:
    // True if every piece, where `place` says that it is (null: nowhere), has its sum.
    template <typename Place>
    bool read(const Place& place, const Progress& after) const {
        const auto take = [&](std::size_t, std::size_t number) {
            if (stop_.stop_requested()) throw Error(ErrorKind::cancelled, "loading was stopped");
            const PackedPiece& piece = plan_.pieces[number];
            const std::uint8_t* const data = place(piece);
            if (!data || checksum(std::as_bytes(std::span(data, piece.bytes))) != sums_[number])
                throw NotThisFile{};
        };
        try {
            forEachPiece(plan_.pieces.size(), threads_, take, after);
        } catch (const NotThisFile&) {
            return false;
        }
        return true;
    }

    const std::filesystem::path& path_;
    const FileHandle& file_;
    const PackedPlan& plan_;
    std::vector<std::uint64_t> sums_;
    int threads_;
    const std::stop_token& stop_;
};

}  // namespace

PackedMemory readPacked(const std::filesystem::path& path, const PackedPlan& plan, PackedPlacement placement,
                        int threads, const std::function<void(std::size_t)>& after,
                        const std::stop_token& stop) {
    const FileHandle file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file) return {};
    std::vector<std::uint64_t> sums = readSums(file.get(), plan);
    if (sums.empty()) return {};
    const PackedReader reader(path, file, plan, std::move(sums), threads, stop);
    if (placement == PackedPlacement::copied) return reader.copy(after);
    PackedMemory memory = reader.map(after);
    if (!memory || placement == PackedPlacement::mapped || liesInHugePages(*memory.file) ||
        availableMemory() < plan.data_bytes + memory_for_others)
        return memory;
    memory = {};  // first, so that both never count as memory of this process
    return reader.copy({});
}

}  // namespace sightline
