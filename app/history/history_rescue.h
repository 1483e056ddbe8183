// What is done to the history's folder as a whole: a damaged database is set aside and read as far as
// possible, and everything is removed. Each can be interrupted at any moment and is finished at the next
// start.
#pragma once

#include <QString>

#include "app/history/attachment_store.h"

namespace sightline {

struct Rescue {
    QString set_aside;  // path of the damaged database, which stays
    int conversations = 0;
    int messages = 0;
    int lost_messages = -1;  // -1 = the old database does not tell how many it had
};

// No connection to the database is open. Afterwards history.sqlite is sound, has what could be read, and
// history.damaged-<date>.sqlite is what was there. Throws StorageError, with everything as it was.
Rescue rescueDatabase(const QString& folder, const AttachmentStore& files);

// Puts a database in its place that a rescue had finished when it was interrupted.
void finishRescue(const QString& folder);

bool hasSetAside(const QString& folder);

// Notes that everything is to be removed, then does it: database, attachments, all that was set aside or
// copied, and at the end the note. The folder stays.
void markWipe(const QString& folder);
bool wipeWasInterrupted(const QString& folder);
void removeEverything(const QString& folder);

}  // namespace sightline
