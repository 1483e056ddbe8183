// Where the data of a packed file lies while a model is in use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>

#include "inference/files/mapped_file.h"
#include "inference/files/packed_plan.h"
#include "inference/huge_buffer.h"

namespace sightline {

enum class PackedPlacement {
    automatic,  // mapped if the system has the file in huge pages, or memory is short, else copied
    copied,     // in memory of our own, in huge pages
    mapped,     // the file itself: no memory of our own, pages may be dropped and read again
};

// One of the two holds the data; both empty: there is none.
struct PackedMemory {
    std::shared_ptr<const HugeBuffer> buffer;
    std::shared_ptr<const MappedFile> file;
    const std::uint8_t* data = nullptr;

    explicit operator bool() const { return data != nullptr; }
};

// The data of the packed file at `path`, if it is there, is the one that `plan` describes and every sum of it
// is right. Otherwise nothing. after(done): pieces read, on the calling thread. Throws Error(cancelled),
// Error(out_of_memory).
PackedMemory readPacked(const std::filesystem::path& path, const PackedPlan& plan, PackedPlacement placement,
                        int threads, const std::function<void(std::size_t)>& after,
                        const std::stop_token& stop);

}  // namespace sightline
