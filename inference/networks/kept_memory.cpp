#include "inference/networks/kept_memory.h"

#include <c10/core/CPUAllocator.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <unordered_map>

#include "inference/huge_buffer.h"

namespace sightline {
namespace {

// Smaller ones are malloc's own business: it does not map them.
constexpr std::size_t least_bytes = std::size_t{128} << 10;
// What is kept may be this much before a request that nothing fits gives it all back first.
constexpr std::size_t most_useless_bytes = std::size_t{64} << 20;

std::size_t roundedUp(std::size_t bytes, std::size_t step) {
    return (bytes + step - 1) / step * step;
}

thread_local int uses_of_this_thread = 0;

// The allocator of the process once somebody has used it: torch's own but for the threads that use what is
// kept. A pointer is its own context, as raw_allocate asks for.
class KeepingAllocator final : public c10::Allocator {
  public:
    explicit KeepingAllocator(c10::Allocator& usual) : usual_(usual) {}

    c10::DataPtr allocate(std::size_t bytes) override {
        if (uses_of_this_thread == 0 || bytes < least_bytes) return usual_.allocate(bytes);
        void* const memory = take(bytes);
        return {memory, memory, &release, c10::Device(c10::DeviceType::CPU)};
    }

    c10::DeleterFnPtr raw_deleter() const override { return &release; }

    void copy_data(void* to, const void* from, std::size_t count) const override {
        default_copy_data(to, from, count);
    }

    void giveBack() {
        const std::lock_guard lock(mutex_);
        dropFree();
    }

    std::size_t keptBytes() {
        const std::lock_guard lock(mutex_);
        return free_bytes_;
    }

  private:
    void* take(std::size_t bytes) {
        const std::lock_guard lock(mutex_);
        const auto place = free_.lower_bound(bytes);
        if (place != free_.end() && place->first <= bytes + bytes / 2) {
            const auto [size, memory] = *place;
            free_.erase(place);
            free_bytes_ -= size;
            used_.emplace(memory, size);
            return memory;
        }
        if (free_bytes_ > most_useless_bytes) dropFree();
        std::size_t size = roundedUp(bytes, 4096);
        if (size >= huge_page_bytes) size = roundedUp(size, huge_page_bytes);
        // Mapped here and not by malloc, which after a while takes such blocks out of its heap and does not
        // give them back.
        void* const memory = size >= huge_page_bytes ? mapHuge(size) : std::aligned_alloc(64, size);
        if (!memory) throw std::bad_alloc();
        used_.emplace(memory, size);
        return memory;
    }

    static void free(void* memory, std::size_t size) {
        if (size >= huge_page_bytes) {
            unmapHuge(memory, size);
        } else {
            std::free(memory);
        }
    }

    bool keep(void* memory) {
        const std::lock_guard lock(mutex_);
        const auto place = used_.find(memory);
        if (place == used_.end()) return false;
        free_.emplace(place->second, memory);
        free_bytes_ += place->second;
        used_.erase(place);
        return true;
    }

    void dropFree() {
        for (const auto& [size, memory] : free_)
            free(memory, size);
        free_.clear();
        free_bytes_ = 0;
    }

    static void release(void* memory);

    c10::Allocator& usual_;
    std::mutex mutex_;
    std::multimap<std::size_t, void*> free_;
    std::unordered_map<void*, std::size_t> used_;
    std::size_t free_bytes_ = 0;
};

// Lives as long as the process: tensors may outlive every reader.
KeepingAllocator& keepingAllocator() {
    static KeepingAllocator& allocator = []() -> KeepingAllocator& {
        auto* const made = new KeepingAllocator(*c10::GetCPUAllocator());
        c10::SetCPUAllocator(made, 1);
        return *made;
    }();
    return allocator;
}

void KeepingAllocator::release(void* memory) {
    KeepingAllocator& allocator = keepingAllocator();
    if (memory && !allocator.keep(memory)) allocator.usual_.raw_deallocate(memory);
}

}  // namespace

KeptMemory::Use::Use() {
    keepingAllocator();
    ++uses_of_this_thread;
}

KeptMemory::Use::~Use() {
    --uses_of_this_thread;
}

void KeptMemory::giveBack() {
    keepingAllocator().giveBack();
}

std::size_t KeptMemory::keptBytes() {
    return keepingAllocator().keptBytes();
}

}  // namespace sightline
