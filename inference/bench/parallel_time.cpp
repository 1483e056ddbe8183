#include "inference/bench/parallel_time.h"

#include <algorithm>
#include <barrier>
#include <chrono>
#include <thread>
#include <vector>

namespace sightline {

double parallelSeconds(int threads, const std::function<void(int)>& work) {
    using Clock = std::chrono::steady_clock;
    struct Span {
        Clock::time_point begin;
        Clock::time_point end;
    };
    std::vector<Span> spans(static_cast<std::size_t>(threads));
    {
        std::barrier start_line(threads);
        std::vector<std::jthread> workers;
        for (int i = 0; i < threads; ++i) {
            workers.emplace_back([&, i] {
                start_line.arrive_and_wait();
                // Each thread reads the clock itself. One that only waited for them gets a processor late
                // when they occupy all, and would see a part of the work, or nothing of it.
                Span& span = spans[static_cast<std::size_t>(i)];
                span.begin = Clock::now();
                work(i);
                span.end = Clock::now();
            });
        }
    }
    const auto first = std::ranges::min_element(spans, {}, &Span::begin);
    const auto last = std::ranges::max_element(spans, {}, &Span::end);
    return std::chrono::duration<double>(last->end - first->begin).count();
}

}  // namespace sightline
