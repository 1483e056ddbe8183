// The program without a window: sightline ask, ocr, models, bench.
#pragma once

namespace sightline {

// True if the first argument is one of the commands or asks for help or the version. Anything else opens the
// window.
bool isCommandLine(int argc, char** argv);

// Runs one command to its end and returns the exit code (inference/console.h). Needs no display; makes a
// QCoreApplication if there is none. Call it from the main thread, once.
int runCommandLine(int argc, char** argv);

}  // namespace sightline
