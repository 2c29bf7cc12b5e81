// Eight doubles at a time, and sums over rows of floats in double, in an order that no level changes.

typedef double FK_CONCATENATE(fk_double8_, FK_LEVEL) __attribute__((vector_size(64)));
typedef float FK_CONCATENATE(fk_float8_, FK_LEVEL) __attribute__((vector_size(32)));
typedef int64_t FK_CONCATENATE(fk_int8_, FK_LEVEL) __attribute__((vector_size(64)));
#define DOUBLE8 FK_CONCATENATE(fk_double8_, FK_LEVEL)
#define FLOAT8 FK_CONCATENATE(fk_float8_, FK_LEVEL)
#define INT8 FK_CONCATENATE(fk_int8_, FK_LEVEL)
#define FK_LOCAL(name) FK_CONCATENATE(name##_, FK_LEVEL)

static inline void FK_LOCAL(load8)(const float *from, DOUBLE8 *to) {
  FLOAT8 values;
  memcpy(&values, from, sizeof values);
  *to = __builtin_convertvector(values, DOUBLE8);
}

static inline double FK_LOCAL(sum8)(const DOUBLE8 *v) {
  return (((*v)[0] + (*v)[4]) + ((*v)[1] + (*v)[5])) + (((*v)[2] + (*v)[6]) + ((*v)[3] + (*v)[7]));
}

/// exp(x) for x ≤ 0 in place, to about 1 ulp; 0 below −708, where the result would be denormal. NaN stays NaN.
static inline void FK_LOCAL(exp8)(DOUBLE8 *x) {
  const DOUBLE8 floor = {-708, -708, -708, -708, -708, -708, -708, -708};
  const INT8 below = *x < floor;
  const DOUBLE8 clamped = (DOUBLE8)((below & (INT8)floor) | (~below & (INT8)*x));
  // Adding 1.5·2⁵² rounds to an integer, which then stands in the low bits.
  const DOUBLE8 shifted = clamped * 0x1.71547652b82fep+0 + 0x1.8p52;
  const DOUBLE8 n = shifted - 0x1.8p52;
  const DOUBLE8 r = (clamped - n * 0x1.62e42fefa39efp-1) - n * 0x1.abc9e3b39803fp-56;
  // By fours, and the fours by Horner's rule: one chain of thirteen would wait for itself.
  const DOUBLE8 r2 = r * r, r4 = r2 * r2;
  const DOUBLE8 p0 = (r + 1.0) + r2 * (r * (1.0 / 6.0) + 0.5);
  const DOUBLE8 p4 = (r * (1.0 / 120.0) + 1.0 / 24.0) + r2 * (r * (1.0 / 5040.0) + 1.0 / 720.0);
  const DOUBLE8 p8 = (r * (1.0 / 362880.0) + 1.0 / 40320.0) + r2 * (r * (1.0 / 39916800.0) + 1.0 / 3628800.0);
  const DOUBLE8 p12 = r * (1.0 / 6227020800.0) + 1.0 / 479001600.0;
  const DOUBLE8 p = p0 + r4 * (p4 + r4 * (p8 + r4 * p12));
  const INT8 scaled = (INT8)p + ((INT8)shifted << 52);
  *x = (DOUBLE8)(scaled & ~below);
}
