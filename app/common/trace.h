// What the window shows and what is on the disk, told to who measures or tests the program from outside:
// lines on stderr with QT_LOGGING_RULES="sightline.trace.debug=true", nothing otherwise. They hold numbers
// and ids, never a word of a conversation.
//
//   usable ROWS                  a frame with the list of ROWS conversations was shown, and keys are taken
//   focus NAME                   the keyboard is at the control with this objectName
//   shows ID CHARACTERS          a reply has grown on the screen
//   kept ID CHARACTERS STATE     a message is on the disk: "complete" or "open"
//   draft kept                   unsent text and attachments are on the disk
//   found HITS                   a search was answered in the list
#pragma once

#include <QLoggingCategory>

namespace sightline {

Q_DECLARE_LOGGING_CATEGORY(trace)

}  // namespace sightline
