// One run of `sightline ocr`, from the planned documents to their outputs.
#pragma once

#include <memory>

#include "app/cli/ocr_options.h"
#include "app/cli/ocr_plan.h"
#include "inference/console.h"

namespace sightline {

// Reads everything in order on the calling thread, while helper processes decode ahead. What goes wrong with
// a file or a page is one line on standard error, and the rest goes on. `password` may be empty. Throws
// Error(invalid_model), Error(unsupported) if the text reader is needed and cannot be loaded.
ExitCode runOcr(const OcrOptions& options, OcrPlan plan, const QByteArray& password,
                const Interrupt& interrupt);

}  // namespace sightline
