// Memory of tensors that is kept for the next tensor instead of going back to the system at once. A network
// for pictures makes and drops activations of tens of megabytes; malloc maps and unmaps each of them, and the
// page faults then take as long as the arithmetic.
#pragma once

#include <cstddef>

namespace sightline {

class KeptMemory {
  public:
    // While one lives, large tensors that this thread makes take their memory from what is kept. Tensors of
    // other threads, and before and after, get theirs as always.
    class Use {
      public:
        Use();
        ~Use();
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
    };

    static void giveBack();          // everything that no tensor holds; any thread
    static std::size_t keptBytes();  // not held by a tensor
};

}  // namespace sightline
