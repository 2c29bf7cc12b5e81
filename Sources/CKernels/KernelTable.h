#ifndef FEYNMAN_KAC_KERNEL_TABLE_H
#define FEYNMAN_KAC_KERNEL_TABLE_H

// One entry for each kernel: (result, name without its prefix, parameters, arguments).
// A new kernel is a line here, its declaration in CKernels.h and its body in a file of Bodies/.
#define FK_KERNELS(KERNEL)                                                                                            \
  KERNEL(size_t, first_non_finite, (const float *values, size_t count), (values, count))                              \
  KERNEL(void, remove_center_of_mass, (size_t rows, size_t atoms, float *values), (rows, atoms, values))              \
  KERNEL(double, inner_product, (size_t count, const float *a, const float *b), (count, a, b))                        \
  KERNEL(void, affine_step,                                                                                           \
         (size_t rows, size_t dimensions, float *states, const float *scores, const float *gradients,                 \
          float *points, const float *offsets, const float *normals, const fk_affine *step),                          \
         (rows, dimensions, states, scores, gradients, points, offsets, normals, step))                               \
  KERNEL(void, coordinate_step,                                                                                       \
         (size_t rows, size_t dimensions, float *states, const float *scores, const float *gradients,                 \
          float *points, const float *offsets, const float *normals, const fk_affine *step,                           \
          const fk_coordinates *own),                                                                                 \
         (rows, dimensions, states, scores, gradients, points, offsets, normals, step, own))                          \
  KERNEL(void, affine_residuals,                                                                                      \
         (size_t rows, size_t dimensions, const float *ends, const float *states, const float *scores,                \
          const float *gradients, const float *points, const float *offsets, const fk_affine *step,                   \
          double *squares),                                                                                           \
         (rows, dimensions, ends, states, scores, gradients, points, offsets, step, squares))                         \
  KERNEL(void, add_term,                                                                                              \
         (size_t rows, size_t dimensions, const float *scores, double scale, double exponent,                         \
          int first, float *sum, double *squares),                                                                    \
         (rows, dimensions, scores, scale, exponent, first, sum, squares))                                            \
  KERNEL(void, rates,                                                                                                 \
         (size_t rows, size_t dimensions, double intrinsic, double level, const float *states,                        \
          const float *scores, const float *gradients, const double *squares, double *rates,                          \
          double *features),                                                                                          \
         (rows, dimensions, intrinsic, level, states, scores, gradients, squares, rates, features))                   \
  KERNEL(size_t, weigh,                                                                                               \
         (size_t rows, size_t dimensions, double intrinsic, double level, const float *states,                        \
          const float *scores, const double *squares, double factor, double slope, double *rates,                     \
          double *features, double *log_weights),                                                                     \
         (rows, dimensions, intrinsic, level, states, scores, squares, factor, slope, rates, features, log_weights))  \
  KERNEL(void, add_rates,                                                                                             \
         (size_t count, double factor, double slope, const double *rates, const double *features,                     \
          double *increments),                                                                                        \
         (count, factor, slope, rates, features, increments))                                                         \
  KERNEL(size_t, accumulate, (size_t count, const double *increments, double *log_weights),                           \
         (count, increments, log_weights))                                                                            \
  KERNEL(void, weight_moments,                                                                                        \
         (size_t count, const double *log_weights, const double *rates, const double *features,                       \
          double *moments),                                                                                           \
         (count, log_weights, rates, features, moments))                                                              \
  KERNEL(void, normalize_weights,                                                                                     \
         (size_t count, const double *log_weights, double log_sum, double *weights),                                  \
         (count, log_weights, log_sum, weights))                                                                      \
  KERNEL(void, control_products,                                                                                      \
         (size_t rows, size_t dimensions, const double *log_weights, double highest,                                  \
          const double *rates, const double *features, const float *states, const float *scores,                      \
          const float *gradients, double *row_buffer, double *products),                                              \
         (rows, dimensions, log_weights, highest, rates, features, states, scores, gradients, row_buffer, products))  \
  KERNEL(size_t, cholesky, (size_t first, size_t last, size_t width, double *matrix), (first, last, width, matrix))   \
  KERNEL(double, share_sums, (size_t count, const double *weights, double scale, int bits, int64_t *sums),            \
         (count, weights, scale, bits, sums))                                                                         \
  KERNEL(void, comb_counts,                                                                                           \
         (size_t count, const double *weights, double scale, int bits, size_t settled, int64_t correction,            \
          int64_t offset, int64_t small, int64_t large, int32_t *counts),                                             \
         (count, weights, scale, bits, settled, correction, offset, small, large, counts))                            \
  KERNEL(void, share_ends,                                                                                            \
         (size_t count, const double *weights, double scale, size_t settled, int64_t correction, int64_t mask,        \
          int64_t start, int64_t *ends),                                                                              \
         (count, weights, scale, settled, correction, mask, start, ends))                                             \
  KERNEL(size_t, survivors,                                                                                           \
         (size_t count, const uint64_t *words, const double *weights, double largest, int32_t *counts),               \
         (count, words, weights, largest, counts))                                                                    \
  KERNEL(void, mark, (size_t count, const int32_t *indices, int32_t first, uint8_t *marks),                           \
         (count, indices, first, marks))                                                                              \
  KERNEL(void, exponentials, (const float *values, float *results, size_t count), (values, results, count))           \
  KERNEL(void, logarithms, (const float *values, float *results, size_t count), (values, results, count))             \
  KERNEL(void, mixture_scores,                                                                                        \
    (size_t count, size_t dimensions, size_t components, const float *states, const float *means,                     \
      const float *precisions, int isotropic, const double *log_constants, float *scores,                             \
      double *log_densities, float *workspace),                                                                       \
    (count, dimensions, components, states, means, precisions, isotropic, log_constants, scores,                      \
      log_densities, workspace))                                                                                      \
  KERNEL(void, fill_philox,                                                                                           \
    (uint32_t *words, size_t count, uint64_t seed, uint32_t c1, uint32_t c2, uint32_t c3),                            \
    (words, count, seed, c1, c2, c3))                                                                                 \
  KERNEL(void, fill_normals,                                                                                          \
    (float *normals, size_t count, uint64_t seed, uint32_t c1, uint32_t c2, uint32_t c3),                             \
    (normals, count, seed, c1, c2, c3))                                                                               \
  KERNEL(void, activate, (int kind, size_t rows, size_t width, const float *bias, float *values),                     \
         (kind, rows, width, bias, values))                                                                           \
  KERNEL(void, layer_norm,                                                                                            \
         (size_t rows, size_t width, const float *gain, const float *bias, const float *values, float *results),      \
         (rows, width, gain, bias, values, results))                                                                  \
  KERNEL(void, add_bias, (size_t rows, size_t width, const float *bias, const float *values, float *results),         \
         (rows, width, bias, values, results))                                                                        \
  KERNEL(void, dense,                                                                                                 \
         (size_t rows, size_t inputs, size_t outputs, const float *values, const float *weights, const float *bias,   \
          int adding, int activation, float *results),                                                                \
         (rows, inputs, outputs, values, weights, bias, adding, activation, results))                                 \
  KERNEL(void, pack_weights,                                                                                         \
         (size_t inputs, size_t outputs, const float *weights, size_t stride, float *packed),                        \
         (inputs, outputs, weights, stride, packed))                                                                 \
  KERNEL(void, multiply_packed,                                                                                      \
         (size_t rows, size_t inputs, size_t outputs, const float *values, const float *packed, const float *bias,   \
          int adding, int activation, float *results),                                                               \
         (rows, inputs, outputs, values, packed, bias, adding, activation, results))                                 \
  KERNEL(void, edge_gaps,                                                                                             \
         (size_t edges, const int32_t *first, const int32_t *second, const float *starts, const float *moves,         \
          float *gaps, float *distances),                                                                             \
         (edges, first, second, starts, moves, gaps, distances))                                                      \
  KERNEL(void, radial_features,                                                                                       \
         (size_t edges, size_t functions, const float *centers, float spacing, const float *distances,                \
          float *features),                                                                                           \
         (edges, functions, centers, spacing, distances, features))                                                   \
  KERNEL(void, edge_messages,                                                                                         \
         (size_t edges, size_t inputs, size_t outputs, const float *features, const float *weights,                   \
          const float *shift, const int32_t *first, const int32_t *second, const float *source, const float *target,  \
          int activation, float *results),                                                                            \
         (edges, inputs, outputs, features, weights, shift, first, second, source, target, activation, results))      \
  KERNEL(void, row_dots,                                                                                              \
         (size_t rows, size_t width, const float *values, const float *vector, float *results),                       \
         (rows, width, values, vector, results))                                                                      \
  KERNEL(void, attend, (size_t rows, size_t width, const float *weights, float bias, float *values),                  \
         (rows, width, weights, bias, values))                                                                        \
  KERNEL(void, push,                                                                                                  \
         (size_t edges, const int32_t *first, const int32_t *second, int symmetric, const float *gaps,                \
          const float *distances, const float *bounded, const float *unbounded, float range, float offset,            \
          float scale, float *moves),                                                                                 \
         (edges, first, second, symmetric, gaps, distances, bounded, unbounded, range, offset, scale, moves))         \
  KERNEL(void, add_messages,                                                                                          \
         (size_t edges, size_t width, const int32_t *first, const int32_t *second, int symmetric, float scale,        \
          const float *messages, float *sums),                                                                        \
         (edges, width, first, second, symmetric, scale, messages, sums))                                             \
  KERNEL(void, squared_distances,                                                                                     \
         (const float *row, const float *columns, size_t stride, size_t dimensions, size_t count,                     \
          float *distances),                                                                                          \
         (row, columns, stride, dimensions, count, distances))                                                        \
  KERNEL(double, gaussian_kernel_sum,                                                                                 \
         (const float *distances, const float *weights, size_t count, const float *rates,                             \
          size_t rate_count),                                                                                         \
         (distances, weights, count, rates, rate_count))                                                              \
  KERNEL(double, relax_columns,                                                                                       \
         (const float *cost, const double *potential, double offset, int32_t row, double *distance,                   \
          int32_t *predecessor, size_t count, size_t *nearest),                                                       \
         (cost, potential, offset, row, distance, predecessor, count, nearest))                                       \
  KERNEL(void, two_smallest_reduced,                                                                                  \
         (const float *cost, const double *potential, size_t count, double *values, size_t *indices),                 \
         (cost, potential, count, values, indices))

#define FK_CONCATENATE_(a, b) a##b
#define FK_CONCATENATE(a, b) FK_CONCATENATE_(a, b)

#endif
