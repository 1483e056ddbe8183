#include "inference/files/packed_place.h"

#include <array>
#include <charconv>
#include <span>
#include <string>
#include <system_error>

#include "inference/files/content_hash.h"

namespace sightline {
namespace {

namespace fs = std::filesystem;

// Of a folder's name what every file system takes.
std::string plainName(const fs::path& folder) {
    constexpr std::size_t longest = 48;
    std::string name = folder.filename().string().substr(0, longest);
    for (char& c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                           (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '_' || byte == '.';
        if (!plain) c = '_';
    }
    return name;
}

}  // namespace

fs::path plainPath(const fs::path& folder) {
    std::error_code error;
    fs::path plain = fs::weakly_canonical(folder, error);
    if (error) plain = fs::absolute(folder, error);
    return plain.has_filename() ? plain : plain.parent_path();
}

fs::path packedPath(const fs::path& cache_folder, const fs::path& model_folder, Precision precision) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                   checksum(std::as_bytes(std::span(model_folder.native()))), 16)
                         .ptr;
    return cache_folder / (plainName(model_folder) + "-" + std::string(digits.data(), end) + "-" +
                           nameOf(precision) + packed_ending);
}

std::vector<PackedFileFacts> packedFilesOf(const fs::path& model_folder, const fs::path& cache_folder) {
    std::vector<PackedFileFacts> found;
    for (const Precision precision : {Precision::int8, Precision::int4}) {
        PackedFileFacts facts{packedPath(cache_folder, plainPath(model_folder), precision), precision, 0};
        std::error_code error;
        facts.bytes = fs::file_size(facts.path, error);
        if (!error) found.push_back(std::move(facts));
    }
    return found;
}

}  // namespace sightline
