// exp, 2^x and log of vectors. Polynomials are minimax fits of relative error below 2^-27 (2^-23 for the responsibility
// form); with rounding, exp and log stay within 2 units in the last place. No argument gives a denormal result.

// 2^(x − round x) · 2^round x. Adding 1.5·2²³ rounds to the nearest integer and leaves it in the low bits of the sum.
#define FK_ROUNDER 0x1.8p23f

FK_INLINE fk_floats fk_scaled_by_power(fk_floats value, fk_floats rounded) {
  return (fk_floats)((fk_words)value + ((fk_words)rounded << 23));
}

// 2^x for x ≤ 126, of relative error 1.5e-7; exactly 0 below −126, where the result would be denormal: −127 has the
// remainder 0, and 1 · 2^-127 comes out as the bits of +0. NaN gives NaN or, with bits set in the low end of its
// payload, anything: the caller makes rows with NaN NaN itself.
FK_INLINE fk_floats fk_power_of_two(fk_floats x) {
  x = fk_select(x < -126.0f, fk_splat(-127.0f), x);
  fk_floats shifted = x + FK_ROUNDER;
  fk_floats r = x - (shifted - FK_ROUNDER);
  fk_floats p = 0x1.5bb92ap-10f * r + 0x1.3ceb6cp-7f;
  p = p * r + 0x1.c6b75ap-5f;
  p = p * r + 0x1.ebf9bap-3f;
  p = p * r + 0x1.62e42ap-1f;
  p = p * r + 1.0f;
  return fk_scaled_by_power(p, shifted);
}

// 2^x of `width` vectors abreast, in place, for x ≤ 126 and with the error above; 2^-110 below −110 and for NaN. That
// floor costs one operation and keeps products with the results out of the denormals, which are slow.
FK_INLINE void fk_powers_of_two(const int width, fk_floats *x) {
  fk_floats n[FK_ABREAST], r[FK_ABREAST], p[FK_ABREAST];
  FK_EACH(width) x[i] = fk_select(x[i] > -110.0f, x[i], fk_splat(-110.0f));
#if FK_LANES == 16
  FK_EACH(width) n[i] = __builtin_elementwise_roundeven(x[i]);
  FK_EACH(width) r[i] = x[i] - n[i];
#else
  FK_EACH(width) n[i] = x[i] + FK_ROUNDER;
  FK_EACH(width) r[i] = x[i] - (n[i] - FK_ROUNDER);
#endif
  FK_EACH(width) p[i] = 0x1.5bb92ap-10f * r[i] + 0x1.3ceb6cp-7f;
  FK_EACH(width) p[i] = p[i] * r[i] + 0x1.c6b75ap-5f;
  FK_EACH(width) p[i] = p[i] * r[i] + 0x1.ebf9bap-3f;
  FK_EACH(width) p[i] = p[i] * r[i] + 0x1.62e42ap-1f;
  FK_EACH(width) p[i] = p[i] * r[i] + 1.0f;
#if FK_LANES == 16
  FK_EACH(width) x[i] = (fk_floats)_mm512_scalef_ps((__m512)p[i], (__m512)n[i]);
#else
  FK_EACH(width) x[i] = fk_scaled_by_power(p[i], n[i]);
#endif
}

// e^x: 0 below −87 (the smallest normal float is e^-87.3), infinite above 88.72, NaN for NaN.
FK_INLINE fk_floats fk_exponential_of(fk_floats x) {
  fk_floats limited = fk_select(x > 89.0f, fk_splat(89.0f), fk_select(x < -87.0f, fk_splat(-87.0f), x));
  fk_floats shifted = limited * 0x1.715476p+0f + FK_ROUNDER;
  fk_floats n = shifted - FK_ROUNDER;
  fk_floats r = limited - n * 0x1.62e4p-1f;  // log 2 in two parts; the first has 15 bits, so that n times it is exact.
  r = r - n * 0x1.7f7d1cp-20f;
  fk_floats p = 0x1.6a2286p-10f * r + 0x1.123ae6p-7f;
  p = p * r + 0x1.5558f8p-5f;
  p = p * r + 0x1.555490p-3f;
  p = p * r + 0.5f;
  p = p * (r * r) + r;
  // 2^128 has no float: half of it, doubled after.
  fk_integers large = x > 88.0f;
  fk_floats result = fk_scaled_by_power(p + 1.0f, fk_select(large, shifted - 1.0f, shifted));
  result = fk_select(large, result + result, result);
  result = fk_select(x < -87.0f, fk_splat(0), result);
  return fk_select(x == x, result, x);
}

