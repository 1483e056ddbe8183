// What the process does once for torch: threads, devices, and which build of it is loaded.
#pragma once

#include <string>

#include "inference/engine.h"
#include "inference/networks/compute.h"

namespace sightline {

std::string torchVersion();

// Sets the size of the one pool that all products share; 0 = one thread a physical core. Returns the number
// used.
int useThreads(int requested);

// The device for a choice. `automatic` takes a CUDA device if this build of libtorch has the backend and one
// is there. Throws Error(unsupported) if CUDA is asked for and cannot be had, with the reason.
at::Device chooseDevice(DeviceChoice choice);
std::string deviceName(const at::Device& device);  // "CPU", "CUDA: NVIDIA ..."

// Bytes that can still be had there: of the machine's memory, or of the GPU's what its driver has and what
// torch keeps unused.
std::size_t availableMemoryOn(const at::Device& device);
// Gives the driver back what torch keeps unused of a GPU's memory.
void giveBackUnused(const at::Device& device);

// Bytes that a device reads and writes a second when it copies: the best of several times. Takes 512 MiB
// there for a moment.
double copySpeed(const at::Device& device);

ComputeContext makeContext(const at::Device& device, Precision precision);

}  // namespace sightline
