// Networks on the graph of all pairs of atoms, one configuration at a time: its edges stay in the nearest caches.

typedef float fk_place __attribute__((vector_size(16), aligned(4)));

FK_INLINE fk_place fk_place_of(const float *places, int32_t atom) { return *(const fk_place *)(places + 4 * atom); }

// From the moves as well as the starts: the sum of both would lose the digits of small moves far from the origin.
FK_BODY(void, edge_gaps)(size_t edges, const int32_t *first, const int32_t *second, const float *starts,
                         const float *moves, float *gaps, float *distances) {
  for (size_t e = 0; e < edges; ++e) {
    const fk_place gap = (fk_place_of(starts, first[e]) - fk_place_of(starts, second[e])) +
                         (fk_place_of(moves, first[e]) - fk_place_of(moves, second[e]));
    *(fk_place *)(gaps + 4 * e) = gap;
    distances[e] = gap[0] * gap[0] + gap[1] * gap[1] + gap[2] * gap[2] + 1e-12f;
  }
  for (size_t e = edges; e < fk_padded(edges); ++e) distances[e] = 1;
  for (size_t e = 0; e < fk_padded(edges); ++e) distances[e] = __builtin_sqrtf(distances[e]);
}

FK_BODY(void, radial_features)(size_t edges, size_t functions, const float *centers, float spacing,
                               const float *distances, float *features) {
  const size_t stride = fk_padded(edges);
  const float scale = 1.0f / spacing;
  for (size_t e = 0; e < stride; e += FK_LANES) {
    const fk_floats logarithm = fk_logarithm_of(fk_load(distances + e));
    for (size_t k = 0; k < functions; ++k) {
      const fk_floats u = (logarithm - centers[k]) * scale;
      const fk_floats square = u * u;
      // Beyond 60 the exponential is that of 60: no denormals. NaN stays.
      const fk_floats limited = fk_select(square > 60.0f, fk_splat(60.0f), square);
      fk_store(features + k * stride + e, fk_exponential_of(-0.5f * limited));
    }
  }
}

// One tile of the first map of messages.
FK_INLINE void fk_edge_tile(size_t rows, size_t vectors, size_t inputs, size_t outputs, const float *features,
                            size_t stride, const float *weights, const float *shift, const int32_t *first,
                            const int32_t *second, const float *source, const float *target, float *results) {
  fk_floats sums[FK_TILE_ROWS][FK_TILE_VECTORS];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; ++v) {
      sums[r][v] = fk_load(shift + v * FK_LANES);
      if (source)
        sums[r][v] += fk_load(source + (size_t)first[r] * outputs + v * FK_LANES) +
                      fk_load(target + (size_t)second[r] * outputs + v * FK_LANES);
    }
  fk_add_products(rows, vectors, inputs, outputs, features, 1, stride, weights, sums);
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; ++v) fk_store(results + r * outputs + v * FK_LANES, sums[r][v]);
}

FK_INLINE void fk_edge_rows(size_t rows, size_t inputs, size_t outputs, const float *features, size_t stride,
                            const float *weights, const float *shift, const int32_t *first, const int32_t *second,
                            const float *source, const float *target, int activation, float *results) {
  size_t j = 0;
  for (; j + FK_TILE_VECTORS * FK_LANES <= outputs; j += FK_TILE_VECTORS * FK_LANES)
    fk_edge_tile(rows, FK_TILE_VECTORS, inputs, outputs, features, stride, weights + j, shift + j, first, second,
                 source ? source + j : NULL, source ? target + j : NULL, results + j);
  for (; j < outputs; j += FK_LANES)
    fk_edge_tile(rows, 1, inputs, outputs, features, stride, weights + j, shift + j, first, second,
                 source ? source + j : NULL, source ? target + j : NULL, results + j);
  fk_activate_whole(activation, rows * outputs, results);
}

