// Sums over the terms of a target and the log-weight rate, in double: near the data scores are large and cancel.
//
// Rows of eight values or more are summed along the row, eight lanes at a time. Shorter rows leave most lanes idle,
// so there eight rows go side by side.

/// Column `j` of eight rows.
static inline void FK_LOCAL(column8)(const float *rows, size_t dimensions, size_t j, DOUBLE8 *to) {
  FLOAT8 values;
  for (size_t i = 0; i < 8; ++i) values[i] = rows[i * dimensions + j];
  *to = __builtin_convertvector(values, DOUBLE8);
}

/// Both columns of eight rows of two.
static inline void FK_LOCAL(pair8)(const float *rows, DOUBLE8 *first, DOUBLE8 *second) {
  FLOAT8 low, high;
  memcpy(&low, rows, sizeof low);
  memcpy(&high, rows + 8, sizeof high);
  const FLOAT8 even = __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14);
  const FLOAT8 odd = __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15);
  *first = __builtin_convertvector(even, DOUBLE8);
  *second = __builtin_convertvector(odd, DOUBLE8);
}

static inline double FK_LOCAL(row_square)(const float *row, size_t dimensions) {
  double total = 0;
  size_t j = 0;
  if (dimensions >= 8) {
    DOUBLE8 lanes = {0};
    for (; j + 8 <= dimensions; j += 8) {
      DOUBLE8 v;
      FK_LOCAL(load8)(row + j, &v);
      lanes += v * v;
    }
    total = FK_LOCAL(sum8)(&lanes);
  }
  for (; j < dimensions; ++j) total += (double)row[j] * row[j];
  return total;
}

FK_BODY(void, add_term)(
    size_t rows, size_t dimensions, const float *scores, double scale, double exponent, int first, float *sum,
    double *squares) {
  const float factor = (float)(scale * exponent);
  const double weight = exponent * scale * scale;
  size_t row = squares ? 0 : rows;
  if (dimensions < 8)
    for (; row + 8 <= rows; row += 8) {
      DOUBLE8 total = {0}, before = {0}, s, t;
      if (dimensions == 2) {
        FK_LOCAL(pair8)(scores + row * 2, &s, &t);
        total = s * s + t * t;
      } else {
        for (size_t j = 0; j < dimensions; ++j) {
          FK_LOCAL(column8)(scores + row * dimensions, dimensions, j, &s);
          total += s * s;
        }
      }
      if (!first) memcpy(&before, squares + row, sizeof before);
      before += weight * total;
      memcpy(squares + row, &before, sizeof before);
    }
  for (; row < rows; ++row) {
    const double total = FK_LOCAL(row_square)(scores + row * dimensions, dimensions);
    squares[row] = first ? weight * total : squares[row] + weight * total;
  }
  const size_t count = rows * dimensions;
  size_t i = 0;
  // By hand: `sum` may be `scores`, and then the compiler's check for overlap takes it to its scalar loop.
  for (; i + FK_LANES <= count; i += FK_LANES) {
    const fk_floats s = factor * fk_load(scores + i);
    fk_store(sum + i, first ? s : fk_load(sum + i) + s);
  }
  for (; i < count; ++i) sum[i] = first ? factor * scores[i] : sum[i] + factor * scores[i];
}

/// The rates of eight short rows.
static inline void FK_LOCAL(rates8)(
    size_t dimensions, double intrinsic, double level, const float *states, const float *scores,
    const float *gradients, const double *squares, double *rates, double *features) {
  DOUBLE8 quadratic = {0}, radial = {0}, square, y[2], s[2], g[2] = {{0}, {0}};
  for (size_t j = 0; j < dimensions; ++j) {
    // A constant width of two turns the columns into shuffles.
    const size_t i = dimensions == 2 ? j : 0;
    if (dimensions == 2 && j == 0) {
      FK_LOCAL(pair8)(states, y, y + 1);
      FK_LOCAL(pair8)(scores, s, s + 1);
      if (gradients) FK_LOCAL(pair8)(gradients, g, g + 1);
    } else if (dimensions != 2) {
      FK_LOCAL(column8)(states, dimensions, j, y);
      FK_LOCAL(column8)(scores, dimensions, j, s);
      if (gradients) FK_LOCAL(column8)(gradients, dimensions, j, g);
    }
    const DOUBLE8 total = gradients ? s[i] + g[i] : s[i];
    quadratic += s[i] * total;
    radial += y[i] * total;
  }
  memcpy(&square, squares, sizeof square);
  quadratic = 0.5 * level * (quadratic - square);
  radial += intrinsic;
  memcpy(rates, &quadratic, sizeof quadratic);
  memcpy(features, &radial, sizeof radial);
}

/// The rate and the radial feature of one row.
static inline void FK_LOCAL(rate1)(
    size_t dimensions, double intrinsic, double level, const float *y, const float *s, const float *g, double square,
    double *rate, double *feature) {
  const double tilt = g ? 1 : 0;
  if (!g) g = s;
  double quadratic = 0, radial = 0;
  size_t j = 0;
  if (dimensions >= 8) {
    DOUBLE8 quadratic8 = {0}, radial8 = {0};
    for (; j + 8 <= dimensions; j += 8) {
      DOUBLE8 y8, s8, g8;
      FK_LOCAL(load8)(y + j, &y8);
      FK_LOCAL(load8)(s + j, &s8);
      FK_LOCAL(load8)(g + j, &g8);
      const DOUBLE8 total = s8 + tilt * g8;
      quadratic8 += s8 * total;
      radial8 += y8 * total;
    }
    quadratic = FK_LOCAL(sum8)(&quadratic8);
    radial = FK_LOCAL(sum8)(&radial8);
  }
  for (; j < dimensions; ++j) {
    const double total = (double)s[j] + tilt * g[j];
    quadratic += s[j] * total;
    radial += y[j] * total;
  }
  *rate = 0.5 * level * (quadratic - square);
  *feature = intrinsic + radial;
}

