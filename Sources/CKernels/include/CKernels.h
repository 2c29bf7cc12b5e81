#ifndef FEYNMAN_KAC_CKERNELS_H
#define FEYNMAN_KAC_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// Every kernel is compiled once for each level below; the best one that the processor has is chosen when the
// library is loaded. The environment variable FKC_KERNEL (avx512, avx2 or baseline) asks for a lower one, so that
// mixed machines agree to the byte.

/// The level in use: "avx512", "avx2" or "baseline".
const char *fk_kernel_level(void);

// MARK: - Rows

/// The index of the first value that is NaN or infinite, or `count` where all are finite.
size_t fk_first_non_finite(const float *values, size_t count);

#endif
