#ifndef FEYNMAN_KAC_CKERNELS_H
#define FEYNMAN_KAC_CKERNELS_H

#include "Checksum.h"
#include "Machine.h"
#include "Text.h"
#include <stdint.h>
#include "../KernelTable.h"

// Every kernel is compiled once for each level below; the best one that the processor has is chosen when the
// library is loaded. The environment variable FKC_KERNEL (avx512, avx2 or baseline) asks for a lower one, so that
// mixed machines agree to the byte.

/// The level in use: "avx512", "avx2" or "baseline".
const char *fk_kernel_level(void);

/// The coefficients of one step, y' = y + state·y + score·S + gradient·R + history·(y − P) + offset + deviation·z,
/// and of the drift point that it leaves for the next, P' = y + point_score·S + point_gradient·R.
typedef struct {
  double state, score, gradient, history, deviation;
  // What of the state the point before holds, and the point that is kept: s · y + point_score · S + point_gradient · ∇r.
  double history_state, point_state, point_score, point_gradient;
} fk_affine;

/// What differs from coordinate to coordinate of a step, `[dimensions]` each.
typedef struct {
  const float *state, *score, *gradient, *history, *deviation;
} fk_coordinates;

/// The kernels of one level, called without choosing: for tests that compare levels.
typedef struct {
  const char *level;
#define FK_KERNEL_FIELD(result, name, parameters, arguments) result(*name) parameters;
  FK_KERNELS(FK_KERNEL_FIELD)
} fk_kernel_table;

/// The kernels of "avx512", "avx2" or "baseline"; NULL where the processor does not have that level.
const fk_kernel_table *fk_kernels_at_level(const char *level);

/// What FKC_KERNEL asks for and cannot be had: a level that is unknown or that this processor lacks; NULL where all is well.
/// The best level is in use meanwhile.
const char *fk_refused_kernel_level(void);

/// Tells the processor that the caller looks at one word again and again.
static inline void fk_spin_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

// MARK: - Rows

/// The index of the first value that is NaN or infinite, or `count` where all are finite.
size_t fk_first_non_finite(const float *values, size_t count);

/// Σ a b, in double.
double fk_inner_product(size_t count, const float *a, const float *b);

/// Moves the mean of the atoms' positions to 0 in every row of `[rows, 3·atoms]`.
void fk_remove_center_of_mass(size_t rows, size_t atoms, float *values);

// MARK: - Steps

/// One step of `[rows, dimensions]` states in place. Gradients, points (updated in place), offsets (`[dimensions]`)
/// and normals may be NULL; points are not read where the history coefficient is 0.
void fk_affine_step(size_t rows, size_t dimensions, float *states, const float *scores, const float *gradients,
                    float *points, const float *offsets, const float *normals, const fk_affine *step);

/// The same with coefficients of each coordinate's own in place of those that have the same name in `step`.
void fk_coordinate_step(size_t rows, size_t dimensions, float *states, const float *scores, const float *gradients, float *points,
                        const float *offsets, const float *normals, const fk_affine *step, const fk_coordinates *own);

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

/// A step's whole weight where it is of rates alone, in one pass: `fk_rates` of the new states over those of the step's
/// start, and log_weights += factor·(old rate + slope·old feature) + factor·(new rate + slope·new feature), to the bit what
/// `fk_add_rates` before and after and `fk_accumulate` give. Returns `rows`, or the first row whose increment is NaN
/// or +inf; from the eight rows that it belongs to on nothing is changed.
size_t fk_weigh(size_t rows, size_t dimensions, double intrinsic, double level, const float *states, const float *scores,
                const double *squares, double factor, double slope, double *rates, double *features, double *log_weights);

/// increments += factor·(rates + slope·features).
void fk_add_rates(size_t count, double factor, double slope, const double *rates, const double *features, double *increments);

/// log_weights += increments, and returns `count`; or changes nothing and returns the first index whose increment is NaN or +inf.
size_t fk_accumulate(size_t count, const double *increments, double *log_weights);

/// Seven sums over one block: the highest log-weight h, then, with w = exp(l − h), Σw, Σw², ΣwF, ΣwF², Σwg, ΣwFg.
/// The last four are 0 where `features` is NULL. All −inf gives h = −inf and zeros.
void fk_weight_moments(size_t count, const double *log_weights, const double *rates, const double *features, double *moments);

/// exp(log_weights − log_sum); 0 where that is below e^−708.
void fk_normalize_weights(size_t count, const double *log_weights, double log_sum, double *weights);

/// The upper triangle of Σ w f fᵀ with w = exp(l − highest) and f = (1, F, S+R, g), as `[n, n]`, n = d + 3; where states are
/// given with f = (1, F, S+R, H, g), n = 2d + 2, H of `d − 1` coordinates being 1 + y (S+R).
/// `row_buffer` holds 8 n doubles. States and gradients may be NULL.
void fk_control_products(size_t rows, size_t dimensions, const double *log_weights, double highest, const double *rates,
                         const double *features, const float *states, const float *scores, const float *gradients,
                         double *row_buffer, double *products);

/// The factor `U` of `UᵀU` in place of the upper triangle, of rows and columns `first` to `last`, and what solves `Uᵀ x` = the
/// columns after it, up to `width`, in place of these. Returns `last + 1`, or the first row whose pivot is not above 0.
size_t fk_cholesky(size_t first, size_t last, size_t width, double *matrix);

// MARK: - Resampling

/// Sums over shares s = N·W in units of 2^-bits, rounded to the nearest: sums[0] = Σs, sums[1] = Σs of those below one child,
/// sums[2] = the whole children in the others. Returns the largest weight. `scale` is N·2^bits.
double fk_share_sums(size_t count, const double *weights, double scale, int bits, int64_t *sums);