FK_BODY(void, edge_messages)(size_t edges, size_t inputs, size_t outputs, const float *features,
                             const float *weights, const float *shift, const int32_t *first, const int32_t *second,
                             const float *source, const float *target, int activation, float *results) {
  const size_t stride = fk_padded(edges);
  size_t e = 0;
  for (; e + FK_TILE_ROWS <= edges; e += FK_TILE_ROWS)
    fk_edge_rows(FK_TILE_ROWS, inputs, outputs, features + e, stride, weights, shift, first + e, second + e, source,
                 target, activation, results + e * outputs);
  for (; e < edges; ++e)
    fk_edge_rows(1, inputs, outputs, features + e, stride, weights, shift, first + e, second + e, source, target,
                 activation, results + e * outputs);
}

// Halves are added until one number is left.
FK_INLINE float fk_sum_by_halves(fk_floats values) {
  float lanes[FK_LANES];
  fk_store(lanes, values);
#pragma clang loop unroll(full)
  for (int half = FK_LANES / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
    for (int i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  return lanes[0];
}

FK_INLINE float fk_dot_of(size_t width, const float *a, const float *b) {
  fk_floats sums = fk_splat(0);
  for (size_t j = 0; j < width; j += FK_LANES) sums += fk_load(a + j) * fk_load(b + j);
  return fk_sum_by_halves(sums);
}

FK_BODY(void, row_dots)(size_t rows, size_t width, const float *values, const float *vector, float *results) {
  for (size_t row = 0; row < rows; ++row) results[row] = fk_dot_of(width, values + row * width, vector);
}

FK_BODY(void, attend)(size_t rows, size_t width, const float *weights, float bias, float *values) {
  for (size_t row = 0; row < rows; row += FK_LANES) {
    const size_t count = rows - row < FK_LANES ? rows - row : FK_LANES;
    float *x = values + row * width;
    float gates[FK_LANES] = {0};
    for (size_t r = 0; r < count; ++r) gates[r] = fk_dot_of(width, x + r * width, weights) + bias;
    fk_store(gates, fk_sigmoid_of(fk_load(gates)));
    for (size_t r = 0; r < count; ++r)
      for (size_t j = 0; j < width; j += FK_LANES)
        fk_store(x + r * width + j, fk_load(x + r * width + j) * fk_splat(gates[r]));
  }
}

FK_BODY(void, push)(size_t edges, const int32_t *first, const int32_t *second, int symmetric, const float *gaps,
                    const float *distances, const float *bounded, const float *unbounded, float range, float offset,
                    float scale, float *moves) {
  for (size_t begin = 0; begin < edges; begin += FK_LANES) {
    const size_t count = edges - begin < FK_LANES ? edges - begin : FK_LANES;
    fk_floats weights = range * fk_tanh_of(fk_load(bounded + begin));
    if (unbounded) weights += fk_load(unbounded + begin);
    float factors[FK_LANES];
    fk_store(factors, weights * scale / (fk_load(distances + begin) + offset));
    for (size_t i = 0; i < count; ++i) {
      const size_t e = begin + i;
      const fk_place move = *(const fk_place *)(gaps + 4 * e) * factors[i];
      *(fk_place *)(moves + 4 * first[e]) += move;
      if (symmetric) *(fk_place *)(moves + 4 * second[e]) -= move;
    }
  }
}

FK_BODY(void, add_messages)(size_t edges, size_t width, const int32_t *first, const int32_t *second, int symmetric,
                            float scale, const float *messages, float *sums) {
  for (size_t e = 0; e < edges; ++e) {
    float *a = sums + (size_t)first[e] * width;
    float *b = sums + (size_t)second[e] * width;
    for (size_t j = 0; j < width; j += FK_LANES) {
      const fk_floats message = fk_load(messages + e * width + j) * scale;
      fk_store(a + j, fk_load(a + j) + message);
      if (symmetric) fk_store(b + j, fk_load(b + j) + message);
    }
  }
}
