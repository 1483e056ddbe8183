#include "inference/files/checksum.h"

#include <array>
#include <bit>
#include <cstring>

namespace sightline {
namespace {

constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t prime2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t prime3 = 0x165667B19E3779F9;
constexpr std::uint64_t prime4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t prime5 = 0x27D4EB2F165667C5;

static_assert(std::endian::native == std::endian::little, "words are read as they lie");

template <typename Word>
std::uint64_t wordAt(const std::byte* bytes) {
    Word word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

std::uint64_t mixed(std::uint64_t lane, std::uint64_t word) {
    return std::rotl(lane + word * prime2, 31) * prime1;
}

}  // namespace

std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t seed) {
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t sum = seed + prime5;
    if (left >= 32) {
        // Four lanes, so that the multiplications of one need not wait for those of another.
        std::array<std::uint64_t, 4> lanes{seed + prime1 + prime2, seed + prime2, seed, seed - prime1};
        for (; left >= 32; at += 32, left -= 32)
            for (std::size_t lane = 0; lane < 4; ++lane)
                lanes[lane] = mixed(lanes[lane], wordAt<std::uint64_t>(at + 8 * lane));
        sum = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
              std::rotl(lanes[3], 18);
        for (const std::uint64_t lane : lanes)
            sum = (sum ^ mixed(0, lane)) * prime1 + prime4;
    }
    sum += bytes.size();
    for (; left >= 8; at += 8, left -= 8)
        sum = std::rotl(sum ^ mixed(0, wordAt<std::uint64_t>(at)), 27) * prime1 + prime4;
    if (left >= 4) {
        sum = std::rotl(sum ^ wordAt<std::uint32_t>(at) * prime1, 23) * prime2 + prime3;
        at += 4;
        left -= 4;
    }
    for (; left > 0; ++at, --left)
        sum = std::rotl(sum ^ std::to_integer<std::uint64_t>(*at) * prime5, 11) * prime1;
    sum = (sum ^ sum >> 33) * prime2;
    sum = (sum ^ sum >> 29) * prime3;
    return sum ^ sum >> 32;
}

}  // namespace sightline
