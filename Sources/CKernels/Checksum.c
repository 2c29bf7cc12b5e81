// CRC-32C, the checksum of iSCSI (RFC 3720, B.4), whose polynomial processors have an instruction for.
#include "include/Checksum.h"
#include <pthread.h>
#include <string.h>

static uint32_t tables[8][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fill_tables(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
    tables[0][byte] = crc;
  }
  for (uint32_t byte = 0; byte < 256; byte++)
    for (int table = 1; table < 8; table++)
      tables[table][byte] = tables[table - 1][byte] >> 8 ^ tables[0][tables[table - 1][byte] & 255];
}

// Eight bytes at a time, by a table for each.
static uint32_t by_tables(uint32_t crc, const uint8_t *bytes, size_t count) {
  pthread_once(&once, fill_tables);
  for (; count >= 8; bytes += 8, count -= 8) {
    const uint32_t low = crc ^ ((uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24);
    crc = tables[7][low & 255] ^ tables[6][low >> 8 & 255] ^ tables[5][low >> 16 & 255] ^ tables[4][low >> 24]
        ^ tables[3][bytes[4]] ^ tables[2][bytes[5]] ^ tables[1][bytes[6]] ^ tables[0][bytes[7]];
  }
  for (; count; bytes++, count--) crc = crc >> 8 ^ tables[0][(crc ^ *bytes) & 255];
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t crc, const uint8_t *bytes, size_t count) {
  uint64_t wide = crc;
  for (; count >= 8; bytes += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  crc = (uint32_t)wide;
  for (; count; bytes++, count--) crc = __builtin_ia32_crc32qi(crc, *bytes);
  return crc;
}
#endif

uint32_t fk_crc32c_by_tables(uint32_t crc, const void *bytes, size_t count) { return ~by_tables(~crc, bytes, count); }

uint32_t fk_crc32c(uint32_t crc, const void *bytes, size_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return ~by_instruction(~crc, bytes, count);
#endif
  return fk_crc32c_by_tables(crc, bytes, count);
}
