// Vectors of FK_LANES floats, the widest registers of the level. Each lane is computed alone and in the same order,
// so that a row's result never depends on its place in a batch.

#define FK_INLINE static inline __attribute__((always_inline, unused))

typedef float fk_floats __attribute__((vector_size(4 * FK_LANES)));
typedef int32_t fk_integers __attribute__((vector_size(4 * FK_LANES)));
typedef uint32_t fk_words __attribute__((vector_size(4 * FK_LANES)));
typedef float fk_floats_anywhere __attribute__((vector_size(4 * FK_LANES), aligned(4)));
// As many bits, half as many lanes.
typedef double fk_doubles __attribute__((vector_size(4 * FK_LANES)));
typedef int64_t fk_long_integers __attribute__((vector_size(4 * FK_LANES)));
typedef uint64_t fk_long_words __attribute__((vector_size(4 * FK_LANES)));
// As many lanes as the doubles have.
typedef float fk_half_floats __attribute__((vector_size(2 * FK_LANES)));

FK_INLINE fk_floats fk_load(const float *from) { return *(const fk_floats_anywhere *)from; }
FK_INLINE void fk_store(float *to, fk_floats values) { *(fk_floats_anywhere *)to = values; }
// The first lanes of a vector; the others are 0, or are left.
FK_INLINE fk_floats fk_load_first(const float *from, size_t lanes) {
  fk_floats values = {0};
  memcpy(&values, from, lanes * sizeof(float));
  return values;
}
FK_INLINE void fk_store_first(float *to, size_t lanes, fk_floats values) {
  memcpy(to, &values, lanes * sizeof(float));
}
FK_INLINE fk_floats fk_splat(float value) { return value - (fk_floats){0}; }

// Masks are all ones or all zeros in a lane, as comparisons return them.
FK_INLINE fk_floats fk_select(fk_integers mask, fk_floats yes, fk_floats no) {
  return (fk_floats)((mask & (fk_integers)yes) | (~mask & (fk_integers)no));
}

FK_INLINE int fk_any(fk_integers mask) { return __builtin_reduce_or(mask) != 0; }

// A chain of dependent operations leaves the units idle; as many chains abreast, stage by stage, fill them. More than
// eight gained nothing, four cost 15 %.
#define FK_ABREAST 8
#define FK_EACH(width) _Pragma("clang loop unroll(full)") for (int i = 0; i < (width); ++i)
