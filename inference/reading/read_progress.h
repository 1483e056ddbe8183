// A part of a reading reports as a part of its progress.
#pragma once

#include "inference/reader.h"

namespace sightline {

// What goes from 0 to 1 there goes from `begin` to `end` in `progress`, which must outlive it. Empty if
// `progress` is.
inline ReadProgress partOf(const ReadProgress& progress, double begin, double end) {
    if (!progress) return {};
    return [&progress, begin, end](double fraction) { progress(begin + fraction * (end - begin)); };
}

}  // namespace sightline
