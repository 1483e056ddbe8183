#include "inference/files/model_fingerprint.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "inference/files/checksum.h"

namespace sightline {
namespace {

constexpr std::size_t sampled_blocks = 32;
constexpr std::size_t block_bytes = 4096;

std::uint64_t fingerprintOf(const MappedFile& file, std::uint64_t seed) {
    const std::span<const std::byte> bytes = file.bytes();
    const std::string facts = file.path().filename().string() + '\n' + std::to_string(bytes.size()) + '\n' +
                              std::to_string(file.changeTime());
    std::uint64_t sum = checksum(facts, seed);
    // The size of the header was checked when the file was opened.
    std::uint64_t header_bytes = 0;
    std::memcpy(&header_bytes, bytes.data(), sizeof header_bytes);
    sum = checksum(bytes.first(sizeof header_bytes + static_cast<std::size_t>(header_bytes)), sum);
    const std::size_t block = std::min(block_bytes, bytes.size());
    const std::size_t last = bytes.size() - block;
    for (std::size_t i = 0; i < sampled_blocks; ++i)
        sum = checksum(bytes.subspan(last / (sampled_blocks - 1) * i, block), sum);
    return checksum(bytes.subspan(last), sum);
}

}  // namespace

std::uint64_t modelFingerprint(const WeightFiles& files) {
    std::uint64_t sum = 0;
    for (const auto& file : files.files())
        sum = fingerprintOf(*file, sum);
    return sum;
}

}  // namespace sightline
