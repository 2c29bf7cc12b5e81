// Sums over the weights of one block.

FK_BODY(void, weight_moments)(
    size_t count, const double *log_weights, const double *rates, const double *features, double *moments) {
  double highest = -INFINITY;
  for (size_t i = 0; i < count; ++i)
    if (log_weights[i] > highest) highest = log_weights[i];
  moments[0] = highest;
  for (int m = 1; m < 7; ++m) moments[m] = 0;
  if (highest == -INFINITY) return;
  DOUBLE8 w1 = {0}, w2 = {0}, f1 = {0}, f2 = {0}, g1 = {0}, fg = {0};
  for (size_t start = 0; start < count; start += 8) {
    const size_t n = count - start < 8 ? count - start : 8;
    DOUBLE8 w, f = {0}, g = {0};
    for (size_t i = 0; i < 8; ++i) w[i] = i < n ? log_weights[start + i] - highest : -INFINITY;
    FK_LOCAL(exp8)(&w);
    w1 += w;
    w2 += w * w;
    if (features) {
      memcpy(&f, features + start, n * sizeof(double));
      memcpy(&g, rates + start, n * sizeof(double));
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
    for (size_t i = 0; i < 8; ++i) w[i] = i < n ? log_weights[start + i] - log_sum : -INFINITY;
    FK_LOCAL(exp8)(&w);
    memcpy(weights + start, &w, n * sizeof(double));
  }
}

FK_BODY(void, control_products)(
    size_t rows, size_t dimensions, const double *log_weights, double highest, const double *rates,
    const double *features, const float *scores, const float *gradients, double *row_buffer, double *products) {
  // Row vectors (1, F, S + ∇r, g): the upper triangle of Σ w f fᵀ, row after row.
  const size_t n = dimensions + 3;
  memset(products, 0, n * n * sizeof(double));
  for (size_t row = 0; row < rows; ++row) {
    DOUBLE8 w = {0};
    w[0] = log_weights[row] - highest;
    FK_LOCAL(exp8)(&w);
    const float *s = scores + row * dimensions;
    row_buffer[0] = 1;
    row_buffer[1] = features[row];
    for (size_t j = 0; j < dimensions; ++j) row_buffer[2 + j] = s[j];
    if (gradients)
      for (size_t j = 0; j < dimensions; ++j) row_buffer[2 + j] += gradients[row * dimensions + j];
    row_buffer[n - 1] = rates[row];
    for (size_t i = 0; i < n; ++i) {
      const double scaled = w[0] * row_buffer[i];
      double *to = products + i * n;
      for (size_t j = i; j < n; ++j) to[j] += scaled * row_buffer[j];
    }
  }
}
