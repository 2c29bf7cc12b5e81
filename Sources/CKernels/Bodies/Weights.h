// Sums over the weights of one block.

/// exp(l − shift) of up to eight log-weights, 0 in the lanes beyond.
static inline void FK_LOCAL(weights8)(const double *log_weights, size_t count, double shift, DOUBLE8 *weights) {
  DOUBLE8 w;
  if (count == 8) {
    memcpy(&w, log_weights, sizeof w);
  } else {
    for (size_t i = 0; i < 8; ++i) w[i] = i < count ? log_weights[i] : -INFINITY;
  }
  w -= shift;
  FK_LOCAL(exp8)(&w);
  *weights = w;
}

FK_BODY(void, add_rates)(
    size_t count, double factor, double slope, const double *rates, const double *features, double *increments) {
  for (size_t i = 0; i < count; ++i) increments[i] += factor * (rates[i] + slope * features[i]);
}

FK_BODY(size_t, accumulate)(size_t count, const double *increments, double *log_weights) {
  // One test for all: NaN and +inf are not below infinity, −inf is.
  int good = 1;
  for (size_t i = 0; i < count; ++i) good &= increments[i] < INFINITY;
  if (!good)
    for (size_t i = 0; i < count; ++i)
      if (!(increments[i] < INFINITY)) return i;
  for (size_t i = 0; i < count; ++i) log_weights[i] += increments[i];
  return count;
}

FK_BODY(void, weight_moments)(
    size_t count, const double *log_weights, const double *rates, const double *features, double *moments) {
  double highest = -INFINITY;
  size_t head = 0;
  if (count >= 8) {
    DOUBLE8 highest8;
    memcpy(&highest8, log_weights, sizeof highest8);
    for (head = 8; head + 8 <= count; head += 8) {
      DOUBLE8 l;
      memcpy(&l, log_weights + head, sizeof l);
      const INT8 above = l > highest8;
      highest8 = (DOUBLE8)((above & (INT8)l) | (~above & (INT8)highest8));
    }
    for (size_t i = 0; i < 8; ++i) highest = highest8[i] > highest ? highest8[i] : highest;
  }
  for (; head < count; ++head) highest = log_weights[head] > highest ? log_weights[head] : highest;
  moments[0] = highest;
  for (int m = 1; m < 7; ++m) moments[m] = 0;
  if (highest == -INFINITY) return;
  DOUBLE8 w1 = {0}, w2 = {0}, f1 = {0}, f2 = {0}, g1 = {0}, fg = {0};
  for (size_t start = 0; start < count; start += 8) {
    const size_t n = count - start < 8 ? count - start : 8;
    DOUBLE8 w, f = {0}, g = {0};
    FK_LOCAL(weights8)(log_weights + start, n, highest, &w);
    w1 += w;
    w2 += w * w;
    if (features) {
      if (n == 8) {
        memcpy(&f, features + start, sizeof f);
        memcpy(&g, rates + start, sizeof g);
      } else {
        memcpy(&f, features + start, n * sizeof(double));
        memcpy(&g, rates + start, n * sizeof(double));
      }
      f1 += w * f;
      f2 += w * f * f;
      g1 += w * g;
      fg += w * f * g;
    }
  }
  moments[1] = FK_LOCAL(sum8)(&w1);
  moments[2] = FK_LOCAL(sum8)(&w2);
  moments[3] = FK_LOCAL(sum8)(&f1);
  moments[4] = FK_LOCAL(sum8)(&f2);
  moments[5] = FK_LOCAL(sum8)(&g1);
  moments[6] = FK_LOCAL(sum8)(&fg);
}

FK_BODY(void, normalize_weights)(size_t count, const double *log_weights, double log_sum, double *weights) {
  for (size_t start = 0; start < count; start += 8) {
    const size_t n = count - start < 8 ? count - start : 8;
    DOUBLE8 w;
    FK_LOCAL(weights8)(log_weights + start, n, log_sum, &w);
    if (n == 8) memcpy(weights + start, &w, sizeof w);
    else memcpy(weights + start, &w, n * sizeof(double));
  }
}

