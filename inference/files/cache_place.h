// Where the entries of a cache folder lie, and how all of them are erased for good, also under the hands of
// processes that write there.
//
//   <cache folder>/g-0123456789abcdef/   the entries; the name is chosen anew after every erasing
//
// Whoever writes an entry decides for a place first, keeps to it, and never makes it. So what was computed
// before an erasing has nowhere to go after it. Standard library only; any thread, any process.
#pragma once

#include <filesystem>
#include <string>

namespace sightline {

// The place of now; made if there is none (0700, as `folder` if that was not there). Empty if that is not
// possible. If two processes made one each, all go to the same one.
std::filesystem::path cachePlace(const std::filesystem::path& folder);

// The place is there, and a folder.
bool isCachePlace(const std::filesystem::path& place);

// Removes every place of the folder with what is in it. What others have in the folder stays. Returns false
// if something of it is still there.
bool eraseCacheFolder(const std::filesystem::path& folder);

// 16 hexadecimal digits that nobody else has.
std::string randomName();

}  // namespace sightline
