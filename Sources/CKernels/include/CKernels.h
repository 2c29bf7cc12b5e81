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

// MARK: - Comparison of samples: counts are multiples of 16, the caller pads

/// Squared distances of one row to `count` points; coordinate k of point j is columns[k * stride + j].
void fk_squared_distances(const float *row, const float *columns, size_t stride, size_t dimensions, size_t count,
                          float *distances);

/// sum_j weights[j] sum_k exp(-rates[k] distances[j]); rates and distances are not negative.
double fk_gaussian_kernel_sum(const float *distances, const float *weights, size_t count, const float *rates,
                              size_t rate_count);

/// One step of a shortest path over columns: distance[j] = min(distance[j], cost[j] - potential[j] + offset), with
/// `row` noted as the predecessor where it falls. Returns the least distance and its first index. A column with
/// potential -inf is closed: its distance, which the caller sets to +inf, and its predecessor stay.
double fk_relax_columns(const float *cost, const double *potential, double offset, int32_t row, double *distance,
                        int32_t *predecessor, size_t count, size_t *nearest);

/// The two least cost[j] - potential[j] and their indices.
void fk_two_smallest_reduced(const float *cost, const double *potential, size_t count, double *values,
                             size_t *indices);

#endif
