#define SIGHTLINE_KERNELS portable_kernels
#define SIGHTLINE_KERNELS_NAME "portable"
#include "inference/kernels/vector_kernels.inc"
