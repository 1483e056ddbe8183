// Whether a mapped file lies in huge pages. Some systems keep large files so (Linux with large folios: ext4,
// XFS, Btrfs), others never do, and which of a file's pages are huge depends on how they were written or
// read.
#pragma once

#include "inference/files/mapped_file.h"

namespace sightline {

// True if nearly all of the file is mapped as huge pages. What nobody has read yet is not mapped; false where
// the system does not say.
bool liesInHugePages(const MappedFile& file);

}  // namespace sightline
