#define SIGHTLINE_KERNELS avx2_kernels
#define SIGHTLINE_KERNELS_NAME "AVX2"
#include "inference/kernels/vector_kernels.inc"
