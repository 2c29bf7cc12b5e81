#ifndef FEYNMAN_KAC_CHECKSUM_H
#define FEYNMAN_KAC_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// The CRC-32C of `count` bytes after those that `crc` is of; 0 for none.
uint32_t fk_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same without the processor's instruction, for tests.
uint32_t fk_crc32c_by_tables(uint32_t crc, const void *bytes, size_t count);

#endif
