// The folder in which packed weights are kept: names, one packer at a time, whole files only, old ones swept.
//
// One file a model folder and precision, so the file of a model that changed is replaced. A file is written
// under another name and renamed; whatever a process leaves behind that is killed has such another name and
// is removed by the next that packs or sweeps. Nothing is flushed, which would take seconds that no stop can
// end: what a power failure spoils is not believed (its sums are wrong) and packed again. Files are 0600, the
// folder 0700 where it is made.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <vector>

#include "inference/files/file_handle.h"
#include "inference/files/packed_plan.h"

namespace sightline {

// Why packed weights cannot be kept: what() is a sentence. The model can be used all the same.
class CannotKeep : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// Throws CannotKeep.
void makePackedFolder(const std::filesystem::path& cache_folder);

// Held while a file is written or files are removed, by one thread of one process.
class PackedFolderLock {
  public:
    // Waits; `waiting` is called now and then meanwhile. Throws Error(cancelled). On a file system that has
    // no locks (or where the lock file cannot be made) it returns at once with held() == false: then each
    // process packs for itself, and nothing is swept.
    static PackedFolderLock wait(const std::filesystem::path& cache_folder,
                                 const std::function<void()>& waiting, const std::stop_token& stop);
    static PackedFolderLock tryNow(const std::filesystem::path& cache_folder);
    bool held() const { return static_cast<bool>(file_); }

  private:
    FileHandle file_;  // closing it unlocks
};

// A packed file in the making. Without finish() it is removed again.
class NewPackedFile {
  public:
    // In a folder that is there, with room for all of it. This and all that follows throws CannotKeep.
    NewPackedFile(std::filesystem::path path, std::size_t bytes);
    ~NewPackedFile();
    NewPackedFile(const NewPackedFile&) = delete;
    NewPackedFile& operator=(const NewPackedFile&) = delete;

    // Any thread.
    void write(std::span<const std::byte> bytes, std::size_t offset);
    void finish();  // under its name

  private:
    void put(std::span<const std::byte> bytes, std::size_t offset) const;
    void beginBlocks(std::size_t first, std::size_t end);

    std::filesystem::path path_;
    std::filesystem::path new_path_;
    FileHandle file_;
    std::size_t bytes_ = 0;
    std::mutex blocks_mutex_;
    std::vector<bool> begun_;  // blocks of huge_page_bytes
};

// Says that a packed file was used now, by its time of access: another process may have it mapped, for which
// a new time of change would mean that it was damaged.
void markUsed(const std::filesystem::path& path);

// Removes what dead processes left, files that nobody used for 60 days, and those whose model's folder is
// gone (after 7 days: it may be on a disk that is not there today). Needs the lock. Never throws.
void sweepPackedFolder(const std::filesystem::path& cache_folder);

}  // namespace sightline
