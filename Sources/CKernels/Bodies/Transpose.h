// FK_LANES rows of a batch as columns and back: tile[j · FK_LANES + i] is coordinate j of row i.

#if FK_LANES == 16
#define FK_EACH_LANE(f, s) \
  f(0, s), f(1, s), f(2, s), f(3, s), f(4, s), f(5, s), f(6, s), f(7, s), f(8, s), f(9, s), f(10, s), f(11, s), \
      f(12, s), f(13, s), f(14, s), f(15, s)
#elif FK_LANES == 8
#define FK_EACH_LANE(f, s) f(0, s), f(1, s), f(2, s), f(3, s), f(4, s), f(5, s), f(6, s), f(7, s)
#else
#define FK_EACH_LANE(f, s) f(0, s), f(1, s), f(2, s), f(3, s)
#endif

#define FK_UPPER(l, s) ((l) & (s) ? FK_LANES + (l) - (s) : (l))
#define FK_LOWER(l, s) ((l) & (s) ? FK_LANES + (l) : (l) + (s))
#define FK_EVERY_OTHER(l, s) (2 * (l) + (s))
#define FK_INTERLEAVED(l, s) (((l) + (s)) / 2 + ((l) & 1 ? FK_LANES : 0))

// Exchanges the off-diagonal halves of all squares of 2s rows and lanes.
#define FK_EXCHANGE(s)                                                                                  \
  _Pragma("clang loop unroll(full)") for (int i = 0; (s) < FK_LANES && i < FK_LANES; ++i) if (!(i & (s))) { \
    fk_floats a = v[i], b = v[i + (s)];                                                                 \
    v[i] = __builtin_shufflevector(a, b, FK_EACH_LANE(FK_UPPER, s));                                    \
    v[i + (s)] = __builtin_shufflevector(a, b, FK_EACH_LANE(FK_LOWER, s));                              \
  }

FK_INLINE void fk_transpose_square(fk_floats *v) {
  FK_EXCHANGE(1)
  FK_EXCHANGE(2)
#if FK_LANES > 4
  FK_EXCHANGE(4)
#endif
#if FK_LANES > 8
  FK_EXCHANGE(8)
#endif
}

// Rows past `count` are filled up with the first one.
FK_INLINE void fk_rows_to_tile(const float *rows, size_t count, size_t dimensions, float *tile) {
  if (dimensions == 2 && count == FK_LANES) {
    fk_floats a = fk_load(rows), b = fk_load(rows + FK_LANES);
    fk_store(tile, __builtin_shufflevector(a, b, FK_EACH_LANE(FK_EVERY_OTHER, 0)));
    fk_store(tile + FK_LANES, __builtin_shufflevector(a, b, FK_EACH_LANE(FK_EVERY_OTHER, 1)));
    return;
  }
  size_t done = 0;
  for (; done + FK_LANES <= dimensions; done += FK_LANES) {
    fk_floats v[FK_LANES];
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < FK_LANES; ++i)
      v[i] = fk_load(rows + (i < count ? i : 0) * dimensions + done);
    fk_transpose_square(v);
    _Pragma("clang loop unroll(full)") for (size_t j = 0; j < FK_LANES; ++j)
      fk_store(tile + (done + j) * FK_LANES, v[j]);
  }
  for (size_t i = 0; i < FK_LANES; ++i) {
    const float *row = rows + (i < count ? i : 0) * dimensions;
    for (size_t j = done; j < dimensions; ++j) tile[j * FK_LANES + i] = row[j];
  }
}

FK_INLINE void fk_tile_to_rows(const float *tile, size_t count, size_t dimensions, float *rows) {
  if (dimensions == 2 && count == FK_LANES) {
    fk_floats a = fk_load(tile), b = fk_load(tile + FK_LANES);
    fk_store(rows, __builtin_shufflevector(a, b, FK_EACH_LANE(FK_INTERLEAVED, 0)));
    fk_store(rows + FK_LANES, __builtin_shufflevector(a, b, FK_EACH_LANE(FK_INTERLEAVED, FK_LANES)));
    return;
  }
  size_t done = 0;
  for (; done + FK_LANES <= dimensions; done += FK_LANES) {
    fk_floats v[FK_LANES];
    _Pragma("clang loop unroll(full)") for (size_t j = 0; j < FK_LANES; ++j)
      v[j] = fk_load(tile + (done + j) * FK_LANES);
    fk_transpose_square(v);
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < FK_LANES; ++i)
      if (i < count) fk_store(rows + i * dimensions + done, v[i]);
  }
  for (size_t i = 0; i < count; ++i)
    for (size_t j = done; j < dimensions; ++j) rows[i * dimensions + j] = tile[j * FK_LANES + i];
}
