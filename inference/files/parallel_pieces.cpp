#include "inference/files/parallel_pieces.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace sightline {

void forEachPiece(std::size_t count, int threads, const std::function<void(std::size_t, std::size_t)>& work,
                  const std::function<void(std::size_t)>& after) {
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> done{0};
    std::mutex failure_mutex;
    std::exception_ptr failure;
    const auto run = [&](std::size_t thread) {
        try {
            for (std::size_t piece = next++; piece < count; piece = next++) {
                work(thread, piece);
                const std::size_t finished = ++done;
                if (thread == 0 && after) after(finished);
            }
        } catch (...) {
            next = count;  // the others end after the piece that they are at
            const std::lock_guard lock(failure_mutex);
            if (!failure) failure = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t thread = 1; thread < count && static_cast<int>(thread) < threads; ++thread) {
            try {
                others.emplace_back(run, thread);
            } catch (const std::system_error&) {
                break;
            }
        }
        run(0);
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace sightline
