// Work on files that is cut into pieces, shared among threads that live as long as it does: at load, where
// the threads of the engine are not there yet.
#pragma once

#include <cstddef>
#include <functional>

namespace sightline {

// Calls work(thread, piece) once for every piece 0..count-1, begun in ascending order, from the calling
// thread (thread 0) and up to `threads` - 1 others. after(done) is called on the calling thread between its
// pieces; `done` counts those of all threads. What either throws ends the work, and is thrown on when every
// thread has stopped. A system that gives fewer threads makes it slower, nothing else.
void forEachPiece(std::size_t count, int threads, const std::function<void(std::size_t, std::size_t)>& work,
                  const std::function<void(std::size_t)>& after);

}  // namespace sightline
