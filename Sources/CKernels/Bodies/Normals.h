// Standard normals by Box and Muller's transform of Philox words.
//
// The first and third of the four words of a counter give a radius each, with all 32 bits: the largest is
// √(2 log 2³³) = 6.76. The second and fourth give an angle each, 30 bits of it inside a quarter turn.

// √(−2 log((k + ½) 2⁻³²)), of full relative precision at both ends: near the largest k the argument of the logarithm
// is 1 − (2³² − k − ½) 2⁻³², whose distance from 1 the integer gives without rounding it away.
FK_INLINE fk_floats fk_radius(fk_words k) {
  fk_floats u = __builtin_convertvector(k, fk_floats) * 0x1p-32f + 0x1p-33f;
  fk_floats below_one = __builtin_convertvector(~k, fk_floats) * 0x1p-32f + 0x1p-33f;
  fk_floats exponent;
  fk_floats f = fk_mantissa_above_one(u, &exponent);
  fk_integers near_one = u > 0.75f;
  f = fk_select(near_one, -below_one, f);
  exponent = fk_select(near_one, fk_splat(0), exponent);
  return __builtin_elementwise_sqrt(-2.0f * fk_logarithm_near_one(f, exponent));
}

// radius · (cos, sin) of a uniform angle. The low 30 bits are an angle from −⅛ to ⅛ turn; the two high ones exchange
// the coordinates and turn the sign of the first, which makes the four quarters.
FK_INLINE void fk_polar(fk_floats radius, fk_words angle, fk_floats *first, fk_floats *second) {
  // Odd multiples of 2⁻³¹, symmetric about 0.
  fk_floats t = __builtin_convertvector((fk_integers)(angle << 2) | 2, fk_floats) * 0x1p-32f;
  fk_floats z = t * t;
  fk_floats sine = -0x1.2d9302p-8f * z + 0x1.465e92p-4f;
  sine = sine * z - 0x1.4abbbap-1f;
  sine = (sine * z + 0x1.921fb6p+0f) * (t * radius);
  fk_floats cosine = 0x1.d9d57ep-11f * z - 0x1.55c5e0p-6f;
  cosine = cosine * z + 0x1.03c1dep-2f;
  cosine = cosine * z - 0x1.3bd3ccp+0f;
  cosine = (cosine * z) * radius + radius;
  cosine = (fk_floats)((fk_words)cosine ^ (angle & 0x80000000u));
  fk_integers exchanged = (fk_integers)(angle << 1) >> 31;
  *first = fk_select(exchanged, sine, cosine);
  *second = fk_select(exchanged, cosine, sine);
}

FK_BODY(void, fill_normals)(float *normals, size_t count, uint64_t seed, uint32_t c1, uint32_t c2, uint32_t c3) {
  const uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
  float last[64];
  // 64 normals come from 16 counters, whatever FK_LANES: normal 16 w + l of them is number w of counter l.
  for (size_t start = 0; start < count; start += 64) {
    float *block = count - start < 64 ? last : normals + start;
    for (int group = 0; group < 16; group += FK_LANES) {
      fk_philox_block words = fk_philox_of(
          fk_philox_counters((uint32_t)(start / 4) + (uint32_t)group, c1, c2, c3), key0, key1);
      for (int pair = 0; pair < 4; pair += 2) {
        fk_floats first, second;
        fk_polar(fk_radius(fk_philox_word(&words, pair)), fk_philox_word(&words, pair + 1), &first, &second);
        fk_store(block + 16 * pair + group, first);
        fk_store(block + 16 * (pair + 1) + group, second);
      }
    }
    if (block == last) memcpy(normals + start, last, (count - start) * sizeof(float));
  }
}
