// Every scheme's step is affine in state, score, gradient and the drift point before, plus noise.

FK_BODY(void, affine_step)(
    size_t rows, size_t dimensions, float *states, const float *scores, const float *gradients,
    float *points, const float *offsets, const float *normals, const fk_affine *step) {
  const float y1 = (float)step->state, s1 = (float)step->score, r1 = (float)step->gradient;
  const float h1 = (float)step->history, sd = (float)step->deviation;
  const float hy = (float)step->history_state, py = (float)step->point_state;
  const float ps = (float)step->point_score, pr = (float)step->point_gradient;
  const size_t count = rows * dimensions;
  for (size_t start = 0; start < count; start += 256) {
    const size_t n = count - start < 256 ? count - start : 256;
    float change[256];
    float *y = states + start;
    const float *s = scores + start;
    for (size_t i = 0; i < n; ++i) change[i] = y1 * y[i] + s1 * s[i];
    if (normals)
      for (size_t i = 0; i < n; ++i) change[i] += sd * normals[start + i];
    if (gradients)
      for (size_t i = 0; i < n; ++i) change[i] += r1 * gradients[start + i];
    if (points) {
      float *p = points + start;
      if (h1 != 0)
        for (size_t i = 0; i < n; ++i) change[i] += h1 * (hy * y[i] - p[i]);
      for (size_t i = 0; i < n; ++i) p[i] = py * y[i] + ps * s[i];
      if (gradients)
        for (size_t i = 0; i < n; ++i) p[i] += pr * gradients[start + i];
    }
    if (offsets)
      for (size_t i = 0, j = start % dimensions; i < n; ++i, j = j + 1 == dimensions ? 0 : j + 1)
        change[i] += offsets[j];
    for (size_t i = 0; i < n; ++i) y[i] += change[i];
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
