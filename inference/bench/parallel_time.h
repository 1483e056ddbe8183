// How long several threads take for work that they do together.
#pragma once

#include <functional>

namespace sightline {

// Seconds from the moment that the first of `threads` threads (>= 1) begins work(0 .. threads - 1) until the
// last one has finished; all of them exist before any begins. `work` is called on other threads and must not
// throw.
double parallelSeconds(int threads, const std::function<void(int)>& work);

}  // namespace sightline
