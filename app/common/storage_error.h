// What can go wrong while something is kept on the disk.
#pragma once

#include <QString>
#include <string>

#include "inference/error.h"

namespace sightline {

enum class StorageProblem {
    disk_full,  // or a quota, or the longest file that is allowed
    read_only,
    locked,   // another program holds it
    damaged,  // the database, not the disk
    too_new,  // written by a later version of this program
    other,
};

// what() is the detail, in English, for the log. What failed was not done at all: nothing that was stored
// before is lost, and the same call may be made again.
class StorageError : public Error {
  public:
    StorageError(StorageProblem problem, const std::string& detail)
        : Error(ErrorKind::invalid_input, detail), problem_(problem) {}
    StorageProblem problem() const noexcept { return problem_; }

    // One sentence with a full stop, translated: what happened, what was kept, what to do.
    QString sentence() const;

    // From the number that the system gave for a file (errno).
    static StorageError fromSystem(int number, const QString& what);

  private:
    StorageProblem problem_;
};

// True if the same call may succeed later although nobody mends the program: full, read-only, locked.
bool mayPass(StorageProblem problem);

}  // namespace sightline
