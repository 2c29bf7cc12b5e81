// Shares of a population in fixed point, and what is counted along them. See FixedShares.swift.

/// N·W in units of 2^-bits, to the nearest. Two statements, so that no level fuses them and all round alike.
static inline int64_t FK_LOCAL(share)(double weight, double scale) {
  const double units = weight * scale;
  return (int64_t)(units + 0.5);
}

FK_BODY(double, share_sums)(size_t count, const double *weights, double scale, int bits, int64_t *sums) {
  const int64_t unit = (int64_t)1 << bits;
  int64_t total = 0, small = 0, whole = 0;
  double largest = 0;
  for (size_t i = 0; i < count; ++i) {
    const int64_t share = FK_LOCAL(share)(weights[i], scale);
    total += share;
    small += share < unit ? share : 0;
    whole += share >> bits;
    largest = weights[i] > largest ? weights[i] : largest;
  }
  sums[0] = total;
  sums[1] = small;
  sums[2] = whole;
  return largest;
}

/// Sums of the lanes up to each one.
static inline void FK_LOCAL(prefix8)(INT8 *v) {
  const INT8 zero = {0};
  *v += __builtin_shufflevector(zero, *v, 0, 8, 9, 10, 11, 12, 13, 14);
  *v += __builtin_shufflevector(zero, *v, 0, 1, 8, 9, 10, 11, 12, 13);
  *v += __builtin_shufflevector(zero, *v, 0, 1, 2, 3, 8, 9, 10, 11);
}

FK_BODY(void, comb_counts)(
    size_t count, const double *weights, double scale, int bits, size_t settled, int64_t correction, int64_t offset,
    int64_t small, int64_t large, int32_t *counts) {
  typedef uint64_t words8 __attribute__((vector_size(64)));
  typedef int32_t halves8 __attribute__((vector_size(32)));
  const int64_t unit = (int64_t)1 << bits;
  // A tooth at the end of a length belongs to the next one.
  small += unit - 1 - offset;
  large += unit - 1 - offset;
  int64_t passed = (small >> bits) + (large >> bits);
  for (size_t start = 0; start < count; start += 8) {
    const size_t n = count - start < 8 ? count - start : 8;
    DOUBLE8 w = {0};
    if (n == 8) memcpy(&w, weights + start, sizeof w);
    else memcpy(&w, weights + start, n * sizeof(double));
    const DOUBLE8 units = w * scale;
    INT8 share = __builtin_convertvector(units + 0.5, INT8);
    if (settled - start < 8) share[settled - start] += correction;
    const INT8 is_small = share < unit;
    INT8 smalls = share & is_small, larges = share & (unit - 1) & ~is_small;
    FK_LOCAL(prefix8)(&smalls);
    FK_LOCAL(prefix8)(&larges);
    smalls += small;
    larges += large;
    // None is negative, and every level has a shift of unsigned numbers.
    const INT8 below = (INT8)(((words8)smalls >> bits) + ((words8)larges >> bits));
    const INT8 before = __builtin_shufflevector(passed - (INT8){0}, below, 0, 8, 9, 10, 11, 12, 13, 14);
    const halves8 own = __builtin_convertvector((INT8)((words8)share >> bits) + below - before, halves8);
    if (n == 8) memcpy(counts + start, &own, sizeof own);
    else memcpy(counts + start, &own, n * sizeof(int32_t));
    small = smalls[7];
    large = larges[7];
    passed = below[7];
  }
}

FK_BODY(void, share_ends)(
    size_t count, const double *weights, double scale, size_t settled, int64_t correction, int64_t mask, int64_t start,
    int64_t *ends) {
  for (size_t first = 0; first < count; first += 8) {
    const size_t n = count - first < 8 ? count - first : 8;
    DOUBLE8 w = {0};
    if (n == 8) memcpy(&w, weights + first, sizeof w);
    else memcpy(&w, weights + first, n * sizeof(double));
    const DOUBLE8 units = w * scale;
    INT8 share = __builtin_convertvector(units + 0.5, INT8);
    if (settled - first < 8) share[settled - first] += correction;
    share &= mask;
    FK_LOCAL(prefix8)(&share);
    share += start;
    if (n == 8) memcpy(ends + first, &share, sizeof share);
    else memcpy(ends + first, &share, n * sizeof(int64_t));
    start = share[7];
  }
}

FK_BODY(size_t, survivors)(
    size_t count, const uint64_t *words, const double *weights, double largest, int32_t *counts) {
  int32_t alive = 0;
  for (size_t i = 0; i < count; ++i) {
    // The top 52 bits of a word as the mantissa of a number from [1, 2).
    const uint64_t bits = words[i] >> 12 | 0x3ff0000000000000;
    double uniform;
    memcpy(&uniform, &bits, sizeof uniform);
    const int32_t survives = (uniform - 1) * largest < weights[i];
    counts[i] = survives;
    alive += survives;
  }
  return (size_t)alive;
}

FK_BODY(void, mark)(size_t count, const int32_t *indices, int32_t first, uint8_t *marks) {
  // Several threads may mark the same: the stores are atomic, and plain moves on every processor.
  for (size_t i = 0; i < count; ++i) __atomic_store_n(marks + (indices[i] - first), 1, __ATOMIC_RELAXED);
}
