#include "inference/files/cache_entry.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace sightline {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t magic = 0x3143'454e'4c54'4853;  // "SHTLNEC1", read in the other byte order it is not
constexpr std::uint32_t format_version = 1;
constexpr std::uint32_t longest_name = 200;
constexpr std::size_t piece_bytes = std::size_t{1} << 22;
constexpr std::uint32_t longest_head = std::uint32_t{1} << 16;

struct Header {
    std::uint64_t magic_number = magic;
    std::uint32_t version = format_version;
    std::uint32_t name_bytes = 0;
    std::uint32_t head_bytes = 0;
    std::uint32_t unused = 0;
    std::uint64_t payload_bytes = 0;
    double seconds = 0;
    std::uint64_t unused_too = 0;
    Hash128 checksum;  // of the header up to here, name, head
};
static_assert(sizeof(Header) == 64);

Hash128 checksumOf(const Header& header, const std::string& name, std::span<const std::byte> head) {
    ContentHash hash;
    hash.add(std::as_bytes(std::span(&header, 1)).first(offsetof(Header, checksum)));
    hash.addText(name);
    hash.add(head);
    return hash.result();
}

bool put(std::ofstream& file, std::span<const std::byte> bytes) {
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return file.good();
}

bool take(std::ifstream& file, std::span<std::byte> bytes) {
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return file.good();
}

}  // namespace

std::uint64_t CacheEntry::bytes() const {
    std::uint64_t total = sizeof(Header) + name.size() + head.size() + sizeof(Hash128);
    for (const auto& piece : payload)
        total += piece.size();
    return total;
}

bool writeCacheEntry(const fs::path& path, const CacheEntry& entry) {
    std::error_code error;
    const auto written = [&] {
        std::ofstream file(path, std::ios::binary | std::ios::trunc);
        if (!file) return false;
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
        Header header;
        header.name_bytes = static_cast<std::uint32_t>(entry.name.size());
        header.head_bytes = static_cast<std::uint32_t>(entry.head.size());
        header.seconds = entry.seconds;
        for (const auto& piece : entry.payload)
            header.payload_bytes += piece.size();
        header.checksum = checksumOf(header, entry.name, entry.head);
        ContentHash hash(header.checksum);  // so that it fits no other head
        bool good = put(file, std::as_bytes(std::span(&header, 1))) &&
                    put(file, std::as_bytes(std::span(entry.name))) && put(file, entry.head);
        for (const auto& piece : entry.payload) {
            hash.add(piece);
            good = good && put(file, piece);
        }
        const Hash128 checksum = hash.result();
        good = good && put(file, std::as_bytes(std::span(&checksum, 1)));
        file.close();
        return good && !file.fail();
    };
    if (entry.name.size() <= longest_name && entry.head.size() <= longest_head && written()) return true;
    fs::remove(path, error);
    return false;
}

CacheEntryFile::CacheEntryFile(const fs::path& path) {
    state_ = open(path);
}

CacheEntryState CacheEntryFile::open(const fs::path& path) {
    std::error_code error;
    const auto status = fs::symlink_status(path, error);
    if (!fs::exists(status)) return CacheEntryState::absent;
    if (!fs::is_regular_file(status)) return CacheEntryState::damaged;
    const std::uint64_t size = fs::file_size(path, error);
    if (error) return CacheEntryState::absent;
    file_.rdbuf()->pubsetbuf(nullptr, 0);  // large pieces go where they belong at once
    file_.open(path, std::ios::binary);
    if (!file_) return CacheEntryState::absent;

    Header header;
    if (size < sizeof header || !take(file_, std::as_writable_bytes(std::span(&header, 1))))
        return CacheEntryState::damaged;
    if (header.magic_number != magic || header.version != format_version ||
        header.name_bytes > longest_name || header.head_bytes > longest_head)
        return CacheEntryState::damaged;
    const std::uint64_t around = sizeof header + header.name_bytes + header.head_bytes + sizeof(Hash128);
    if (size < around || size - around != header.payload_bytes) return CacheEntryState::damaged;
    std::string name(header.name_bytes, '\0');
    head_.resize(header.head_bytes);
    if (!take(file_, std::as_writable_bytes(std::span(name))) || !take(file_, head_) ||
        header.checksum != checksumOf(header, name, head_) || name != path.filename().string() ||
        !std::isfinite(header.seconds))
        return CacheEntryState::damaged;
    seconds_ = header.seconds;
    payload_bytes_ = header.payload_bytes;
    checksum_ = header.checksum;
    return CacheEntryState::whole;
}

bool CacheEntryFile::read(std::span<std::byte> destination, const std::function<void()>& between) {
    if (state_ != CacheEntryState::whole || destination.size() != payload_bytes_) return false;
    ContentHash hash(checksum_);
    while (!destination.empty()) {
        if (between) between();
        const auto piece = destination.first(std::min(destination.size(), piece_bytes));
        if (!take(file_, piece)) return false;
        hash.add(piece);
        destination = destination.subspan(piece.size());
    }
    Hash128 checksum;
    return take(file_, std::as_writable_bytes(std::span(&checksum, 1))) && checksum == hash.result();
}

}  // namespace sightline
