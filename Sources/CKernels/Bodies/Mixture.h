// Scores and log densities of Gaussian mixtures with diagonal covariances.
//
//   log q(x) = log Σ_k e^(l_k),  l_k = constant_k − ½ Σ_j p_kj (m_kj − x_j)²,  score_j = Σ_k r_k p_kj (m_kj − x_j)
//
// Exponents are kept in units of log 2, which spares exp its reduction. Differences m − x are formed before anything
// is squared or summed: expanding the squares would save two operations of five and lose every digit near the data,
// where p is 1e4 and more. Quadratic forms are Float, with a relative error of some 2e-7.
//
// A tile is FK_LANES rows, transposed. The last tile is filled up with its own first row.

// A precision for each coordinate of a component, one for each component, or the same one for all.
enum { FK_DIAGONAL, FK_ISOTROPIC, FK_UNIFORM };

typedef struct {
  size_t dimensions, components;
  const float *means;
  const float *precisions;       // [K], or [K, d].
  const float *half_precisions;  // ½ p / log 2, shaped alike.
  const float *constants;        // (constant − largest) / log 2.
  float *exponents;              // [K, FK_LANES].
  double largest_constant;
} fk_mixture;

// log Σ_k e^(l_k) of the lanes, given the largest exponent; terms are added up in Double.
FK_INLINE void fk_mixture_log_densities(const fk_mixture *m, fk_floats largest, fk_floats poison, double *results) {
  fk_doubles sums[2] = {{0}, {0}};
  fk_half_floats halves[2];
  for (size_t k = 0; k < m->components; ++k) {
    memcpy(halves, m->exponents + k * FK_LANES, sizeof halves);
    for (int i = 0; i < 2; ++i) sums[i] += __builtin_convertvector(halves[i], fk_doubles);
  }
  largest += poison;
  memcpy(halves, &largest, sizeof halves);
  for (int i = 0; i < 2; ++i) {
    fk_doubles top = __builtin_convertvector(halves[i], fk_doubles);
    fk_doubles value = fk_logarithm_of_doubles(sums[i]) + top * 0x1.62e42fefa39efp-1 + m->largest_constant;
    memcpy(results + i * (FK_LANES / 2), &value, sizeof value);
  }
}

// Responsibilities times their sum, left in `exponents`.
FK_INLINE fk_floats fk_mixture_responsibilities(const fk_mixture *m, fk_floats largest) {
  fk_floats sum = {0};
  for (size_t k = 0; k < m->components; ++k) {
    fk_floats weight = fk_power_of_two(fk_load(m->exponents + k * FK_LANES) - largest);
    fk_store(m->exponents + k * FK_LANES, weight);
    sum += weight;
  }
  return sum;
}

#define FK_LARGER(a, b) fk_select((a) > (b), a, b)

// Exponents of `width` components, stage by stage for all of them; `differences` receives m_k − x.
FK_INLINE void fk_mixture_small_exponents(
    const int dimensions, const int isotropic, const int width, const fk_mixture *m, size_t k, const fk_floats *x,
    fk_floats differences[][3], fk_floats *exponents) {
  fk_floats quadratic[FK_ABREAST];
  FK_EACH(width) quadratic[i] = fk_splat(0);
  for (int j = 0; j < dimensions; ++j) {
    FK_EACH(width) differences[i][j] = m->means[(k + i) * dimensions + j] - x[j];
    FK_EACH(width) {
      fk_floats scaled = differences[i][j];
      if (!isotropic) scaled *= m->half_precisions[(k + i) * dimensions + j];
      quadratic[i] = scaled * differences[i][j] + quadratic[i];
    }
  }
  FK_EACH(width)
    exponents[i] =
        isotropic ? m->constants[k + i] - m->half_precisions[k + i] * quadratic[i] : m->constants[k + i] - quadratic[i];
}

// Adds `width` components to the sums.
FK_INLINE void fk_mixture_small_visit(
    const int dimensions, const int shape, const int keeps, const int width, const fk_mixture *m, size_t k,
    const fk_floats *x, const fk_floats *shift, fk_floats *sum, fk_floats *total) {
  const int isotropic = shape != FK_DIAGONAL;
  fk_floats differences[FK_ABREAST][3], weights[FK_ABREAST];
  fk_mixture_small_exponents(dimensions, isotropic, width, m, k, x, differences, weights);
  if (shift) FK_EACH(width) weights[i] -= *shift;
  fk_powers_of_two(width, weights);
  FK_EACH(width) {
    *sum += weights[i];
    if (keeps) fk_store(m->exponents + (k + i) * FK_LANES, weights[i]);
    if (shape == FK_ISOTROPIC) weights[i] *= m->precisions[k + i];
    for (int j = 0; j < dimensions; ++j) {
      fk_floats pull = isotropic ? weights[i] : weights[i] * m->precisions[(k + i) * dimensions + j];
      total[j] = pull * differences[i][j] + total[j];
    }
  }
}

