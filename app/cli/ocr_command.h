// sightline ocr: what stands between the command line and the run.
#pragma once

#include "app/cli/ocr_options.h"
#include "inference/console.h"

namespace sightline {

// Never touches the history. Needs a QCoreApplication.
ExitCode ocrCommand(const OcrOptions& options);

}  // namespace sightline
