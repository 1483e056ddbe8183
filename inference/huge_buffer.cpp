#include "inference/huge_buffer.h"

#include <sys/mman.h>

#include <string>

#include "inference/error.h"

namespace sightline {
namespace {

constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

}  // namespace

HugeBuffer::HugeBuffer(std::size_t bytes) : mapped_bytes_(bytes + huge_page_bytes) {
    mapping_ = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping_ == MAP_FAILED)
        throw Error(ErrorKind::out_of_memory,
                    "the system gives no " + std::to_string(bytes >> 20) + " MiB of memory");
    const auto begin = reinterpret_cast<std::uintptr_t>(mapping_);
    const std::uintptr_t aligned = (begin + huge_page_bytes - 1) / huge_page_bytes * huge_page_bytes;
    data_ = reinterpret_cast<std::uint8_t*>(aligned);
    madvise(data_, bytes, MADV_HUGEPAGE);  // a wish: without it everything works, slower
}

HugeBuffer::~HugeBuffer() {
    munmap(mapping_, mapped_bytes_);
}

}  // namespace sightline