/// The rates of up to eight rows. What is constant where this is inlined costs no branch: eight rows of two columns become
/// shuffles.
FK_INLINE void FK_LOCAL(rates_of)(
    size_t rows, size_t dimensions, double intrinsic, double level, const float *states, const float *scores,
    const float *gradients, const double *squares, double *rates, double *features) {
  if (rows == 8 && dimensions < 8)
    FK_LOCAL(rates8)(dimensions, intrinsic, level, states, scores, gradients, squares, rates, features);
  else
    for (size_t row = 0; row < rows; ++row) {
      const size_t at = row * dimensions;
      FK_LOCAL(rate1)(dimensions, intrinsic, level, states + at, scores + at, gradients ? gradients + at : NULL,
                      squares[row], rates + row, features + row);
    }
}

FK_INLINE void FK_LOCAL(all_rates)(
    size_t rows, size_t dimensions, double intrinsic, double level, const float *states, const float *scores,
    const float *gradients, const double *squares, double *rates, double *features) {
  const size_t whole = rows & ~(size_t)7;
  for (size_t row = 0; row < whole; row += 8) {
    const size_t at = row * dimensions;
    FK_LOCAL(rates_of)(8, dimensions, intrinsic, level, states + at, scores + at, gradients ? gradients + at : NULL,
                       squares + row, rates + row, features + row);
  }
  const size_t at = whole * dimensions;
  FK_LOCAL(rates_of)(rows - whole, dimensions, intrinsic, level, states + at, scores + at,
                     gradients ? gradients + at : NULL, squares + whole, rates + whole, features + whole);
}

FK_BODY(void, rates)(
    size_t rows, size_t dimensions, double intrinsic, double level, const float *states, const float *scores,
    const float *gradients, const double *squares, double *rates, double *features) {
  if (dimensions == 2)
    FK_LOCAL(all_rates)(rows, 2, intrinsic, level, states, scores, gradients, squares, rates, features);
  else
    FK_LOCAL(all_rates)(rows, dimensions, intrinsic, level, states, scores, gradients, squares, rates, features);
}

/// Up to eight rows of `weigh`; returns how many were weighed.
FK_INLINE size_t FK_LOCAL(weigh_of)(
    size_t rows, size_t dimensions, double intrinsic, double level, const float *states, const float *scores,
    const double *squares, double factor, double slope, double *rates, double *features, double *log_weights) {
  double rates_after[8] = {0}, features_after[8] = {0};
  FK_LOCAL(rates_of)(rows, dimensions, intrinsic, level, states, scores, NULL, squares, rates_after, features_after);
  DOUBLE8 rate = {0}, feature = {0}, weight = {0};
  memcpy(&rate, rates, rows * sizeof(double));
  memcpy(&feature, features, rows * sizeof(double));
  memcpy(&weight, log_weights, rows * sizeof(double));
  // Two statements round as two calls of `add_rates` do.
  DOUBLE8 increments = factor * (rate + slope * feature);
  memcpy(&rate, rates_after, sizeof rate);
  memcpy(&feature, features_after, sizeof feature);
  increments += factor * (rate + slope * feature);
  // NaN and +inf are not below infinity, −inf is.
  for (size_t i = 0; i < rows; ++i)
    if (!(increments[i] < INFINITY)) return i;
  weight += increments;
  memcpy(rates, &rate, rows * sizeof(double));
  memcpy(features, &feature, rows * sizeof(double));
  memcpy(log_weights, &weight, rows * sizeof(double));
  return rows;
}

FK_INLINE size_t FK_LOCAL(weigh_all)(
    size_t rows, size_t dimensions, double intrinsic, double level, const float *states, const float *scores,
    const double *squares, double factor, double slope, double *rates, double *features, double *log_weights) {
  const size_t whole = rows & ~(size_t)7;
  for (size_t row = 0; row < whole; row += 8) {
    const size_t weighed = FK_LOCAL(weigh_of)(
        8, dimensions, intrinsic, level, states + row * dimensions, scores + row * dimensions, squares + row, factor,
        slope, rates + row, features + row, log_weights + row);
    if (weighed < 8) return row + weighed;
  }
  return whole + FK_LOCAL(weigh_of)(
      rows - whole, dimensions, intrinsic, level, states + whole * dimensions, scores + whole * dimensions,
      squares + whole, factor, slope, rates + whole, features + whole, log_weights + whole);
}

FK_BODY(size_t, weigh)(
    size_t rows, size_t dimensions, double intrinsic, double level, const float *states, const float *scores,
    const double *squares, double factor, double slope, double *rates, double *features, double *log_weights) {
  if (dimensions == 2)
    return FK_LOCAL(weigh_all)(rows, 2, intrinsic, level, states, scores, squares, factor, slope, rates, features,
                               log_weights);
  return FK_LOCAL(weigh_all)(rows, dimensions, intrinsic, level, states, scores, squares, factor, slope, rates, features,
                             log_weights);
}
