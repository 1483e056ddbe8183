#define SIGHTLINE_KERNELS avx512_kernels
#define SIGHTLINE_KERNELS_NAME "AVX-512"
#include "inference/kernels/vector_kernels.inc"
