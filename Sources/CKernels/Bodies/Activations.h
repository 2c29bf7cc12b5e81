// What stands between the matrix products of a network: bias, normalisation, activation.

// 1/(1 + e^-x), of relative error below 1e-6 for x > -87; smaller x give e^-87.
FK_INLINE fk_floats fk_sigmoid_of(fk_floats x) {
  fk_floats power = fk_select(x < -87.0f, fk_splat(125.5f), x * -0x1.715476p+0f);
  return 1.0f / (1.0f + fk_power_of_two(power)) + (x - x);  // NaN stays NaN.
}

FK_INLINE fk_floats fk_magnitude(fk_floats x) { return (fk_floats)((fk_words)x & 0x7fffffff); }

FK_INLINE fk_floats fk_with_sign(fk_floats magnitude, fk_floats x) {
  return (fk_floats)((fk_words)magnitude | ((fk_words)x & 0x80000000));
}

FK_INLINE fk_floats fk_tanh_of(fk_floats x) {
  fk_floats size = fk_magnitude(x);
  // 1 − 2/(e^2|x| + 1) loses digits near 0; beyond 10 the result is 1.
  fk_floats limited = fk_select(size > 10.0f, fk_splat(10.0f), size);
  fk_floats far = 1.0f - 2.0f / (fk_power_of_two(limited * 0x1.715476p+1f) + 1.0f);
  fk_floats z = x * x;
  fk_floats p = 0x1.0040dap-6f * z - 0x1.abe08ap-5f;
  p = p * z + 0x1.10a930p-3f;
  p = p * z - 0x1.555378p-2f;
  fk_floats near = p * z * x + x;
  return fk_select(size < 0.6f, near, fk_with_sign(far, x)) + (x - x);
}

// x·Φ(x) with Φ the normal distribution function, by erfc(z) = e^(−z²) P(2/(2 + z)).
FK_INLINE fk_floats fk_gelu_of(fk_floats x) {
  fk_floats z = fk_magnitude(x) * 0x1.6a09e6p-1f;
  fk_floats t = 2.0f / (2.0f + z);
  fk_floats p = -0x1.c2fbb6p-5f * t + 0x1.0e3d1cp-2f;
  p = p * t - 0x1.c413cep-2f;
  p = p * t + 0x1.c50274p-3f;
  p = p * t + 0x1.17bcb2p-6f;
  p = p * t + 0x1.73341ep-3f;
  p = p * t + 0x1.ff9370p-3f;
  p = p * t + 0x1.1fd84cp-2f;
  p = p * t + 0x1.20fea4p-2f;
  p = p * t - 0x1.936160p-18f;
  fk_floats tail = 0.5f * fk_power_of_two(z * z * -0x1.715476p+0f) * p;
  return x * fk_select(x < 0.0f, tail, 1.0f - tail) + (x - x);
}

FK_INLINE fk_floats fk_silu_of(fk_floats x) { return x * fk_sigmoid_of(x); }
FK_INLINE fk_floats fk_relu_of(fk_floats x) { return fk_select(x < 0.0f, fk_splat(0), x); }
FK_INLINE fk_floats fk_identity_of(fk_floats x) { return x; }

// Rows of any width: the last lanes are copied to a whole vector.
#define FK_ACTIVATE(operation)                                                                \
  for (size_t row = 0; row < rows; ++row) {                                                   \
    float *x = values + row * width;                                                          \
    size_t j = 0;                                                                             \
    if (bias) {                                                                               \
      for (; j + FK_LANES <= width; j += FK_LANES)                                            \
        fk_store(x + j, operation(fk_load(x + j) + fk_load(bias + j)));                       \
    } else {                                                                                  \
      for (; j + FK_LANES <= width; j += FK_LANES) fk_store(x + j, operation(fk_load(x + j))); \
    }                                                                                         \
    if (j < width) {                                                                          \
      float rest[FK_LANES] = {0};                                                             \
      for (size_t k = j; k < width; ++k) rest[k - j] = x[k] + (bias ? bias[k] : 0.0f);        \
      fk_store(rest, operation(fk_load(rest)));                                               \
      memcpy(x + j, rest, (width - j) * sizeof(float));                                       \
    }                                                                                         \
  }                                                                                           \
  break;

FK_BODY(void, activate)(int kind, size_t rows, size_t width, const float *bias, float *values) {
  switch (kind) {
    case FK_SILU: FK_ACTIVATE(fk_silu_of)
    case FK_GELU: FK_ACTIVATE(fk_gelu_of)
    case FK_RELU: FK_ACTIVATE(fk_relu_of)
    case FK_TANH: FK_ACTIVATE(fk_tanh_of)
    case FK_SIGMOID: FK_ACTIVATE(fk_sigmoid_of)
    default:
      if (bias) FK_ACTIVATE(fk_identity_of)
  }
}

FK_INLINE float fk_sum_of_lanes(fk_floats values) {
  float sum = 0;
  for (int lane = 0; lane < FK_LANES; ++lane) sum += values[lane];
  return sum;
}

FK_BODY(void, layer_norm)(size_t rows, size_t width, const float *gain, const float *bias, const float *values,
                          float *results) {
  for (size_t row = 0; row < rows; ++row) {
    const float *x = values + row * width;
    float *y = results + row * width;
    size_t j = 0;
    fk_floats sums = fk_splat(0);
    for (; j + FK_LANES <= width; j += FK_LANES) sums += fk_load(x + j);
    float sum = fk_sum_of_lanes(sums);
    for (; j < width; ++j) sum += x[j];
    const float mean = sum / (float)width;
    fk_floats squares = fk_splat(0);
    for (j = 0; j + FK_LANES <= width; j += FK_LANES) {
      const fk_floats gap = fk_load(x + j) - mean;
      squares += gap * gap;
    }
    float square = fk_sum_of_lanes(squares);
    for (; j < width; ++j) square += (x[j] - mean) * (x[j] - mean);
    const float scale = 1.0f / __builtin_sqrtf(square / (float)width + 1e-5f);
    for (j = 0; j < width; ++j) y[j] = (x[j] - mean) * scale * gain[j] + bias[j];
  }
}

FK_BODY(void, add_bias)(size_t rows, size_t width, const float *bias, const float *values, float *results) {
  for (size_t row = 0; row < rows; ++row)
    for (size_t j = 0; j < width; ++j) results[row * width + j] = values[row * width + j] + bias[j];
}
