// What the engine keeps of pictures and long conversations for later runs, in files that may go at any time:
// EngineOptions::cache_folder. It holds traces of what was said, so it goes when that does.
#pragma once

#include <QString>
#include <cstddef>

namespace sightline {

// Of the history in this folder: in the standard cache folder for the user's own one, and inside the folder
// for any other. Empty = the user's own history.
QString computedFolder(const QString& history_folder = {});

// How much it is, as far as it can be looked at. [any thread]
std::size_t computedBytes(const QString& history_folder);

// All of it, also under the hands of an engine: what that computed before has nowhere to go any more. Throws
// StorageError.
void eraseComputed(const QString& history_folder);

}  // namespace sightline
