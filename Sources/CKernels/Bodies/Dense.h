// Layers of small networks: outputs are a whole number of vectors, and the weights of one input stand side by side. The
// activation is applied while the results are near. A row's sums are made in the order of the inputs, whatever the other
// rows are, so its results do not depend on its place or on the number of rows.

#define FK_TILE_ROWS 6
#if FK_LANES == 16
#define FK_TILE_VECTORS 4  // 24 of 32 registers hold sums.
#else
#define FK_TILE_VECTORS 2  // 12 of 16.
#endif

// Adds the products to `sums`; `rows` and `vectors` are constants where this is inlined.
FK_INLINE void fk_add_products(size_t rows, size_t vectors, size_t inputs, size_t outputs, const float *values,
                               size_t row_stride, size_t input_stride, const float *weights,
                               fk_floats sums[FK_TILE_ROWS][FK_TILE_VECTORS]) {
  for (size_t k = 0; k < inputs; ++k) {
    fk_floats w[FK_TILE_VECTORS];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; ++v) w[v] = fk_load(weights + k * outputs + v * FK_LANES);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; ++r) {
      const fk_floats x = fk_splat(values[r * row_stride + k * input_stride]);
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; ++v) sums[r][v] += x * w[v];
    }
  }
}

// activation(values) of a whole number of vectors.
#define FK_ACTIVATE_WHOLE(operation) \
  for (size_t i = 0; i < count; i += FK_LANES) fk_store(values + i, operation(fk_load(values + i))); \
  break;

FK_INLINE void fk_activate_whole(int kind, size_t count, float *values) {
  switch (kind) {
    case FK_SILU: FK_ACTIVATE_WHOLE(fk_silu_of)
    case FK_GELU: FK_ACTIVATE_WHOLE(fk_gelu_of)
    case FK_RELU: FK_ACTIVATE_WHOLE(fk_relu_of)
    case FK_TANH: FK_ACTIVATE_WHOLE(fk_tanh_of)
    case FK_SIGMOID: FK_ACTIVATE_WHOLE(fk_sigmoid_of)
    default: break;
  }
}

// One tile: from the start of each row (`starts`, then what `results` holds where `adding`) to its sums.
FK_INLINE void fk_dense_tile(size_t rows, size_t vectors, size_t inputs, size_t outputs, const float *values,
                             size_t row_stride, size_t input_stride, const float *weights, const float *bias,
                             int adding, float *results) {
  fk_floats sums[FK_TILE_ROWS][FK_TILE_VECTORS];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; ++v) {
      sums[r][v] = bias ? fk_load(bias + v * FK_LANES) : fk_splat(0);
      if (adding) sums[r][v] += fk_load(results + r * outputs + v * FK_LANES);
    }
  fk_add_products(rows, vectors, inputs, outputs, values, row_stride, input_stride, weights, sums);
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; ++v) fk_store(results + r * outputs + v * FK_LANES, sums[r][v]);
}

FK_INLINE void fk_dense_rows(size_t rows, size_t inputs, size_t outputs, const float *values, size_t row_stride,
                             size_t input_stride, const float *weights, const float *bias, int adding,
                             float *results) {
  size_t j = 0;
  for (; j + FK_TILE_VECTORS * FK_LANES <= outputs; j += FK_TILE_VECTORS * FK_LANES)
    fk_dense_tile(rows, FK_TILE_VECTORS, inputs, outputs, values, row_stride, input_stride, weights + j,
                  bias ? bias + j : NULL, adding, results + j);
  for (; j < outputs; j += FK_LANES)
    fk_dense_tile(rows, 1, inputs, outputs, values, row_stride, input_stride, weights + j, bias ? bias + j : NULL,
                  adding, results + j);
}

FK_BODY(void, dense)(size_t rows, size_t inputs, size_t outputs, const float *values, const float *weights,
                     const float *bias, int adding, int activation, float *results) {
  size_t row = 0;
  for (; row + FK_TILE_ROWS <= rows; row += FK_TILE_ROWS) {
    fk_dense_rows(FK_TILE_ROWS, inputs, outputs, values + row * inputs, inputs, 1, weights, bias, adding,
                  results + row * outputs);
    fk_activate_whole(activation, FK_TILE_ROWS * outputs, results + row * outputs);
  }
  for (; row < rows; ++row) {
    fk_dense_rows(1, inputs, outputs, values + row * inputs, inputs, 1, weights, bias, adding,
                  results + row * outputs);
    fk_activate_whole(activation, outputs, results + row * outputs);
  }
}