// Few dimensions: the state and the score stay in registers, and each component is visited once. `shift` is taken from
// every exponent; `total` receives the sums of r_k p_k (m_k − x), without p_k where all are the same.
FK_INLINE fk_floats fk_mixture_small_sums(
    const int dimensions, const int shape, const int keeps, const fk_mixture *m, const fk_floats *x,
    const fk_floats *shift, fk_floats *total) {
  fk_floats sum = {0};
  for (int j = 0; j < dimensions; ++j) total[j] = fk_splat(0);
  size_t k = 0;
  for (; k + FK_ABREAST <= m->components; k += FK_ABREAST)
    fk_mixture_small_visit(dimensions, shape, keeps, FK_ABREAST, m, k, x, shift, &sum, total);
  for (; k < m->components; ++k) fk_mixture_small_visit(dimensions, shape, keeps, 1, m, k, x, shift, &sum, total);
  return sum;
}

// Near the modes no exponent needs a shift: none is above 0, and the largest is far from underflow. A row whose sum is
// below 2^-76 lies ten standard deviations from every mode. Its tile is done again with the largest exponent taken away,
// and that result is kept for such rows alone: what a row gets does not depend on the others of its tile. What
// fk_powers_of_two adds below its floor is less than 2^-34 of a sum for each component.
FK_INLINE void fk_mixture_small_tile(
    const int dimensions, const int shape, const int keeps, const fk_mixture *m, const fk_floats *x,
    fk_floats *scores, double *log_densities) {
  fk_floats total[3];
  fk_floats shift = fk_splat(0);
  fk_floats sum = fk_mixture_small_sums(dimensions, shape, keeps, m, x, 0, total);
  fk_integers far = ~(sum >= 0x1p-76f);
  if (fk_any(far)) {
    fk_floats largest = fk_splat(-__builtin_inff()), exponent, differences[1][3], far_total[3];
    for (size_t k = 0; k < m->components; ++k) {
      fk_mixture_small_exponents(dimensions, shape != FK_DIAGONAL, 1, m, k, x, differences, &exponent);
      largest = FK_LARGER(exponent, largest);
    }
    shift = fk_select(far, largest, shift);
    fk_floats far_sum = fk_mixture_small_sums(dimensions, shape, keeps, m, x, &shift, far_total);
    sum = fk_select(far, far_sum, sum);
    for (int j = 0; j < dimensions; ++j) total[j] = fk_select(far, far_total[j], total[j]);
  }
  fk_floats poison = {0};
  for (int j = 0; j < dimensions; ++j) poison += x[j] * 0.0f;
  fk_floats scale = (shape == FK_UNIFORM ? m->precisions[0] / sum : 1.0f / sum) + poison;
  for (int j = 0; j < dimensions; ++j) scores[j] = total[j] * scale;
  if (keeps) fk_mixture_log_densities(m, shift, poison, log_densities);
}

// Exponents of `width` components side by side: each coordinate is loaded once for all of them.
FK_INLINE fk_floats fk_mixture_exponents(
    const int width, const int isotropic, const fk_mixture *m, size_t k, const float *tile, fk_floats largest) {
  const size_t d = m->dimensions;
  fk_floats quadratic[4] = {{0}, {0}, {0}, {0}};
  for (size_t start = 0; start < d; start += 8) {
    // Summed eight by eight: errors grow with 8 + d/8 and not with d.
    fk_floats part[4] = {{0}, {0}, {0}, {0}};
    for (size_t j = start; j < (start + 8 < d ? start + 8 : d); ++j) {
      fk_floats x = fk_load(tile + j * FK_LANES);
      for (int i = 0; i < width; ++i) {
        fk_floats difference = m->means[(k + i) * d + j] - x;
        fk_floats scaled = isotropic ? difference : difference * m->half_precisions[(k + i) * d + j];
        part[i] = scaled * difference + part[i];
      }
    }
    for (int i = 0; i < width; ++i) quadratic[i] += part[i];
  }
  for (int i = 0; i < width; ++i) {
    fk_floats exponent = isotropic ? m->constants[k + i] - m->half_precisions[k + i] * quadratic[i]
                                   : m->constants[k + i] - quadratic[i];
    largest = FK_LARGER(exponent, largest);
    fk_store(m->exponents + (k + i) * FK_LANES, exponent);
  }
  return largest;
}

// Scores of `width` coordinates side by side: each responsibility is loaded once for all of them.
FK_INLINE void fk_mixture_columns(
    const int width, const int isotropic, const fk_mixture *m, const float *pulls, size_t j, fk_floats scale,
    float *tile) {
  const size_t d = m->dimensions;
  fk_floats x[4], total[4];
  for (int i = 0; i < width; ++i) {
    x[i] = fk_load(tile + (j + i) * FK_LANES);
    total[i] = fk_splat(0);
  }
  for (size_t k = 0; k < m->components; ++k) {
    fk_floats pull = fk_load(pulls + k * FK_LANES);
    for (int i = 0; i < width; ++i) {
      fk_floats scaled = isotropic ? pull : pull * m->precisions[k * d + j + i];
      total[i] = scaled * (m->means[k * d + j + i] - x[i]) + total[i];
    }
  }
  for (int i = 0; i < width; ++i) fk_store(tile + (j + i) * FK_LANES, total[i] * scale);
}

