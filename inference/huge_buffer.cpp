#include "inference/huge_buffer.h"

#include <sys/mman.h>

#include <string>

#include "inference/error.h"

namespace sightline {

// A multiple of every small page: some processors have them of 64 KiB.
constexpr std::size_t small_page_bytes = std::size_t{64} << 10;

void* mapHuge(std::size_t bytes) {
    void* const all =
        mmap(nullptr, bytes + huge_page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) return nullptr;
    auto* const begin = static_cast<char*>(all);
    const std::size_t before =
        (huge_page_bytes - reinterpret_cast<std::uintptr_t>(begin) % huge_page_bytes) % huge_page_bytes;
    if (before > 0) munmap(begin, before);
    munmap(begin + before + bytes, huge_page_bytes - before);
    madvise(begin + before, bytes, MADV_HUGEPAGE);  // a wish: without it everything works, slower
    return begin + before;
}

void unmapHuge(void* memory, std::size_t bytes) {
    munmap(memory, bytes);
}

HugeBuffer::HugeBuffer(std::size_t bytes)
    : bytes_((bytes + small_page_bytes - 1) / small_page_bytes * small_page_bytes),
      data_(static_cast<std::uint8_t*>(mapHuge(bytes_))) {
    if (!data_)
        throw Error(ErrorKind::out_of_memory,
                    "the system gives no " + std::to_string(bytes >> 20) + " MiB of memory");
}

HugeBuffer::~HugeBuffer() {
    unmapHuge(data_, bytes_);
}

}  // namespace sightline
