// One entry for each kernel: (result, name without its prefix, parameters, arguments).
// A new kernel is a line here, its declaration in CKernels.h and its body in a file of Bodies/.
#define FK_KERNELS(KERNEL)                                                                              \
  KERNEL(size_t, first_non_finite, (const float *values, size_t count), (values, count))                \
  KERNEL(void, squared_distances,                                                                       \
         (const float *row, const float *columns, size_t stride, size_t dimensions, size_t count,       \
          float *distances),                                                                            \
         (row, columns, stride, dimensions, count, distances))                                          \
  KERNEL(double, gaussian_kernel_sum,                                                                   \
         (const float *distances, const float *weights, size_t count, const float *rates,               \
          size_t rate_count),                                                                           \
         (distances, weights, count, rates, rate_count))                                                \
  KERNEL(double, relax_columns,                                                                         \
         (const float *cost, const double *potential, double offset, int32_t row, double *distance,     \
          int32_t *predecessor, size_t count, size_t *nearest),                                         \
         (cost, potential, offset, row, distance, predecessor, count, nearest))                         \
  KERNEL(void, two_smallest_reduced,                                                                    \
         (const float *cost, const double *potential, size_t count, double *values, size_t *indices),   \
         (cost, potential, count, values, indices))

#define FK_CONCATENATE_(a, b) a##b
#define FK_CONCATENATE(a, b) FK_CONCATENATE_(a, b)
