// Chooses one level of kernels for the life of the process.
#include "include/CKernels.h"
#include <stdlib.h>
#include <string.h>

#define DEFINE_TABLE(LEVEL)                                      \
  FK_KERNELS(DECLARE_##LEVEL)                                    \
  static const fk_kernel_table LEVEL##_table = {#LEVEL, FK_KERNELS(ENTRY_##LEVEL)};

#define DECLARE_baseline(result, name, parameters, arguments) result fk_##name##_baseline parameters;
#define ENTRY_baseline(result, name, parameters, arguments) fk_##name##_baseline,
DEFINE_TABLE(baseline)

#if defined(__x86_64__)
#define DECLARE_avx2(result, name, parameters, arguments) result fk_##name##_avx2 parameters;
#define ENTRY_avx2(result, name, parameters, arguments) fk_##name##_avx2,
DEFINE_TABLE(avx2)
#define DECLARE_avx512(result, name, parameters, arguments) result fk_##name##_avx512 parameters;
#define ENTRY_avx512(result, name, parameters, arguments) fk_##name##_avx512,
DEFINE_TABLE(avx512)
#endif

static const fk_kernel_table *active = &baseline_table;

static const char *refused;

__attribute__((constructor)) static void fk_choose_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) active = &avx512_table;
  else if (__builtin_cpu_supports("x86-64-v3")) active = &avx2_table;
#endif
  const char *wanted = getenv("FKC_KERNEL");
  if (!wanted || !*wanted) return;
  const fk_kernel_table *table = fk_kernels_at_level(wanted);
  if (table) active = table;
  else refused = wanted;
}

const char *fk_refused_kernel_level(void) { return refused; }

const char *fk_kernel_level(void) { return active->level; }

const fk_kernel_table *fk_kernels_at_level(const char *level) {
#if defined(__x86_64__)
  if (strcmp(level, "avx512") == 0) return __builtin_cpu_supports("x86-64-v4") ? &avx512_table : NULL;
  if (strcmp(level, "avx2") == 0) return __builtin_cpu_supports("x86-64-v3") ? &avx2_table : NULL;
#endif
  return strcmp(level, "baseline") == 0 ? &baseline_table : NULL;
}

#define FORWARD(result, name, parameters, arguments) \
  result fk_##name parameters { return active->name arguments; }
FK_KERNELS(FORWARD)
