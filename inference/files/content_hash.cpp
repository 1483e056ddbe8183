#include "inference/files/content_hash.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sightline {
namespace {

constexpr std::uint64_t odd_a = 0x9e3779b97f4a7c15;
constexpr std::uint64_t odd_b = 0xd6e8feb86659fd93;

// Each step is a bijection of the state for a fixed word, and of the word for a fixed state.
std::uint64_t stepped(std::uint64_t state, std::uint64_t word) {
    return std::rotl(state ^ (word * odd_b), 29) * odd_a;
}

std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 32)) * odd_b;
    value = (value ^ (value >> 29)) * odd_a;
    return value ^ (value >> 32);
}

}  // namespace

ContentHash::ContentHash(const Hash128& seed)
    : lane_{seed.high ^ 0x243f6a8885a308d3, seed.low ^ 0x13198a2e03707344,
            std::rotl(seed.high, 17) + 0xa4093822299f31d0, std::rotl(seed.low, 43) + 0x082efa98ec4e6c89} {}

void ContentHash::takeBlock(const std::byte* bytes) {
    std::uint64_t words[lanes];
    std::memcpy(words, bytes, block);
    for (std::size_t i = 0; i < lanes; ++i)
        lane_[i] = stepped(lane_[i], words[i]);
}

void ContentHash::add(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    total_ += bytes.size();
    if (rest_size_ > 0) {
        const std::size_t part = std::min(block - rest_size_, bytes.size());
        std::memcpy(rest_ + rest_size_, bytes.data(), part);
        rest_size_ += part;
        bytes = bytes.subspan(part);
        if (rest_size_ < block) return;
        takeBlock(rest_);
        rest_size_ = 0;
    }
    for (; bytes.size() >= block; bytes = bytes.subspan(block))
        takeBlock(bytes.data());
    if (!bytes.empty()) std::memcpy(rest_, bytes.data(), bytes.size());
    rest_size_ = bytes.size();
}

void ContentHash::addText(const std::string& text) {
    addValue(std::uint64_t{text.size()});
    add(std::as_bytes(std::span(text)));
}

Hash128 ContentHash::result() const {
    ContentHash last = *this;
    std::memset(last.rest_ + rest_size_, 0, block - rest_size_);
    last.takeBlock(last.rest_);
    std::uint64_t high = total_;
    std::uint64_t low = ~total_;
    for (const std::uint64_t lane : last.lane_) {
        high = mixed(high ^ lane);
        low = mixed(low + std::rotl(lane, 31));
    }
    return {mixed(high + odd_a), mixed(low ^ std::rotl(high, 23))};
}

Hash128 hashOf(std::span<const std::byte> bytes, const Hash128& seed) {
    ContentHash hash(seed);
    hash.add(bytes);
    return hash.result();
}

std::string hexOf(const Hash128& hash) {
    std::string text;
    for (const std::uint64_t part : {hash.high, hash.low})
        for (int shift = 60; shift >= 0; shift -= 4)
            text += "0123456789abcdef"[(part >> static_cast<unsigned>(shift)) & 15U];
    return text;
}

}  // namespace sightline
