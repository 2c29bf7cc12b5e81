// What libFuzzer, which has the main function, calls; FuzzTarget.swift has the other side.
#include <stddef.h>
#include <stdint.h>

extern void fkc_fuzz(const uint8_t *bytes, intptr_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  fkc_fuzz(bytes, (intptr_t)count);
  return 0;
}
