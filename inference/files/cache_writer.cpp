#include "inference/files/cache_writer.h"

#include <chrono>
#include <new>
#include <utility>

namespace sightline {
namespace {

constexpr std::chrono::seconds longest_ending(1);

}  // namespace

CacheWriter::CacheWriter(CacheFolder& folder, std::uint64_t most_waiting_bytes)
    : folder_(folder), most_waiting_bytes_(most_waiting_bytes) {
    waiting_.push_back({folder_.place(), {}, nullptr});  // no name: only tidies up
    thread_ = std::thread([this] { run(); });
}

CacheWriter::~CacheWriter() {
    {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, longest_ending, [&] { return waiting_.empty(); });
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void CacheWriter::add(CacheFolder::Place place, CacheEntry entry, std::shared_ptr<const void> owner) {
    collect();
    const std::uint64_t bytes = entry.bytes();
    {
        const std::lock_guard lock(mutex_);
        if (waiting_bytes_ + bytes > most_waiting_bytes_) return;
        waiting_bytes_ += bytes;
        waiting_.push_back({std::move(place), std::move(entry), std::move(owner)});
    }
    changed_.notify_all();
}

void CacheWriter::collect() {
    std::vector<Job> written;
    {
        const std::lock_guard lock(mutex_);
        written.swap(written_);
    }
}

void CacheWriter::finish() {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_.empty(); });
    }
    collect();
}

void CacheWriter::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
        if (ending_) return;
        const Job& job = waiting_.front();  // stays where it is while others are added behind it
        lock.unlock();
        try {
            if (job.entry.name.empty())
                folder_.trim(job.place);
            else
                folder_.write(job.place, job.entry);
        } catch (const std::bad_alloc&) {  // it is not kept, then
        }
        lock.lock();
        waiting_bytes_ -= job.entry.name.empty() ? 0 : job.entry.bytes();
        written_.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
        changed_.notify_all();
    }
}

}  // namespace sightline