/// The children of each: whole ones, and one for every tooth of a comb at offset + 0, 1, 2 … children that falls on
/// its share below one child, laid after `small`, or else on the fraction of its share, laid after `large`. All in units
/// of 2^-bits; `correction` is added to the share at index `settled`, if there is such.
void fk_comb_counts(size_t count, const double *weights, double scale, int bits, size_t settled, int64_t correction,
                    int64_t offset, int64_t small, int64_t large, int32_t *counts);

/// Where each share ends, laid one after the other from `start` on: sums of (share + its correction) & mask.
void fk_share_ends(size_t count, const double *weights, double scale, size_t settled, int64_t correction, int64_t mask,
                   int64_t start, int64_t *ends);

/// counts[i] = 1 where uᵢ·largest < weights[i], else 0, with uᵢ the top 52 bits of a random word; returns their sum.
size_t fk_survivors(size_t count, const uint64_t *words, const double *weights, double largest, int32_t *counts);

/// marks[indices[i] − first] = 1. Several threads may mark at once.
void fk_mark(size_t count, const int32_t *indices, int32_t first, uint8_t *marks);

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

// MARK: - Layers of networks

enum { FK_IDENTITY, FK_SILU, FK_GELU, FK_RELU, FK_TANH, FK_SIGMOID };

/// values = activation(values + bias) for `[rows, width]` values and a bias of `[width]`, which may be NULL. NaN stays.
void fk_activate(int kind, size_t rows, size_t width, const float *bias, float *values);

/// How many floats `fk_pack_weights` writes, at any level.
static inline size_t fk_packed_size(size_t inputs, size_t outputs) { return (outputs + 63) / 64 * 64 * inputs; }

/// Lays the weights of a layer, `outputs` rows of `stride` floats of which the first `inputs` count, as
/// `fk_multiply_packed` of the same level reads them.
void fk_pack_weights(size_t inputs, size_t outputs, const float *weights, size_t stride, float *packed);

/// results = activation(W·values + bias), or activation(results + W·values + bias) where `adding`, for `[rows, inputs]`
/// values and `[rows, outputs]` results that overlap nothing. `bias` is `[outputs]` or NULL. A row's results do not
/// depend on the other rows.
void fk_multiply_packed(size_t rows, size_t inputs, size_t outputs, const float *values, const float *packed,
                        const float *bias, int adding, int activation, float *results);

/// results = gain·(values − mean)/√(variance + 1e-5) + bias, by rows of `[rows, width]`.
void fk_layer_norm(size_t rows, size_t width, const float *gain, const float *bias, const float *values,
                   float *results);

/// results = values + bias, by rows of `[rows, width]`.
void fk_add_bias(size_t rows, size_t width, const float *bias, const float *values, float *results);

// MARK: - Graph networks: widths and outputs are multiples of 16, weights are [inputs, outputs]

/// `count` rounded up to a whole number of vectors of any level: the length of arrays with one number an edge.
static inline size_t fk_padded(size_t count) { return (count + 15) / 16 * 16; }

/// results = activation(values·weights + bias), or activation(results + values·weights + bias) where `adding`, for values
/// `[rows, inputs]` and a bias of `[outputs]`, which may be NULL. A row's results depend on nothing but the row.
void fk_dense(size_t rows, size_t inputs, size_t outputs, const float *values, const float *weights,
              const float *bias, int adding, int activation, float *results);

/// gaps = (start + move) of an edge's first atom minus those of its second, `[edges, 4]`, and their lengths
/// √(|gap|² + 1e-12), `[fk_padded(edges)]`, 1 past the end. Starts and moves are `[atoms, 4]`, the fourth number 0.
void fk_edge_gaps(size_t edges, const int32_t *first, const int32_t *second, const float *starts, const float *moves,
                  float *gaps, float *distances);

/// exp(−½ min(((log distance − center)/spacing)², 60)), `[functions, fk_padded(edges)]`.
void fk_radial_features(size_t edges, size_t functions, const float *centers, float spacing, const float *distances,
                        float *features);

/// results = activation(source of the first atom + target of the second + featuresᵀ·weights + shift), `[edges, outputs]`,
/// for features `[inputs, fk_padded(edges)]`. Source and target are `[atoms, outputs]`, or both NULL for none.
void fk_edge_messages(size_t edges, size_t inputs, size_t outputs, const float *features, const float *weights,
                      const float *shift, const int32_t *first, const int32_t *second, const float *source,
                      const float *target, int activation, float *results);

/// The product of each row of `[rows, width]` with a vector.
void fk_row_dots(size_t rows, size_t width, const float *values, const float *vector, float *results);

/// values *= sigmoid(values·weights + bias), by rows of `[rows, width]`.
void fk_attend(size_t rows, size_t width, const float *weights, float bias, float *values);

/// Adds scale·(range·tanh(bounded) + unbounded)·gap/(distance + offset) of every edge to the move of its first atom, and
/// subtracts it from that of its second where `symmetric`. Bounded, unbounded (may be NULL) and distances are
/// `[fk_padded(edges)]`.
void fk_push(size_t edges, const int32_t *first, const int32_t *second, int symmetric, const float *gaps,
             const float *distances, const float *bounded, const float *unbounded, float range, float offset,
             float scale, float *moves);

/// Adds scale·message of every edge, `[edges, width]`, to the sum of its first atom, and where `symmetric` to that of its
/// second as well; sums are `[atoms, width]`.
void fk_add_messages(size_t edges, size_t width, const int32_t *first, const int32_t *second, int symmetric,
                     float scale, const float *messages, float *sums);

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