// Any number of dimensions: the tile lies in memory and its states are replaced by the scores.
FK_INLINE void fk_mixture_large_tile(
    const int isotropic, const fk_mixture *m, float *restrict tile, double *log_densities) {
  fk_floats largest = fk_splat(-__builtin_inff());
  size_t k = 0;
  for (; k + 4 <= m->components; k += 4) largest = fk_mixture_exponents(4, isotropic, m, k, tile, largest);
  for (; k < m->components; ++k) largest = fk_mixture_exponents(1, isotropic, m, k, tile, largest);
  fk_floats sum = fk_mixture_responsibilities(m, largest);
  fk_floats poison = {0};
  for (size_t j = 0; j < m->dimensions; ++j) poison += fk_load(tile + j * FK_LANES) * 0.0f;
  if (log_densities) fk_mixture_log_densities(m, largest, poison, log_densities);
  if (isotropic)
    for (k = 0; k < m->components; ++k) {
      float *pull = m->exponents + k * FK_LANES;
      fk_store(pull, fk_load(pull) * m->precisions[k]);
    }
  fk_floats scale = 1.0f / sum + poison;
  size_t j = 0;
  for (; j + 4 <= m->dimensions; j += 4) fk_mixture_columns(4, isotropic, m, m->exponents, j, scale, tile);
  for (; j < m->dimensions; ++j) fk_mixture_columns(1, isotropic, m, m->exponents, j, scale, tile);
}

// All rows, with the choices that a compiler can fold made outside: `dimensions` is 0 for any number.
FK_INLINE void fk_mixture_rows(
    const int dimensions, const int shape, const fk_mixture *m, size_t count, const float *states,
    float *scores, double *log_densities, float *tile) {
  const size_t d = m->dimensions;
  for (size_t row = 0; row < count; row += FK_LANES) {
    const size_t rows = count - row < FK_LANES ? count - row : FK_LANES;
    double logs[FK_LANES];
    fk_rows_to_tile(states + row * d, rows, dimensions ? dimensions : d, tile);
    if (dimensions) {
      fk_floats x[3], result[3];
      for (int j = 0; j < dimensions; ++j) x[j] = fk_load(tile + j * FK_LANES);
      if (log_densities) fk_mixture_small_tile(dimensions, shape, 1, m, x, result, logs);
      else fk_mixture_small_tile(dimensions, shape, 0, m, x, result, 0);
      for (int j = 0; j < dimensions; ++j) fk_store(tile + j * FK_LANES, result[j]);
    } else {
      fk_mixture_large_tile(shape != FK_DIAGONAL, m, tile, log_densities ? logs : 0);
    }
    fk_tile_to_rows(tile, rows, dimensions ? dimensions : d, scores + row * d);
    if (log_densities) memcpy(log_densities + row, logs, rows * sizeof(double));
  }
}

FK_BODY(void, mixture_scores)(
    size_t count, size_t dimensions, size_t components, const float *states, const float *means,
    const float *precisions, int isotropic, const double *log_constants, float *scores, double *log_densities,
    float *workspace) {
  const size_t shapes = isotropic ? components : components * dimensions;
  float *tile = (float *)(((uintptr_t)workspace + 63) & ~(uintptr_t)63);
  float *exponents = tile + 16 * dimensions;
  float *constants = exponents + 16 * components;
  float *half_precisions = constants + components;
  double largest = log_constants[0];
  for (size_t k = 1; k < components; ++k)
    if (log_constants[k] > largest) largest = log_constants[k];
  for (size_t k = 0; k < components; ++k)
    constants[k] = (float)((log_constants[k] - largest) * 0x1.71547652b82fep+0);
  for (size_t i = 0; i < shapes; ++i) half_precisions[i] = (float)(precisions[i] * 0x1.71547652b82fep-1);
  const fk_mixture mixture = {dimensions, components, means,     precisions, half_precisions,
                              constants,  exponents,  largest};
  int shape = isotropic || dimensions == 1 ? FK_UNIFORM : FK_DIAGONAL;  // [K, 1] and [K] are the same.
  for (size_t k = 1; shape == FK_UNIFORM && k < components; ++k)
    if (precisions[k] != precisions[0]) shape = FK_ISOTROPIC;
#define FK_ROWS(D, SHAPE) fk_mixture_rows(D, SHAPE, &mixture, count, states, scores, log_densities, tile)
#define FK_SHAPES(D)                                     \
  if (shape == FK_UNIFORM) FK_ROWS(D, FK_UNIFORM);       \
  else if (shape == FK_ISOTROPIC) FK_ROWS(D, FK_ISOTROPIC); \
  else FK_ROWS(D, FK_DIAGONAL);                          \
  break;
  switch (dimensions) {
    case 1: FK_SHAPES(1)
    case 2: FK_SHAPES(2)
    case 3: FK_SHAPES(3)
    default: if (isotropic) FK_ROWS(0, FK_ISOTROPIC); else FK_ROWS(0, FK_DIAGONAL); break;
  }
#undef FK_SHAPES
#undef FK_ROWS
}
