// Products with a layer's weights, which are packed once: the FK_PANEL outputs of a panel stand side by side for each
// input. FK_DEPTH inputs of a panel come from the second cache for every tile, which is fast enough, so that the sums of
// layers up to that width never leave the registers before bias and activation are applied. A row's sums are made in
// the order of the inputs, whatever the other rows are, so its results do not depend on its place or on the number of
// rows.

#define FK_PANEL (FK_TILE_VECTORS * FK_LANES)
#define FK_DEPTH 512

FK_BODY(void, pack_weights)(size_t inputs, size_t outputs, const float *weights, size_t stride, float *packed) {
  for (size_t panel = 0; panel < outputs; panel += FK_PANEL)
    for (size_t k = 0; k < inputs; ++k)
      for (size_t j = panel; j < panel + FK_PANEL; ++j) *packed++ = j < outputs ? weights[j * stride + k] : 0.0f;
}

#define FK_EACH_SUM(rows)                                                  \
  _Pragma("clang loop unroll(full)") for (size_t r = 0; r < (rows); ++r)   \
    _Pragma("clang loop unroll(full)") for (size_t v = 0; v < FK_TILE_VECTORS; ++v)

typedef struct {
  size_t inputs, outputs;
  int adding, activation;
} fk_packed_layer;

// A block of inputs, from `depth` on, of `rows` rows and one panel. Sums wait in `results` between the blocks.
FK_INLINE void fk_packed_tile(
    const size_t rows, const fk_packed_layer *layer, size_t first, size_t depth, const float *values,
    const float *panel, const float *bias, float *results, size_t stride) {
  fk_floats sums[FK_TILE_ROWS][FK_TILE_VECTORS];
  if (first > 0 || layer->adding) {
    FK_EACH_SUM(rows) sums[r][v] = fk_load(results + r * stride + v * FK_LANES);
  } else {
    FK_EACH_SUM(rows) sums[r][v] = fk_splat(0);
  }
  if (first == 0 && bias) FK_EACH_SUM(rows) sums[r][v] += fk_load(bias + v * FK_LANES);
  fk_add_products(rows, FK_TILE_VECTORS, depth, FK_PANEL, values, layer->inputs, 1, panel, sums);
  FK_EACH_SUM(rows) fk_store(results + r * stride + v * FK_LANES, sums[r][v]);
  if (first + depth == layer->inputs && layer->activation != FK_IDENTITY)
    for (size_t r = 0; r < rows; ++r) fk_activate_whole(layer->activation, FK_PANEL, results + r * stride);
}

FK_INLINE void fk_packed_rows(
    size_t rows, const fk_packed_layer *layer, size_t first, size_t depth, const float *values, const float *panel,
    const float *bias, float *results, size_t stride) {
#define FK_PACKED_TILE(ROWS) fk_packed_tile(ROWS, layer, first, depth, values, panel, bias, results, stride)
  switch (rows) {
    case 6: FK_PACKED_TILE(6); break;
    case 5: FK_PACKED_TILE(5); break;
    case 4: FK_PACKED_TILE(4); break;
    case 3: FK_PACKED_TILE(3); break;
    case 2: FK_PACKED_TILE(2); break;
    default: FK_PACKED_TILE(1); break;
  }
#undef FK_PACKED_TILE
}

// The last panel where `columns` outputs do not fill it: its tile lies apart.
FK_INLINE void fk_packed_edge(
    size_t rows, size_t columns, const fk_packed_layer *layer, size_t first, size_t depth, const float *values,
    const float *panel, const float *bias, float *results) {
  float tile[FK_TILE_ROWS * FK_PANEL] = {0}, padded[FK_PANEL] = {0};
  if (bias) memcpy(padded, bias, columns * sizeof(float));
  for (size_t r = 0; r < rows; ++r)
    if (first > 0 || layer->adding)
      memcpy(tile + r * FK_PANEL, results + r * layer->outputs, columns * sizeof(float));
  fk_packed_rows(rows, layer, first, depth, values, panel, bias ? padded : NULL, tile, FK_PANEL);
  for (size_t r = 0; r < rows; ++r)
    memcpy(results + r * layer->outputs, tile + r * FK_PANEL, columns * sizeof(float));
}

FK_BODY(void, multiply_packed)(
    size_t rows, size_t inputs, size_t outputs, const float *values, const float *packed, const float *bias,
    int adding, int activation, float *results) {
  const fk_packed_layer layer = {inputs, outputs, adding, activation};
  for (size_t j = 0; j < outputs; j += FK_PANEL, packed += inputs * FK_PANEL)
    for (size_t first = 0; first < inputs; first += FK_DEPTH) {
      const size_t depth = inputs - first < FK_DEPTH ? inputs - first : FK_DEPTH;
      for (size_t row = 0; row < rows; row += FK_TILE_ROWS) {
        const size_t height = rows - row < FK_TILE_ROWS ? rows - row : FK_TILE_ROWS;
        const float *x = values + row * inputs + first, *panel = packed + first * FK_PANEL;
        const float *shift = bias ? bias + j : NULL;
        float *y = results + row * outputs + j;
        if (outputs - j >= FK_PANEL) fk_packed_rows(height, &layer, first, depth, x, panel, shift, y, outputs);
        else fk_packed_edge(height, outputs - j, &layer, first, depth, x, panel, shift, y);
      }
    }
}
