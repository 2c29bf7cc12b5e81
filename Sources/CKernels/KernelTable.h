#ifndef FEYNMAN_KAC_KERNEL_TABLE_H
#define FEYNMAN_KAC_KERNEL_TABLE_H

// One entry for each kernel: (result, name without its prefix, parameters, arguments).
// A new kernel is a line here, its declaration in CKernels.h and its body in a file of Bodies/.
#define FK_KERNELS(KERNEL)                                                                                      \
  KERNEL(size_t, first_non_finite, (const float *values, size_t count), (values, count))                        \
  KERNEL(void, exponentials, (const float *values, float *results, size_t count), (values, results, count))     \
  KERNEL(void, logarithms, (const float *values, float *results, size_t count), (values, results, count))       \
  KERNEL(void, mixture_scores,                                                                                  \
    (size_t count, size_t dimensions, size_t components, const float *states, const float *means,               \
      const float *precisions, int isotropic, const double *log_constants, float *scores,                       \
      double *log_densities, float *workspace),                                                                 \
    (count, dimensions, components, states, means, precisions, isotropic, log_constants, scores,                \
      log_densities, workspace))                                                                                \
  KERNEL(void, fill_philox,                                                                                     \
    (uint32_t *words, size_t count, uint64_t seed, uint32_t c1, uint32_t c2, uint32_t c3),                      \
    (words, count, seed, c1, c2, c3))                                                                           \
  KERNEL(void, fill_normals,                                                                                    \
    (float *normals, size_t count, uint64_t seed, uint32_t c1, uint32_t c2, uint32_t c3),                       \
    (normals, count, seed, c1, c2, c3))

#define FK_CONCATENATE_(a, b) a##b
#define FK_CONCATENATE(a, b) FK_CONCATENATE_(a, b)

#endif
