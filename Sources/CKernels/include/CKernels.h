#ifndef FEYNMAN_KAC_CKERNELS_H
#define FEYNMAN_KAC_CKERNELS_H

#include <stddef.h>
#include <stdint.h>
#include "../KernelTable.h"

// Every kernel is compiled once for each level below; the best one that the processor has is chosen when the
// library is loaded. The environment variable FKC_KERNEL (avx512, avx2 or baseline) asks for a lower one, so that
// mixed machines agree to the byte.

/// The level in use: "avx512", "avx2" or "baseline".
const char *fk_kernel_level(void);

/// The kernels of one level, called without choosing: for tests that compare levels.
typedef struct {
  const char *level;
#define FK_KERNEL_FIELD(result, name, parameters, arguments) result(*name) parameters;
  FK_KERNELS(FK_KERNEL_FIELD)
} fk_kernel_table;

/// The kernels of "avx512", "avx2" or "baseline"; NULL where the processor does not have that level.
const fk_kernel_table *fk_kernels_at_level(const char *level);

// MARK: - Rows

/// The index of the first value that is NaN or infinite, or `count` where all are finite.
size_t fk_first_non_finite(const float *values, size_t count);

// MARK: - Elementary functions

/// `results[i] = exp(values[i])`, within 2 units in the last place: 0 below −87, infinite above 88.72. May be in place.
void fk_exponentials(const float *values, float *results, size_t count);

/// `results[i] = log(values[i])`, within 2 units in the last place: −∞ at 0 and for denormals, NaN below. May be in place.
void fk_logarithms(const float *values, float *results, size_t count);

// MARK: - Gaussian mixtures

/// Floats of workspace that `fk_mixture_scores` needs.
static inline size_t fk_mixture_workspace(size_t dimensions, size_t components) {
  return 16 + 16 * dimensions + 17 * components + dimensions * components;
}

/// Scores and log densities of a Gaussian mixture with diagonal covariances.
///
/// A row's results do not depend on its place in the batch. A state that is NaN or infinite gives a score and a log
/// density that are NaN. Quadratic forms have a relative error of some 2e-7, at most 2⁻²⁴ (min(d, 8) + d/8 + 6).
/// - states: row-major `[count, d]`; may be the same memory as `scores`.
/// - means: row-major `[K, d]`.
/// - precisions: 1/variance, `[K]` where `isotropic`, else row-major `[K, d]`.
/// - log_constants: `log weight − ½ Σ log 2π variance`, `[K]`; −∞ leaves a component out.
/// - scores: row-major `[count, d]`.
/// - log_densities: `[count]`, or NULL where they are not wanted; the scores are the same.
/// - workspace: `fk_mixture_workspace(d, K)` floats.
void fk_mixture_scores(
    size_t count, size_t dimensions, size_t components, const float *states, const float *means,
    const float *precisions, int isotropic, const double *log_constants, float *scores, double *log_densities,
    float *workspace);

// MARK: - Random numbers

/// The four words that Philox4x32-10 makes of a counter and a key. `result` may be `counter`.
static inline void fk_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t result[4]) {
  uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3], key0 = key[0], key1 = key[1];
  for (int round = 0; round < 10; ++round) {
    const uint64_t first = (uint64_t)a * 0xD2511F53u, second = (uint64_t)c * 0xCD9E8D57u;
    a = (uint32_t)(second >> 32) ^ b ^ key0;
    b = (uint32_t)second;
    c = (uint32_t)(first >> 32) ^ d ^ key1;
    d = (uint32_t)first;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  result[0] = a;
  result[1] = b;
  result[2] = c;
  result[3] = d;
}

/// The words of the counters (0, c1, c2, c3), (1, c1, c2, c3), … one after the other, under the key `seed` (low word
/// first). At most 2³⁴ words.
void fk_fill_philox(uint32_t *words, size_t count, uint64_t seed, uint32_t c1, uint32_t c2, uint32_t c3);

/// Standard normals from the counters (0, c1, c2, c3), (1, c1, c2, c3), … under the key `seed`: four of each counter.
/// A longer request begins with the values of a shorter one. At most 2³⁴ normals; none is beyond 6.8.
void fk_fill_normals(float *normals, size_t count, uint64_t seed, uint32_t c1, uint32_t c2, uint32_t c3);

#endif
