#ifndef FEYNMAN_KAC_COPENBLAS_H
#define FEYNMAN_KAC_COPENBLAS_H

// OpenBLAS, loaded when it is first needed. It reads its settings once, while it is loaded: the kernel to run, because
// older versions do not know newer processors and fall back to one of 2004, and its number of threads, because the
// caller's own threads each make calls.

/// Loads the library, once. `core` is the kernel wanted where OPENBLAS_CORETYPE does not ask for another; NULL leaves
/// the choice to OpenBLAS. Returns NULL, or what went wrong.
const char *fk_openblas_load(const char *core);

/// Whether it has been loaded.
int fk_openblas_is_loaded(void);

// The rest may be called once the library is loaded.

/// The version and build options.
const char *fk_openblas_configuration(void);

/// The kernel in use, such as "SkylakeX".
const char *fk_openblas_core(void);

/// The path of the library.
const char *fk_openblas_path(void);

/// c = a·bᵀ + beta·c in row-major order, with a [m, k], b [n, k] and c [m, n]: the layer of a network whose weights are b.
void fk_multiply_transposed(int m, int n, int k, const float *a, int a_stride, const float *b, int b_stride,
                            float beta, float *c, int c_stride);

#endif
