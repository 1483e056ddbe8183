// One entry of a cache folder: a file that is whole or not believed.
//
//   64 bytes  magic, version of the format, sizes, seconds, checksum of what comes before the payload
//   name      as the file is called, so that a renamed file is no other entry
//   head      a few bytes that can be read without the rest
//   payload, and its checksum
//
// In the byte order of the machine; another one's is damaged. Standard library only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "inference/files/content_hash.h"

namespace sightline {

struct CacheEntry {
    std::string name;    // of the file: [a-z0-9.-], at most 200 characters, no dot at the beginning
    double seconds = 0;  // what it takes to compute it again; decides how long it is kept
    int order = 0;       // of several that are used together: the first ones are given up last
    std::vector<std::byte> head;
    std::vector<std::span<const std::byte>> payload;  // in pieces that are written one after the other

    std::uint64_t bytes() const;  // of its file
};

// Writes the file (0600), over what is there. False, and no file, if that failed.
bool writeCacheEntry(const std::filesystem::path& path, const CacheEntry& entry);

enum class CacheEntryState { whole, absent, damaged };

// An entry that is open for reading. Another process may remove its file meanwhile.
class CacheEntryFile {
  public:
    // Reads and checks all but the payload.
    explicit CacheEntryFile(const std::filesystem::path& path);

    CacheEntryState state() const { return state_; }
    // Only if whole:
    const std::vector<std::byte>& head() const { return head_; }
    double seconds() const { return seconds_; }
    std::uint64_t payloadBytes() const { return payload_bytes_; }

    // The whole payload; destination.size() == payloadBytes(). False if it is damaged: what is in
    // `destination` then is not to be used. Once only. `between` is called before every few megabytes and may
    // throw.
    bool read(std::span<std::byte> destination, const std::function<void()>& between = {});

  private:
    CacheEntryState open(const std::filesystem::path& path);

    std::ifstream file_;
    CacheEntryState state_ = CacheEntryState::absent;
    std::vector<std::byte> head_;
    double seconds_ = 0;
    std::uint64_t payload_bytes_ = 0;
    Hash128 checksum_;  // of all before the payload
};

}  // namespace sightline
