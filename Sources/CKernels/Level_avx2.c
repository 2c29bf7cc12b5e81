// Kernels for processors of level x86-64-v3.
#include "include/CKernels.h"
#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"), min_vector_width(256))), apply_to = function)
#define FK_LEVEL avx2
#define FK_LANES 8
#include "Bodies/AllBodies.h"
#pragma clang attribute pop
#endif
