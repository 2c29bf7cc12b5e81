// Philox4x32-10 as one more generator of GSL.
#include "PhiloxType.h"
#include <CKernels.h>

typedef struct {
  uint32_t key[2];
  uint32_t counter[4];
  uint32_t words[4];
  uint32_t used;
} fk_philox_state;

static void set(void *memory, unsigned long seed) {
  const uint64_t key = seed;
  *(fk_philox_state *)memory = (fk_philox_state){.key = {(uint32_t)key, (uint32_t)(key >> 32)}, .used = 4};
}

static unsigned long get(void *memory) {
  fk_philox_state *state = memory;
  if (state->used == 4) {
    fk_philox4x32_10(state->counter, state->key, state->words);
    for (int i = 0; i < 4 && ++state->counter[i] == 0; ++i) {
    }
    state->used = 0;
  }
  return state->words[state->used++];
}

static double get_double(void *memory) {
  const uint64_t high = get(memory) >> 5, low = get(memory) >> 6;
  return (double)(high << 26 | low) * 0x1p-53;
}

const gsl_rng_type fk_philox_type = {"philox", 0xffffffffUL, 0, sizeof(fk_philox_state), set, get, get_double};
