// `sightline --decode`: the helper process that decodes files from outside, for document_decoder.h. It never
// shows a window.
#pragma once

namespace sightline {

inline constexpr const char* decode_argument = "--decode";

bool isDecodeHelper(int argc, char** argv);

// Answers requests until the program hangs up, and returns the exit code. Call it first thing in main, before
// any thread is started.
int runDecodeHelper(int argc, char** argv);

}  // namespace sightline
