// Reads from a damaged database what can be read.
#pragma once

#include <QString>

#include "app/history/attachment_store.h"
#include "app/history/sql.h"

namespace sightline {

struct Salvage {
    int conversations = 0;
    int messages = 0;
    int lost_messages = -1;  // -1 = the old database does not tell how many it had
};

// Goes through the tables by row number, from the start and, where a page cannot be read, on behind it. What
// belongs to a lost conversation comes into a new one; a message whose predecessor is lost begins a branch.
// `target` is empty but for its tables. Throws StorageError only for what concerns `target`.
Salvage salvageInto(Sql& target, const QString& damaged, const AttachmentStore& files);

}  // namespace sightline
