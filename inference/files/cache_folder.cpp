#include "inference/files/cache_folder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <queue>
#include <utility>

#include "inference/files/cache_place.h"

namespace sightline {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view unfinished_mark = ".new-";
// A file that grows is younger than this; one that does not was left by a process that was killed.
constexpr auto unfinished_age = 60s;
// So much of the budget is left over after a cleaning that the next one does not follow at once.
constexpr double filled_again = 0.9;
// What the smallest file counts as, so that a small model cannot make a folder that takes long to list.
constexpr std::uint64_t least_bytes = std::uint64_t{1} << 18;
constexpr auto between_uses = 1ms;  // the order in which entries of one use are given up

struct Found {
    fs::path path;
    std::uint64_t bytes = 0;
    fs::file_time_type used;
};

std::uint64_t counted(std::uint64_t bytes) {
    return std::max(bytes, least_bytes);
}

std::string ownName(std::string_view name) {
    return std::string(name.substr(0, name.find('.')));
}

std::string_view ownerName(std::string_view name) {
    const auto dot = name.find('.');
    return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

double uselessness(const Found& found, fs::file_time_type now) {
    const CacheEntryFile file(found.path);
    if (file.state() != CacheEntryState::whole) return std::numeric_limits<double>::infinity();
    // A clock that was set back is no reason to keep an entry for ever.
    const double age = std::abs(std::chrono::duration<double>(now - found.used).count());
    return (age + 1) * static_cast<double>(found.bytes) / std::clamp(file.seconds(), 1e-6, 1e9);
}

// All files of a place; what killed processes left, and what is no file, is removed.
std::vector<Found> lookThrough(const fs::path& place, fs::file_time_type now) {
    std::vector<Found> all;
    std::error_code error;
    for (fs::directory_iterator each(place, error), end; !error && each != end; each.increment(error)) {
        std::error_code lost;  // another process may have removed it
        const fs::path path = each->path();
        if (!fs::is_regular_file(fs::symlink_status(path, lost))) {
            fs::remove(path, lost);
            continue;
        }
        Found found{path, fs::file_size(path, lost), fs::last_write_time(path, lost)};
        if (lost) continue;
        if (path.filename().string().starts_with('.')) {
            if (now - found.used > unfinished_age) fs::remove(path, lost);
            continue;
        }
        all.push_back(std::move(found));
    }
    return all;
}

}  // namespace

CacheFolder::CacheFolder(fs::path folder, std::uint64_t budget_bytes)
    : folder_(std::move(folder)), budget_(budget_bytes) {}

CacheFolder::Place CacheFolder::place() {
    if (place_ && isCachePlace(*place_)) return place_;
    fs::path found = cachePlace(folder_);
    place_ = found.empty() ? nullptr : std::make_shared<const fs::path>(std::move(found));
    return place_;
}

bool CacheFolder::has(const std::string& name) {
    const Place place = this->place();
    std::error_code error;
    return place && fs::is_regular_file(fs::symlink_status(*place / name, error));
}

std::unique_ptr<CacheEntryFile> CacheFolder::open(const std::string& name) {
    const Place place = this->place();
    if (!place) return nullptr;
    auto file = std::make_unique<CacheEntryFile>(*place / name);
    if (file->state() == CacheEntryState::whole) return file;
    if (file->state() == CacheEntryState::damaged) remove(name);
    return nullptr;
}

std::vector<std::string> CacheFolder::dependentsOf(const std::string& owner) {
    std::vector<std::string> names;
    const Place place = this->place();
    if (!place) return names;
    std::error_code error;
    for (fs::directory_iterator each(*place, error), end; !error && each != end; each.increment(error)) {
        std::string name = each->path().filename().string();
        if (ownerName(name) == owner) names.push_back(std::move(name));
    }
    return names;
}

void CacheFolder::touch(const std::vector<std::string>& names) {
    const Place place = this->place();
    if (!place) return;
    auto used = fs::file_time_type::clock::now();
    std::error_code error;
    for (const std::string& name : names) {
        fs::last_write_time(*place / name, used, error);
        used -= between_uses;
    }
}

void CacheFolder::remove(const std::string& name) {
    std::error_code error;
    if (const Place place = this->place()) fs::remove(*place / name, error);
}

bool CacheFolder::write(const Place& place, const CacheEntry& entry) {
    const std::uint64_t bytes = entry.bytes();
    if (!place || bytes > budget_) return false;
    const fs::path path = *place / entry.name;
    std::error_code error;
    if (fs::exists(fs::symlink_status(path, error))) return true;
    const fs::space_info space = fs::space(*place, error);
    if (error || space.available < bytes + cache_leaves_free_bytes) return false;
    if (known_bytes_ + counted(bytes) > budget_) trim(place);

    const fs::path unfinished = *place / (std::string(unfinished_mark) + randomName());
    if (!writeCacheEntry(unfinished, entry)) return false;
    fs::last_write_time(unfinished, fs::file_time_type::clock::now() - entry.order * between_uses, error);
    fs::rename(unfinished, path, error);
    if (error) {
        fs::remove(unfinished, error);
        return false;
    }
    known_bytes_ += counted(bytes);
    if (known_bytes_ > budget_) trim(place);
    return true;
}

void CacheFolder::trim(const Place& place) {
    if (!place) return;
    const auto now = fs::file_time_type::clock::now();
    std::vector<Found> all = lookThrough(*place, now);
    known_bytes_ = 0;
    for (const Found& found : all)
        known_bytes_ += counted(found.bytes);
    if (known_bytes_ <= budget_) return;

    std::map<std::string, std::size_t, std::less<>> by_name;
    for (std::size_t i = 0; i < all.size(); ++i)
        by_name.emplace(ownName(all[i].path.filename().string()), i);
    // What others depend on goes after them.
    std::vector<std::size_t> owner(all.size(), all.size());
    std::vector<std::size_t> dependents(all.size() + 1, 0);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string name = all[i].path.filename().string();
        const auto found = by_name.find(ownerName(name));
        if (found != by_name.end()) owner[i] = found->second;
        ++dependents[owner[i]];
    }
    std::priority_queue<std::pair<double, std::size_t>> order;
    const auto offer = [&](std::size_t i) { order.emplace(uselessness(all[i], now), i); };
    for (std::size_t i = 0; i < all.size(); ++i)
        if (dependents[i] == 0) offer(i);
    const auto limit = static_cast<std::uint64_t>(static_cast<double>(budget_) * filled_again);
    while (known_bytes_ > limit && !order.empty()) {
        const std::size_t i = order.top().second;
        order.pop();
        std::error_code error;
        fs::remove(all[i].path, error);
        known_bytes_ -= counted(all[i].bytes);
        if (owner[i] < all.size() && --dependents[owner[i]] == 0) offer(owner[i]);
    }
}

}  // namespace sightline
