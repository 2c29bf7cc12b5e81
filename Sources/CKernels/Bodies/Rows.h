// Checks of whole rows of a batch.

FK_BODY(size_t, first_non_finite)(const float *values, size_t count) {
  // x·0 is 0 for finite x and NaN otherwise: one branch for each run of 64 values.
  size_t index = 0;
  for (; index + 64 <= count; index += 64) {
    FLOAT8 sums = {0};
    for (size_t i = 0; i < 64; i += 8) {
      FLOAT8 run;
      memcpy(&run, values + index + i, sizeof run);
      sums += run * 0.0f;
    }
    const float sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    if (sum != 0) break;
  }
  for (; index < count; ++index)
    if (!(values[index] * 0.0f == 0)) return index;
  return count;
}

FK_BODY(void, remove_center_of_mass)(size_t rows, size_t atoms, float *values) {
  for (size_t row = 0; row < rows; ++row) {
    float *x = values + row * 3 * atoms;
    double mean[3] = {0, 0, 0};
    for (size_t a = 0; a < atoms; ++a)
      for (size_t k = 0; k < 3; ++k) mean[k] += x[3 * a + k];
    for (size_t k = 0; k < 3; ++k) mean[k] /= (double)atoms;
    for (size_t a = 0; a < atoms; ++a)
      for (size_t k = 0; k < 3; ++k) x[3 * a + k] -= (float)mean[k];
  }
}

FK_BODY(double, inner_product)(size_t count, const float *a, const float *b) {
  DOUBLE8 sums[2] = {{0}, {0}};
  size_t index = 0;
  for (; index + 16 <= count; index += 16)
    for (size_t half = 0; half < 2; ++half) {
      DOUBLE8 first, second;
      FK_LOCAL(load8)(a + index + 8 * half, &first);
      FK_LOCAL(load8)(b + index + 8 * half, &second);
      sums[half] += first * second;
    }
  sums[0] += sums[1];
  double total = FK_LOCAL(sum8)(&sums[0]);
  for (; index < count; ++index) total += (double)a[index] * b[index];
  return total;
}
