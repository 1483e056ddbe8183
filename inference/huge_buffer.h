// Memory of our own, in huge pages where the system gives them: decoding streams through all weights and the
// whole KV cache for every token, and with small pages a fifth of the time goes to looking pages up.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sightline {

inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

// Zeros, starting at a multiple of 2 MiB; null if the system gives none. bytes: a multiple of 64 KiB; what is
// no whole huge page at the end are small ones.
void* mapHuge(std::size_t bytes);
void unmapHuge(void* memory, std::size_t bytes);

// The same with an owner.
class HugeBuffer {
  public:
    // Zeros, starting at a multiple of 2 MiB; goes back to the system with this object. Throws
    // Error(out_of_memory).
    explicit HugeBuffer(std::size_t bytes);
    ~HugeBuffer();
    HugeBuffer(const HugeBuffer&) = delete;
    HugeBuffer& operator=(const HugeBuffer&) = delete;

    std::uint8_t* data() const { return data_; }

  private:
    std::size_t bytes_ = 0;
    std::uint8_t* data_ = nullptr;
};

}  // namespace sightline
