// Numbers out of the bytes of a file that may end anywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string_view>

namespace sightline {

// Thrown by ByteView for a read behind the end; never leaves the functions that parse a file.
struct EndOfBytes : std::runtime_error {
    EndOfBytes() : std::runtime_error("the file ends too early") {}
};

class ByteView {
  public:
    explicit ByteView(std::span<const std::uint8_t> bytes, bool big_endian = false)
        : bytes_(bytes), big_endian_(big_endian) {}

    std::size_t size() const { return bytes_.size(); }
    std::span<const std::uint8_t> bytes() const { return bytes_; }
    bool has(std::size_t at, std::size_t count) const { return at <= size() && count <= size() - at; }

    std::span<const std::uint8_t> part(std::size_t at, std::size_t count) const {
        if (!has(at, count)) throw EndOfBytes();
        return bytes_.subspan(at, count);
    }
    std::uint32_t u8(std::size_t at) const { return part(at, 1)[0]; }
    std::uint32_t u16(std::size_t at) const {
        const auto b = part(at, 2);
        return big_endian_ ? (std::uint32_t{b[0]} << 8) | b[1] : (std::uint32_t{b[1]} << 8) | b[0];
    }
    std::uint32_t u24(std::size_t at) const {
        return big_endian_ ? (u8(at) << 16) | u16(at + 1) : (u8(at + 2) << 16) | u16(at);
    }
    std::uint32_t u32(std::size_t at) const {
        return big_endian_ ? (u16(at) << 16) | u16(at + 2) : (u16(at + 2) << 16) | u16(at);
    }
    bool startsWith(std::string_view text, std::size_t at = 0) const {
        if (!has(at, text.size())) return false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (bytes_[at + i] != static_cast<std::uint8_t>(text[i])) return false;
        }
        return true;
    }

  private:
    std::span<const std::uint8_t> bytes_;
    bool big_endian_;
};

}  // namespace sightline
