// Kernels for any processor: SSE2 on x86-64, NEON on ARM.
#include "include/CKernels.h"
#include <math.h>
#include <string.h>

#define FK_LEVEL baseline
#define FK_LANES 4
#include "Bodies/AllBodies.h"