// log of 1 + f, shared by the functions below: f in [√½ − 1, √2 − 1], and `exponent` · log 2 on top.
FK_INLINE fk_floats fk_logarithm_near_one(fk_floats f, fk_floats exponent) {
  fk_floats p = -0x1.38b582p-4f * f + 0x1.055b6cp-3f;
  p = p * f - 0x1.0d8542p-3f;
  p = p * f + 0x1.22da1cp-3f;
  p = p * f - 0x1.547244p-3f;
  p = p * f + 0x1.99a008p-3f;
  p = p * f - 0x1.000226p-2f;
  p = p * f + 0x1.555554p-2f;
  fk_floats square = f * f;
  p = p * (square * f) + exponent * 0x1.7f7d1cp-20f;
  p = p - 0.5f * square;
  return (p + f) + exponent * 0x1.62e4p-1f;
}

// Splits x > 0 into 2^exponent · (1 + f) with f in [√½ − 1, √2 − 1].
FK_INLINE fk_floats fk_mantissa_above_one(fk_floats x, fk_floats *exponent) {
  // Counting from the bits of √½ puts the mantissa in [√½, √2).
  fk_integers bits = (fk_integers)x - 0x3f3504f3;
  *exponent = __builtin_convertvector(bits >> 23, fk_floats);
  return (fk_floats)((bits & 0x7fffff) + 0x3f3504f3) - 1.0f;
}

// Natural logarithm: −∞ for 0 and for denormals, NaN below 0 and for NaN, +∞ for +∞.
FK_INLINE fk_floats fk_logarithm_of(fk_floats x) {
  fk_floats exponent;
  fk_floats f = fk_mantissa_above_one(x, &exponent);
  fk_floats result = fk_logarithm_near_one(f, exponent);
  result = fk_select(x < 0x1p-126f, fk_splat(-__builtin_inff()), result);
  result = fk_select(x == __builtin_inff(), x, result);
  return fk_select(x >= 0, result, fk_splat(__builtin_nanf("")));
}

// Natural logarithm of normal positive doubles, by the series of 2 artanh((m − 1)/(m + 1)).
FK_INLINE fk_doubles fk_logarithm_of_doubles(fk_doubles x) {
  fk_long_integers bits = (fk_long_integers)x - 0x3fe6a09e667f3bcd;
  // The exponent's bits added to those of 1.5·2⁵² convert it: AVX2 has no conversion from 64-bit integers.
  fk_long_words shifted = (((fk_long_words)bits + 0x4000000000000000) >> 52) + (0x4338000000000000 - 1024);
  fk_doubles exponent = (fk_doubles)shifted - 0x1.8p52;
  fk_doubles m = (fk_doubles)((bits & 0xfffffffffffff) + 0x3fe6a09e667f3bcd);
  fk_doubles s = (m - 1.0) / (m + 1.0);
  fk_doubles z = s * s;
  fk_doubles p = z * (1.0 / 21) + 1.0 / 19;
  p = p * z + 1.0 / 17;
  p = p * z + 1.0 / 15;
  p = p * z + 1.0 / 13;
  p = p * z + 1.0 / 11;
  p = p * z + 1.0 / 9;
  p = p * z + 1.0 / 7;
  p = p * z + 1.0 / 5;
  p = p * z + 1.0 / 3;
  p = p * z + 1.0;
  return exponent * 0x1.62e42fefa39efp-1 + 2.0 * s * p;
}

// Runs `operation` over `count` values; the last ones are copied to a whole vector.
#define FK_MAP(operation)                                                   \
  size_t index = 0;                                                         \
  for (; index + FK_LANES <= count; index += FK_LANES)                      \
    fk_store(results + index, operation(fk_load(values + index)));          \
  if (index < count) {                                                      \
    float rest[FK_LANES] = {0};                                             \
    memcpy(rest, values + index, (count - index) * sizeof(float));          \
    fk_store(rest, operation(fk_load(rest)));                               \
    memcpy(results + index, rest, (count - index) * sizeof(float));         \
  }

FK_BODY(void, exponentials)(const float *values, float *results, size_t count) { FK_MAP(fk_exponential_of) }

FK_BODY(void, logarithms)(const float *values, float *results, size_t count) { FK_MAP(fk_logarithm_of) }
