// XXH64 (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md): a checksum about as fast as memory is read.
// It notices damage, whatever the place: a change within one 8-byte word always changes the sum. It is no
// protection against somebody who means to deceive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sightline {

std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t seed = 0);

inline std::uint64_t checksum(std::string_view text, std::uint64_t seed = 0) {
    return checksum(std::as_bytes(std::span(text)), seed);
}

}  // namespace sightline
