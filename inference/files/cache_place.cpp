#include "inference/files/cache_place.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace sightline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view place_mark = "g-";
constexpr std::string_view erased_mark = ".erased-";
constexpr std::size_t random_digits = 16;

bool isMarked(const std::string& name, std::string_view mark) {
    return name.size() == mark.size() + random_digits && name.starts_with(mark) &&
           std::all_of(name.begin() + static_cast<std::ptrdiff_t>(mark.size()), name.end(), [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
           });
}

// Folders of this mark, the smallest name first.
std::vector<fs::path> marked(const fs::path& folder, std::string_view mark) {
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error)) {
        const fs::path path = each->path();
        if (isMarked(path.filename().string(), mark) && isCachePlace(path)) found.push_back(path);
    }
    std::sort(found.begin(), found.end());
    return found;
}

bool makePrivate(const fs::path& folder) {
    std::error_code error;
    if (fs::create_directory(folder, error) && !error)
        fs::permissions(folder, fs::perms::owner_all, fs::perm_options::replace, error);
    return fs::is_directory(folder, error);
}

// Out of everybody's sight first, so that nothing new gets in.
bool erasePlace(const fs::path& place) {
    std::error_code error;
    const fs::path erased = place.parent_path() / (std::string(erased_mark) + randomName());
    fs::rename(place, erased, error);
    if (error) return !fs::exists(place);
    fs::remove_all(erased, error);
    return !error;
}

}  // namespace

std::string randomName() {
    std::random_device random;
    std::string name;
    for (std::size_t i = 0; i < random_digits; ++i)
        name += "0123456789abcdef"[random() & 15U];
    return name;
}

bool isCachePlace(const fs::path& place) {
    std::error_code error;
    return fs::is_directory(fs::symlink_status(place, error));
}

fs::path cachePlace(const fs::path& folder) {
    std::error_code error;
    auto places = marked(folder, place_mark);
    if (places.empty()) {
        if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
        if (!makePrivate(folder) || !makePrivate(folder / (std::string(place_mark) + randomName())))
            return {};
        places = marked(folder, place_mark);
        if (places.empty()) return {};
    }
    // One that others see too; what is in the other ones nobody would ever look for.
    for (std::size_t i = 1; i < places.size(); ++i)
        erasePlace(places[i]);
    for (const fs::path& rest : marked(folder, erased_mark))
        fs::remove_all(rest, error);
    const auto mode = fs::status(places.front(), error).permissions();
    if (!error && (mode & ~fs::perms::owner_all) != fs::perms::none)
        fs::permissions(places.front(), fs::perms::owner_all, fs::perm_options::replace, error);
    return places.front();
}

bool eraseCacheFolder(const fs::path& folder) {
    bool gone = true;
    for (const fs::path& place : marked(folder, place_mark))
        gone = erasePlace(place) && gone;
    std::error_code error;
    for (const fs::path& rest : marked(folder, erased_mark)) {
        fs::remove_all(rest, error);
        gone = gone && !error;
    }
    return gone;
}

}  // namespace sightline
