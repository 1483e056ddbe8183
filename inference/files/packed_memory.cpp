#include "inference/files/packed_memory.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <vector>

#include "inference/error.h"
#include "inference/files/content_hash.h"
#include "inference/files/file_handle.h"
#include "inference/files/parallel_pieces.h"
#include "inference/files/weight_packing.h"

namespace sightline {
namespace {

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

}  // namespace

PackedMemory readPacked(const std::filesystem::path& path, const PackedPlan& plan, bool mapped, int threads,
                        const std::function<void(std::size_t)>& after, const std::stop_token& stop) {
    const FileHandle file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file) return {};
    const std::vector<std::uint64_t> sums = readSums(file.get(), plan);
    if (sums.empty()) return {};
    // Several threads take pieces in turn, and the system does not see by itself that it can read ahead.
    posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);

    PackedMemory memory;
    std::uint8_t* copy = nullptr;
    if (mapped) {
        try {
            memory.file = MappedFile::open(path);
        } catch (const Error&) {  // gone since, or no mapping to be had
            return {};
        }
        // The name may lead to another file by now.
        if (memory.file->bytes().size() != plan.fileBytes()) return {};
        memory.data = reinterpret_cast<const std::uint8_t*>(memory.file->bytes().data()) + plan.head.size();
    } else {
        const auto buffer = std::make_shared<HugeBuffer>(plan.data_bytes);
        copy = buffer->data();
        memory.data = copy;
        memory.buffer = buffer;
    }
    const auto take = [&](std::size_t, std::size_t number) {
        if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "loading was stopped");
        const PackedPiece& piece = plan.pieces[number];
        if (copy != nullptr) {
            const std::span out(copy + piece.offset, piece.bytes);
            if (!readAt(file.get(), std::as_writable_bytes(out), plan.head.size() + piece.offset))
                throw NotThisFile{};
        }
        if (checksum(std::as_bytes(std::span(memory.data + piece.offset, piece.bytes))) != sums[number])
            throw NotThisFile{};
    };
    try {
        forEachPiece(plan.pieces.size(), threads, take, after);
    } catch (const NotThisFile&) {
        return {};
    }
    // Asks last, so that nothing read meanwhile is believed if it changed.
    if (memory.file && memory.file->damaged()) return {};
    return memory;
}

}  // namespace sightline
