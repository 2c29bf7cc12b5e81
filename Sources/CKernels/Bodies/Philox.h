// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").

// FK_LANES counters at once. A word lives in the low half of a 64-bit lane, because the multiplication needs it there;
// what the high halves hold is never read.
typedef struct {
  fk_long_words word[4][2];
} fk_philox_block;

#define FK_LOW_HALF 0xffffffffull

FK_INLINE fk_philox_block fk_philox_of(fk_philox_block c, uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 2; ++i) {
      fk_long_words first = (c.word[0][i] & FK_LOW_HALF) * 0xD2511F53ull;
      fk_long_words second = (c.word[2][i] & FK_LOW_HALF) * 0xCD9E8D57ull;
      c.word[0][i] = (second >> 32) ^ c.word[1][i] ^ key0;
      c.word[1][i] = second;
      c.word[2][i] = (first >> 32) ^ c.word[3][i] ^ key1;
      c.word[3][i] = first;
    }
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return c;
}

// The counters (first, c1, c2, c3), (first + 1, c1, c2, c3), …
FK_INLINE fk_philox_block fk_philox_counters(uint32_t first, uint32_t c1, uint32_t c2, uint32_t c3) {
  fk_philox_block block;
  for (int i = 0; i < 2; ++i) {
    for (int lane = 0; lane < FK_LANES / 2; ++lane)
      block.word[0][i][lane] = first + (uint32_t)(i * (FK_LANES / 2) + lane);
    block.word[1][i] = c1 - (fk_long_words){0};
    block.word[2][i] = c2 - (fk_long_words){0};
    block.word[3][i] = c3 - (fk_long_words){0};
  }
  return block;
}

// Word `w` of all counters, one beside the other.
FK_INLINE fk_words fk_philox_word(const fk_philox_block *block, int w) {
  typedef uint32_t half __attribute__((vector_size(2 * FK_LANES)));
  half halves[2] = {__builtin_convertvector(block->word[w][0], half),
                    __builtin_convertvector(block->word[w][1], half)};
  fk_words words;
  memcpy(&words, halves, sizeof words);
  return words;
}

FK_BODY(void, fill_philox)(uint32_t *words, size_t count, uint64_t seed, uint32_t c1, uint32_t c2, uint32_t c3) {
  // Four words of each of 16 counters at every level, so that the layout is the same.
  for (size_t start = 0; start < count; start += 64) {
    uint32_t block[64];
    for (int group = 0; group < 16; group += FK_LANES) {
      fk_philox_block result = fk_philox_of(
          fk_philox_counters((uint32_t)(start / 4) + (uint32_t)group, c1, c2, c3), (uint32_t)seed,
          (uint32_t)(seed >> 32));
      for (int w = 0; w < 4; ++w) {
        fk_words words_w = fk_philox_word(&result, w);
        for (int lane = 0; lane < FK_LANES; ++lane) block[4 * (group + lane) + w] = words_w[lane];
      }
    }
    memcpy(words + start, block, (count - start < 64 ? count - start : 64) * sizeof(uint32_t));
  }
}
