#include "PhiloxType.h"
#include "include/CGSL.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <string.h>

struct fk_generator;  // A gsl_rng under another name.

static gsl_rng *inner(const fk_generator *generator) { return (gsl_rng *)generator; }

// GSL's list of types is filled on the first call, without a lock: once, before there are threads.
static const gsl_rng_type **types;
static size_t type_count;

__attribute__((constructor)) static void fk_list_generators(void) {
  types = gsl_rng_types_setup();
  while (types && types[type_count]) ++type_count;
}

size_t fk_generator_count(void) { return type_count + 1; }

static const gsl_rng_type *type_at(size_t index) {
  if (index == 0) return &fk_philox_type;
  return index <= type_count ? types[index - 1] : NULL;
}

const char *fk_generator_name(size_t index) {
  const gsl_rng_type *type = type_at(index);
  return type ? type->name : NULL;
}

fk_generator *fk_generator_make(const char *name, uint64_t seed) {
  for (size_t index = 0; index <= type_count; ++index) {
    const gsl_rng_type *type = type_at(index);
    if (strcmp(type->name, name) != 0) continue;
    gsl_rng *generator = gsl_rng_alloc(type);
    if (generator) gsl_rng_set(generator, seed);
    return (fk_generator *)generator;
  }
  return NULL;
}

fk_generator *fk_generator_clone(const fk_generator *generator) {
  return (fk_generator *)gsl_rng_clone(inner(generator));
}

void fk_generator_free(fk_generator *generator) { gsl_rng_free(inner(generator)); }

void fk_generator_seed(fk_generator *generator, uint64_t seed) { gsl_rng_set(inner(generator), seed); }

// MARK: - States

size_t fk_generator_state_size(const fk_generator *generator) { return gsl_rng_size(inner(generator)); }

void fk_generator_copy_state(const fk_generator *generator, void *bytes) {
  memcpy(bytes, gsl_rng_state(inner(generator)), gsl_rng_size(inner(generator)));
}

int fk_generator_set_state(fk_generator *generator, const void *bytes, size_t size) {
  if (size != gsl_rng_size(inner(generator))) return -1;
  memcpy(gsl_rng_state(inner(generator)), bytes, size);
  return 0;
}

// MARK: - Numbers

uint64_t fk_generator_next(fk_generator *generator) { return gsl_rng_get(inner(generator)); }

uint64_t fk_generator_bits(fk_generator *generator) {
  gsl_rng *g = inner(generator);
  const uint64_t lowest = gsl_rng_min(g), range = gsl_rng_max(g) - lowest;
  if (range == 0xffffffffu) {
    const uint64_t high = gsl_rng_get(g) - lowest;
    return high << 32 | (gsl_rng_get(g) - lowest);
  }
  // The quotient has the high bits, which are the good ones of a congruential generator; the few values past the last
  // whole quotient are drawn again.
  const int width = range >= 0xffffff ? 16 : 8;
  const uint64_t divisor = (range + 1) >> width;
  uint64_t bits = 0;
  for (int i = 0; i < 64; i += width) {
    uint64_t quotient;
    do quotient = (gsl_rng_get(g) - lowest) / divisor;
    while (quotient >> width);
    bits = bits << width | quotient;
  }
  return bits;
}

double fk_generator_uniform(fk_generator *generator) { return gsl_rng_uniform(inner(generator)); }

uint64_t fk_generator_uniform_below(fk_generator *generator, uint64_t bound) {
  if (bound == 0) return 0;
  const uint64_t rest = (UINT64_MAX % bound + 1) % bound;  // 2⁶⁴ modulo the bound.
  uint64_t bits;
  do bits = fk_generator_bits(generator);
  while (bits > UINT64_MAX - rest);
  return bits % bound;
}

// GSL's ziggurat takes its layer from the lowest eight bits. Those of a congruential generator modulo a power of two
// repeat after 256 numbers or fewer, and zuf has no more than 24 bits at the top of its 32. Below 24 bits of range
// GSL asks itself for a uniform integer that it cannot make, and its normals are 0.
static int suits_ziggurat(const gsl_rng *generator) {
  static const char *const poor[] = {"borosh13",      "coveyou", "rand",       "random8-bsd", "random8-glibc2",
                                     "random8-libc5", "randu",   "transputer", "vax",         "waterman14",
                                     "zuf"};
  for (size_t i = 0; i < sizeof poor / sizeof *poor; ++i)
    if (strcmp(gsl_rng_name(generator), poor[i]) == 0) return 0;
  return gsl_rng_max(generator) - gsl_rng_min(generator) >= 0xffffff;
}

void fk_generator_fill_normals(fk_generator *generator, float *normals, size_t count) {
  gsl_rng *g = inner(generator);
  if (suits_ziggurat(g)) {
    for (size_t i = 0; i < count; ++i) normals[i] = (float)gsl_ran_gaussian_ziggurat(g, 1);
  } else {
    for (size_t i = 0; i < count; ++i) {
      const double u = (double)(fk_generator_bits(generator) >> 12) * 0x1p-52 + 0x1p-53;
      normals[i] = (float)gsl_cdf_ugaussian_Pinv(u);
    }
  }
}
