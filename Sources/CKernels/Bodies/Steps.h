// Every scheme's step is affine in state, score, gradient and the drift point before, plus noise.

typedef struct {
  float *states;
  const float *scores, *gradients;
  float *points;
  const float *offsets, *normals;
  size_t dimensions;
} fk_affine_columns;

// `lanes` values from `start` on, at most a vector of them. Which columns there are is constant where this is inlined.
FK_INLINE void fk_affine_vector(
    const fk_affine_columns *c, const fk_affine *step, const int whole, size_t start, size_t lanes) {
#define FK_COLUMN(column) (whole ? fk_load((column) + start) : fk_load_first((column) + start, lanes))
#define FK_PUT(column, values) \
  if (whole) fk_store((column) + start, values); \
  else fk_store_first((column) + start, lanes, values)
  const fk_floats y = FK_COLUMN(c->states), s = FK_COLUMN(c->scores);
  fk_floats change = (float)step->state * y + (float)step->score * s;
  if (c->normals) change += (float)step->deviation * FK_COLUMN(c->normals);
  fk_floats gradients = {0};
  if (c->gradients) {
    gradients = FK_COLUMN(c->gradients);
    change += (float)step->gradient * gradients;
  }
  if (c->points) {
    if (step->history != 0)
      change += (float)step->history * ((float)step->history_state * y - FK_COLUMN(c->points));
    fk_floats point = (float)step->point_state * y + (float)step->point_score * s;
    if (c->gradients) point += (float)step->point_gradient * gradients;
    FK_PUT(c->points, point);
  }
  if (c->offsets) {
    float offsets[FK_LANES];
    for (size_t i = 0, j = start % c->dimensions; i < FK_LANES; ++i, j = j + 1 == c->dimensions ? 0 : j + 1)
      offsets[i] = c->offsets[j];
    change += fk_load(offsets);
  }
  FK_PUT(c->states, y + change);
#undef FK_PUT
#undef FK_COLUMN
}

FK_INLINE void fk_affine_vectors(const fk_affine_columns *c, const fk_affine *step, size_t count) {
  size_t start = 0;
  for (; start + FK_LANES <= count; start += FK_LANES) fk_affine_vector(c, step, 1, start, FK_LANES);
  if (start < count) fk_affine_vector(c, step, 0, start, count - start);
}

FK_BODY(void, affine_step)(
    size_t rows, size_t dimensions, float *states, const float *scores, const float *gradients,
    float *points, const float *offsets, const float *normals, const fk_affine *step) {
  const fk_affine_columns columns = {states, scores, gradients, points, offsets, normals, dimensions};
  // What most runs have: told to the compiler, it leaves no branch in the loop.
  if (normals && points && !gradients && !offsets) {
    const fk_affine_columns usual = {states, scores, NULL, points, NULL, normals, dimensions};
    fk_affine_vectors(&usual, step, rows * dimensions);
  } else {
    fk_affine_vectors(&columns, step, rows * dimensions);
  }
}

FK_BODY(void, coordinate_step)(
    size_t rows, size_t dimensions, float *states, const float *scores, const float *gradients, float *points,
    const float *offsets, const float *normals, const fk_affine *step, const fk_coordinates *own) {
  const float history_state = (float)step->history_state, point_state = (float)step->point_state;
  const float point_score = (float)step->point_score, point_gradient = (float)step->point_gradient;
  const int extrapolates = points && step->history != 0;
  const float *restrict state = own->state, *restrict score = own->score, *restrict gradient = own->gradient;
  const float *restrict history = own->history, *restrict deviation = own->deviation;
  for (size_t row = 0; row < rows; ++row) {
    const size_t at = row * dimensions;
    float *restrict y = states + at;
    const float *restrict s = scores + at, *restrict z = normals + at;
    const float *restrict g = gradients ? gradients + at : NULL;
    float *restrict p = points ? points + at : NULL;
    for (size_t j = 0; j < dimensions; ++j) {
      float change = state[j] * y[j] + score[j] * s[j] + deviation[j] * z[j] + offsets[j];
      if (g) change += gradient[j] * g[j];
      if (extrapolates) change += history[j] * (history_state * y[j] - p[j]);
      if (p) p[j] = point_state * y[j] + point_score * s[j] + (g ? point_gradient * g[j] : 0);
      y[j] += change;
    }
  }
}

FK_BODY(void, affine_residuals)(
    size_t rows, size_t dimensions, const float *ends, const float *states, const float *scores,
    const float *gradients, const float *points, const float *offsets, const fk_affine *step, double *squares) {
  for (size_t row = 0; row < rows; ++row) {
    const size_t at = row * dimensions;
    double sum = 0;
    for (size_t j = 0; j < dimensions; ++j) {
      const double y = states[at + j];
      double change = step->state * y + step->score * scores[at + j];
      if (gradients) change += step->gradient * gradients[at + j];
      if (points) change += step->history * (step->history_state * y - points[at + j]);
      if (offsets) change += offsets[j];
      const double residual = (ends[at + j] - y) - change;
      sum += residual * residual;
    }
    squares[row] = sum;
  }
}