// One row of the features (1, F, S + ∇r, g) of a linear control, or (1, F, S + ∇r, H, g) of a diagonal one.
static inline void FK_LOCAL(control_features)(
    size_t row, size_t dimensions, const double *rates, const double *features, const float *states, const float *scores,
    const float *gradients, double *to) {
  const float *s = scores + row * dimensions;
  to[0] = 1;
  to[1] = features[row];
  for (size_t j = 0; j < dimensions; ++j) to[2 + j] = s[j];
  if (gradients)
    for (size_t j = 0; j < dimensions; ++j) to[2 + j] += gradients[row * dimensions + j];
  size_t end = dimensions + 2;
  // H of the last coordinate is what F has beside the others.
  if (states)
    for (size_t j = 0; j + 1 < dimensions; ++j) to[end++] = 1 + states[row * dimensions + j] * to[2 + j];
  to[end] = rates[row];
}

FK_BODY(size_t, cholesky)(size_t first, size_t last, size_t width, double *matrix) {
  for (size_t i = first; i <= last; ++i) {
    double *restrict row = matrix + i * width;
    size_t k = first;
    // Four rows above at a time, each taken in its turn.
    for (; k + 4 <= i; k += 4) {
      const double *restrict a = matrix + k * width, *restrict b = a + width, *restrict c = b + width, *restrict d = c + width;
      const double fa = a[i], fb = b[i], fc = c[i], fd = d[i];
      for (size_t j = i; j < width; ++j) row[j] = (((row[j] - fa * a[j]) - fb * b[j]) - fc * c[j]) - fd * d[j];
    }
    for (; k < i; ++k) {
      const double *restrict a = matrix + k * width;
      const double factor = a[i];
      for (size_t j = i; j < width; ++j) row[j] -= factor * a[j];
    }
    if (!(row[i] > 0)) return i;
    const double diagonal = sqrt(row[i]);
    row[i] = diagonal;
    for (size_t j = i + 1; j < width; ++j) row[j] /= diagonal;
  }
  return last + 1;
}

FK_BODY(void, control_products)(
    size_t rows, size_t dimensions, const double *log_weights, double highest, const double *rates,
    const double *features, const float *states, const float *scores, const float *gradients, double *row_buffer,
    double *products) {
  // The upper triangle of Σ w f fᵀ, row after row. Eight particles at a time, each added in its turn: an element is loaded and
  // stored once for eight, and rounds as if it were one by one.
  const size_t n = states ? 2 * dimensions + 2 : dimensions + 3;
  memset(products, 0, n * n * sizeof(double));
  for (size_t first = 0; first < rows; first += 8) {
    const size_t count = rows - first < 8 ? rows - first : 8;
    DOUBLE8 w;
    FK_LOCAL(weights8)(log_weights + first, count, highest, &w);
    for (size_t r = 0; r < count; ++r)
      FK_LOCAL(control_features)(first + r, dimensions, rates, features, states, scores, gradients, row_buffer + r * n);
    for (size_t i = 0; i < n; ++i) {
      double scaled[8];
      for (size_t r = 0; r < count; ++r) scaled[r] = w[r] * row_buffer[r * n + i];
      double *restrict to = products + i * n;
      const double *restrict f = row_buffer;
      if (count == 8) {
        for (size_t j = i; j < n; ++j) {
          double sum = to[j];
          sum += scaled[0] * f[j];
          sum += scaled[1] * f[n + j];
          sum += scaled[2] * f[2 * n + j];
          sum += scaled[3] * f[3 * n + j];
          sum += scaled[4] * f[4 * n + j];
          sum += scaled[5] * f[5 * n + j];
          sum += scaled[6] * f[6 * n + j];
          sum += scaled[7] * f[7 * n + j];
          to[j] = sum;
        }
      } else {
        for (size_t r = 0; r < count; ++r)
          for (size_t j = i; j < n; ++j) to[j] += scaled[r] * f[r * n + j];
      }
    }
  }
}
