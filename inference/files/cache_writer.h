// The thread that writes into a cache folder, so that nobody waits for a disk.
//
// All functions belong to one thread, the one that asks the folder. What an entry's payload lies in is only
// read by the writing thread, and given back on the other one: its owner may count its users without a lock.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "inference/files/cache_folder.h"

namespace sightline {

class CacheWriter {
  public:
    // Brings the folder into its budget first. `folder` must outlive it.
    CacheWriter(CacheFolder& folder, std::uint64_t most_waiting_bytes);
    // What waits is written, but for no longer than a second after the entry in work: a program that is
    // closed should be gone.
    ~CacheWriter();
    CacheWriter(const CacheWriter&) = delete;
    CacheWriter& operator=(const CacheWriter&) = delete;

    // The payload must stay as it is while `owner` lives. Not taken if too much waits already: it will be
    // computed again.
    void add(CacheFolder::Place place, CacheEntry entry, std::shared_ptr<const void> owner);
    // Gives back what was written.
    void collect();
    // Waits until everything is written.
    void finish();

  private:
    struct Job {
        CacheFolder::Place place;
        CacheEntry entry;
        std::shared_ptr<const void> owner;
    };
    void run();

    CacheFolder& folder_;
    const std::uint64_t most_waiting_bytes_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> waiting_;  // the first one is in work
    std::vector<Job> written_;
    std::uint64_t waiting_bytes_ = 0;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace sightline
