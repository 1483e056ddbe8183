// A read-only memory-mapped file that survives its own disappearance.
//
// If a mapped file is truncated while it is in use, touching the lost pages raises SIGBUS. A process-wide
// handler then puts zero pages in their place and marks the file as damaged; whoever computes on it finishes
// its step on zeros and asks `damaged()` before it believes the result. Faults elsewhere go to the handler
// that was there before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace sightline {

class MappedFile {
  public:
    // Maps the whole file (regular files only). Throws Error(invalid_model) with the path and the system's
    // reason.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    virtual ~MappedFile() = default;

    virtual std::span<const std::byte> bytes() const = 0;
    virtual const std::filesystem::path& path() const = 0;
    // True once a page was lost, or if the file's size or modification time is no longer what it was when
    // mapped. Cheap (one stat); any thread.
    virtual bool damaged() const = 0;
    // When its content was changed last, in nanoseconds since 1970, as of opening.
    virtual std::int64_t changeTime() const = 0;
    // What was read of it no longer counts as memory of this process, until it is read again (from the
    // system's cache). Any thread, also while others read.
    virtual void release() const = 0;
    // What the system reads from now on around a place that is touched: up to what its disk is set to, often
    // megabytes; of what is rarely read, nothing; of what is all read, again and again, huge pages where the
    // system has them for files.
    enum class Reads { usual, rare, all };
    virtual void expectReads(Reads reads) const = 0;
};

}  // namespace sightline
