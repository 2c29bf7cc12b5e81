// Kernels for processors of level x86-64-v4.
#include "include/CKernels.h"
#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#define FK_LEVEL avx512
#define FK_LANES 16
#include "Bodies/AllBodies.h"
#pragma clang attribute pop
#endif
