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
/// density that are NaN. Exponents have a relative error near 2e-7; so do the scores where one component prevails.
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

#endif
