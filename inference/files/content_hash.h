// A 128-bit hash of bytes, for names and checksums of files that this program writes for itself. Not for
// anything that somebody might forge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace sightline {

struct Hash128 {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool operator==(const Hash128&) const = default;
    auto operator<=>(const Hash128&) const = default;
};

// Takes bytes in pieces of any size: equal bytes give an equal hash however they were cut. One changed word
// of eight bytes always changes the result, other changes do but for one case in 2^128.
class ContentHash {
  public:
    explicit ContentHash(const Hash128& seed = {});

    void add(std::span<const std::byte> bytes);
    // A plain value without padding, as it lies in memory.
    template <typename Value>
    void addValue(const Value& value) {
        add(std::as_bytes(std::span(&value, 1)));
    }
    // With its length, so that neighbouring texts cannot run into each other.
    void addText(const std::string& text);

    // Of all bytes so far; more may be added afterwards.
    Hash128 result() const;

  private:
    static constexpr std::size_t lanes = 4;
    static constexpr std::size_t block = lanes * 8;

    void takeBlock(const std::byte* bytes);

    std::uint64_t lane_[lanes];
    std::byte rest_[block] = {};
    std::size_t rest_size_ = 0;
    std::uint64_t total_ = 0;
};

Hash128 hashOf(std::span<const std::byte> bytes, const Hash128& seed = {});

// Half of it: enough for damage, whatever the place.
inline std::uint64_t checksum(std::span<const std::byte> bytes) {
    return hashOf(bytes).low;
}

// 32 small hexadecimal digits.
std::string hexOf(const Hash128& hash);

}  // namespace sightline
