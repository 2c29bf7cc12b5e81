// Sums over the terms of a target and the log-weight rate, in double: near the data scores are large and cancel.

FK_BODY(void, add_term)(
    size_t rows, size_t dimensions, const float *scores, double scale, double exponent, int first, float *sum,
    double *squares) {
  const float factor = (float)(scale * exponent);
  const double weight = exponent * scale * scale;
  if (squares)
    for (size_t row = 0; row < rows; ++row) {
      const float *s = scores + row * dimensions;
      double total = 0;
      size_t j = 0;
      if (dimensions >= 8) {
        DOUBLE8 lanes = {0};
        for (; j + 8 <= dimensions; j += 8) {
          DOUBLE8 v;
          FK_LOCAL(load8)(s + j, &v);
          lanes += v * v;
        }
        total = FK_LOCAL(sum8)(&lanes);
      }
      for (; j < dimensions; ++j) total += (double)s[j] * s[j];
      squares[row] = first ? weight * total : squares[row] + weight * total;
    }
  const size_t count = rows * dimensions;
  if (first)
    for (size_t i = 0; i < count; ++i) sum[i] = factor * scores[i];
  else
    for (size_t i = 0; i < count; ++i) sum[i] += factor * scores[i];
}

FK_BODY(void, rates)(
    size_t rows, size_t dimensions, double intrinsic, double level, const float *states, const float *scores,
    const float *gradients, const double *squares, double *rates, double *features) {
  for (size_t row = 0; row < rows; ++row) {
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
