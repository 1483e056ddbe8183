// `sightline capture`: hands the order to the running program, or starts one in the tray first.
#pragma once

#include "app/cli/capture_options.h"
#include "inference/console.h"

namespace sightline {

// Ends when the panel is open or the text is on the clipboard, which belongs to the running program and
// outlives this command; prints the text that was read. Exit codes: see docs/command-line.md.
int captureCommand(const CaptureOrder& order);

}  // namespace sightline
