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

FK_BODY(void, rates)(
    size_t rows, size_t dimensions, double intrinsic, double level, const float *states, const float *scores,
    const float *gradients, const double *squares, double *rates, double *features) {
  size_t row = 0;
  // Constant widths let the compiler turn the columns into shuffles.
  if (dimensions == 2)
    for (; row + 8 <= rows; row += 8)
      FK_LOCAL(rates8)(2, intrinsic, level, states + row * 2, scores + row * 2,
                       gradients ? gradients + row * 2 : NULL, squares + row, rates + row, features + row);
  else if (dimensions < 8)
    for (; row + 8 <= rows; row += 8)
      FK_LOCAL(rates8)(dimensions, intrinsic, level, states + row * dimensions, scores + row * dimensions,
                       gradients ? gradients + row * dimensions : NULL, squares + row, rates + row,
                       features + row);
  for (; row < rows; ++row) {
    const float *y = states + row * dimensions;
    const float *s = scores + row * dimensions;
    const float *g = gradients ? gradients + row * dimensions : s;
    const double tilt = gradients ? 1 : 0;
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
    rates[row] = 0.5 * level * (quadratic - squares[row]);
    features[row] = intrinsic + radial;
  }
}
