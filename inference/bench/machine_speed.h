// The limits of this machine, for judging what a model reaches on it.
#pragma once

#include <stop_token>

#include "inference/bench/benchmark.h"

namespace sightline {

// About half a second; threads >= 1. Throws Error(cancelled) after a stop.
MachineSpeed measureMachine(int threads, std::stop_token stop);

}  // namespace sightline
