#include "inference/bench/machine_speed.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <vector>

#include "inference/bench/byte_products.h"
#include "inference/bench/parallel_time.h"

namespace sightline {
namespace {

// 64 bytes, so that the compiler uses the widest registers that a function is compiled for.
typedef float Floats __attribute__((vector_size(64)));
typedef std::uint64_t Words __attribute__((vector_size(64)));

// Other programs only ever slow one down, and short rounds find a gap between them more easily.
constexpr int read_rounds = 12;
constexpr int multiply_rounds = 32;

// The choice is made before main, when ThreadSanitizer is not there yet.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#define SIGHTLINE_WIDEST __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define SIGHTLINE_WIDEST
#endif

SIGHTLINE_WIDEST std::uint64_t readAll(const Words* data, std::size_t count) {
    Words a{};
    Words b{};
    Words c{};
    Words d{};
    for (std::size_t i = 0; i + 4 <= count; i += 4) {
        a ^= data[i];
        b ^= data[i + 1];
        c ^= data[i + 2];
        d ^= data[i + 3];
    }
    const Words all = a ^ b ^ c ^ d;
    std::uint64_t sum = 0;
    for (int i = 0; i < 8; ++i)
        sum ^= all[i];
    return sum;
}

// Ten chains hide the latency of a multiply-add on every processor so far.
constexpr int chains = 10;
constexpr int lanes = 16;

SIGHTLINE_WIDEST float multiplyAdd(std::int64_t count, float start) {
    Floats sums[chains];
    for (int i = 0; i < chains; ++i)
        sums[i] = Floats{} + start * static_cast<float>(i);
    const Floats factor = Floats{} + 0.999F;
    const Floats addend = Floats{} + 0.001F;
    for (std::int64_t step = 0; step < count; ++step) {
#pragma GCC unroll 10
        for (int i = 0; i < chains; ++i)
            sums[i] = sums[i] * factor + addend;
    }
    Floats all{};
    for (const Floats& sum : sums)
        all += sum;
    float result = 0;
    for (int i = 0; i < lanes; ++i)
        result += all[i];
    return result;
}

// From the shortest to the longest.
std::vector<double> secondsOf(int rounds, int threads, const std::function<void(int)>& work,
                              const std::stop_token& stop) {
    std::vector<double> seconds;
    for (int round = 0; round < rounds; ++round) {
        if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "The benchmark was stopped");
        seconds.push_back(parallelSeconds(threads, work));
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds;
}

// So large that hardly anything of it is still in the caches when it is read again.
std::size_t bufferBytes() {
    const long stated = sysconf(_SC_LEVEL3_CACHE_SIZE);  // 0 or -1: not known
    const std::size_t caches = stated > 0 ? static_cast<std::size_t>(stated) : 0;
    return std::clamp(8 * caches, std::size_t{256} << 20, std::size_t{1} << 30);
}

struct Free {
    void operator()(Words* words) const { std::free(words); }
};

// In huge pages where the system gives them, as weights are kept: with small ones the limit itself would be
// lower.
std::unique_ptr<Words[], Free> makeBuffer(std::size_t bytes) {
    constexpr std::size_t huge_page = std::size_t{2} << 20;
    bytes = (bytes + huge_page - 1) / huge_page * huge_page;
    auto* words = static_cast<Words*>(std::aligned_alloc(huge_page, bytes));
    if (!words) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
    madvise(words, bytes, MADV_HUGEPAGE);
#endif
    return std::unique_ptr<Words[], Free>(words);
}

}  // namespace

MachineSpeed measureMachine(int threads, std::stop_token stop) {
    MachineSpeed speed;
    speed.threads = threads;
    std::atomic<std::uint64_t> sink = 0;  // so that no loop is left out

    {
        const std::size_t words = bufferBytes() / sizeof(Words);
        const auto buffer = makeBuffer(words * sizeof(Words));
        for (std::size_t i = 0; i < words; ++i)
            buffer[i] = Words{} + i;
        const std::size_t share = words / static_cast<std::size_t>(threads) / 4 * 4;
        const std::vector<double> seconds = secondsOf(
            read_rounds, threads,
            [&](int thread) {
                sink ^= readAll(buffer.get() + static_cast<std::size_t>(thread) * share, share);
            },
            stop);
        const auto bytes = static_cast<double>(share * sizeof(Words)) * threads;
        speed.read_gigabytes_per_second = bytes / seconds.front() / 1e9;
        speed.median_read_gigabytes_per_second = bytes / seconds[seconds.size() / 2] / 1e9;
    }

    constexpr std::int64_t steps = 1'000'000;
    // In 1e9 a second; a product and its sum are two operations.
    const auto operations = [&](int products_of_a_step, const std::function<void(int)>& work) {
        const double seconds = secondsOf(multiply_rounds, threads, work, stop).front();
        return 2.0 * products_of_a_step * static_cast<double>(steps) * threads / seconds / 1e9;
    };
    speed.float32_gigaflops = operations(chains * lanes, [&](int thread) {
        sink ^= static_cast<std::uint64_t>(multiplyAdd(steps, static_cast<float>(thread + 1)));
    });
    if (const int products = byteProductsOfAStep())
        speed.int8_gigaops = operations(products, [](int) { multiplyBytes(steps); });
    return speed;
}

}  // namespace sightline
