// Things that were computed once, in files that may go at any time: entries by name in a folder, within a
// budget of bytes that all processes on the folder keep together.
//
// An entry is written to a new name and renamed, so it is there as a whole or not at all; nothing is flushed,
// because what a power failure spoils is found out by its checksum. What is damaged, or of another version,
// is removed by whoever reads it. Over the budget those go first whose time since the last use, times their
// bytes, divided by the seconds that they save, is largest: of equals the least recently used, and what costs
// much to compute stays long. No function throws; what cannot be read or written is not there.
//
// Names: [a-z0-9-]+, and ".<owner>" behind it if the entry is of no use without that one, which then is given
// up after it. The owner may be no entry at all.
//
// Threads: one that asks, and one that writes (`write`, `trim`: see cache_writer.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "inference/files/cache_entry.h"

namespace sightline {

class CacheFolder {
  public:
    // Where entries go that were computed since: null = nowhere. See cache_place.h.
    using Place = std::shared_ptr<const std::filesystem::path>;

    CacheFolder(std::filesystem::path folder, std::uint64_t budget_bytes);

    std::uint64_t budget() const { return budget_; }

    // ---- The thread that asks ----

    // The place of now. Cheap: one call of the system where there is one already.
    Place place();
    bool has(const std::string& name);
    // Only whole ones; null = there is none.
    std::unique_ptr<CacheEntryFile> open(const std::string& name);
    // Names of those that are of no use without `owner`. Lists the folder.
    std::vector<std::string> dependentsOf(const std::string& owner);
    // Used now; of several that are used together the first ones stay longest.
    void touch(const std::vector<std::string>& names);
    void remove(const std::string& name);

    // ---- The thread that writes ----

    // False: not kept, because it is larger than the budget, there is no room on the disk, or everything was
    // erased since `place` was asked for. An entry that is there already stays as it is.
    bool write(const Place& place, const CacheEntry& entry);
    // Brings the place into its budget, and removes what killed processes left.
    void trim(const Place& place);

  private:
    std::filesystem::path folder_;
    std::uint64_t budget_;
    Place place_;
    // Of the place as it was last looked through, and what was written since.
    std::uint64_t known_bytes_ = 0;
};

// Room that is left to others on the disk.
inline constexpr std::uint64_t cache_leaves_free_bytes = std::uint64_t{256} << 20;

}  // namespace sightline
