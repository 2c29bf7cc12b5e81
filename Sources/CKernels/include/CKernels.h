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

/// Moves the mean of the atoms' positions to 0 in every row of `[rows, 3·atoms]`.
void fk_remove_center_of_mass(size_t rows, size_t atoms, float *values);

// MARK: - Steps

/// The coefficients of one step, y' = y + state·y + score·S + gradient·R + history·(y − P) + offset + deviation·z,
/// and of the drift point that it leaves for the next, P' = y + point_score·S + point_gradient·R.
typedef struct {
  double state, score, gradient, history, deviation;
  double point_score, point_gradient;
} fk_affine;

/// One step of `[rows, dimensions]` states in place. Gradients, points (updated in place), offsets (`[dimensions]`)
/// and normals may be NULL; points are not read where the history coefficient is 0.
void fk_affine_step(size_t rows, size_t dimensions, float *states, const float *scores, const float *gradients,
                    float *points, const float *offsets, const float *normals, const fk_affine *step);

/// Squared distance of each end from the mean of the step that begins at its state, in double; `[rows]`.
void fk_affine_residuals(size_t rows, size_t dimensions, const float *ends, const float *states,
                         const float *scores, const float *gradients, const float *points,
                         const float *offsets, const fk_affine *step, double *squares);

// MARK: - Rates

/// Adds exponent·scale·scores to `sum` and exponent·scale²·|scores|² to `squares` (may be NULL), or sets them
/// where `first`. `sum` may be `scores` itself.
void fk_add_term(size_t rows, size_t dimensions, const float *scores, double scale, double exponent, int first,
                 float *sum, double *squares);

/// ½v(|S|² + ⟨S,R⟩ − squares) and the radial feature D + ⟨y, S+R⟩ of every row. Gradients may be NULL.
void fk_rates(size_t rows, size_t dimensions, double intrinsic, double level, const float *states,
              const float *scores, const float *gradients, const double *squares, double *rates,
              double *features);

// MARK: - Weights

/// Seven sums over one block: the highest log-weight h, then, with w = exp(l − h), Σw, Σw², ΣwF, ΣwF², Σwg, ΣwFg.
/// The last four are 0 where `features` is NULL. All −inf gives h = −inf and zeros.
void fk_weight_moments(size_t count, const double *log_weights, const double *rates, const double *features,
                       double *moments);

/// exp(log_weights − log_sum); 0 where that is below e^−708.
void fk_normalize_weights(size_t count, const double *log_weights, double log_sum, double *weights);

/// The upper triangle of Σ w f fᵀ with f = (1, F, S+R, g), w = exp(l − highest), as `[d+3, d+3]`.
/// `row_buffer` holds d + 3 doubles. Gradients may be NULL.
void fk_control_products(size_t rows, size_t dimensions, const double *log_weights, double highest,
                         const double *rates, const double *features, const float *scores,
                         const float *gradients, double *row_buffer, double *products);
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
