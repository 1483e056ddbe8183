#include "inference/kernels/thread_team.h"

#include <algorithm>
#include <thread>

namespace sightline::kernels {
namespace {

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

constexpr int spins_before_yielding = 20'000;  // some hundred microseconds

}  // namespace

ThreadTeam::ThreadTeam(int threads)
    : threads_(std::max(threads, 1)), parts_(std::make_unique<Part[]>(static_cast<std::size_t>(threads_))) {}

void ThreadTeam::Member::meet() {
    const unsigned phase = team_.phase_.load(std::memory_order_relaxed);
    if (team_.arrived_.fetch_add(1, std::memory_order_acq_rel) == size_ - 1) {
        team_.arrived_.store(0, std::memory_order_relaxed);
        team_.phase_.store(phase + 1, std::memory_order_release);
        return;
    }
    for (int spins = 0; team_.phase_.load(std::memory_order_acquire) == phase; ++spins) {
        if (spins < spins_before_yielding)
            relax();
        else
            std::this_thread::yield();
    }
}

void ThreadTeam::Member::share(std::size_t count) {
    slot_ ^= 1;
    const auto part = [&](int id) {
        return static_cast<std::uint64_t>(count) * static_cast<std::uint64_t>(id) /
               static_cast<std::uint64_t>(size_);
    };
    team_.parts_[static_cast<std::size_t>(id_)].range[slot_].store(part(id_) << 32 | part(id_ + 1),
                                                                   std::memory_order_release);
}

bool ThreadTeam::Member::take(std::size_t grain, std::size_t& begin, std::size_t& end) {
    for (int i = 0; i < size_; ++i) {
        const bool own = i == 0;
        std::atomic<std::uint64_t>& range =
            team_.parts_[static_cast<std::size_t>((id_ + i) % size_)].range[slot_];
        std::uint64_t seen = range.load(std::memory_order_acquire);
        while (true) {
            const std::uint64_t first = seen >> 32;
            const std::uint64_t last = seen & 0xFFFFFFFFU;
            if (first == last) break;
            const std::uint64_t count = std::min<std::uint64_t>(grain, last - first);
            const std::uint64_t left = own ? (first + count) << 32 | last : first << 32 | (last - count);
            if (!range.compare_exchange_weak(seen, left, std::memory_order_acq_rel)) continue;
            begin = own ? first : last - count;
            end = begin + count;
            return true;
        }
    }
    return false;
}

}  // namespace sightline::kernels
