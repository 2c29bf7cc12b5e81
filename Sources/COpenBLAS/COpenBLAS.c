#define _GNU_SOURCE  // For dladdr.
#include "include/COpenBLAS.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// Declared here and not by <cblas.h>, which need not be installed.
enum { ROW_MAJOR = 101, AS_IT_IS = 111, TRANSPOSED = 112 };
typedef void multiply(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a,
                      int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride);

static multiply *sgemm;
static char *(*configuration)(void);
static char *(*core_name)(void);
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int is_loaded;
static char problem[512];

#if defined(__APPLE__)
static const char library_name[] = "libopenblas.dylib";
#else
static const char library_name[] = "libopenblas.so.0";
#endif

// Sets a variable unless it is set, and says whether it must be taken back.
static int set_for_now(const char *name, const char *value) {
  return value && !getenv(name) && setenv(name, value, 0) == 0;
}

static void *open_library(const char *core) {
  // Programs that are started later must not find these settings.
  const int set_core = set_for_now("OPENBLAS_CORETYPE", core);
  const int set_threads = set_for_now("OPENBLAS_NUM_THREADS", "1");
  void *library = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
  if (set_core) unsetenv("OPENBLAS_CORETYPE");
  if (set_threads) unsetenv("OPENBLAS_NUM_THREADS");
  return library;
}

static const char *load(const char *core) {
  void *library = open_library(core);
  if (!library) {
    snprintf(problem, sizeof problem, "OpenBLAS is not installed (%s); on Debian: apt-get install libopenblas0",
             dlerror());
    return problem;
  }
  configuration = (char *(*)(void))dlsym(library, "openblas_get_config");
  core_name = (char *(*)(void))dlsym(library, "openblas_get_corename");
  void (*set_threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
  multiply *function = (multiply *)dlsym(library, "cblas_sgemm");
  if (!configuration || !core_name || !set_threads || !function) {
    snprintf(problem, sizeof problem, "the library called OpenBLAS lacks functions of OpenBLAS");
    return problem;
  }
  // Somebody else may have loaded it before, with threads.
  set_threads(1);
  sgemm = function;
  return NULL;
}

const char *fk_openblas_load(const char *core) {
  pthread_mutex_lock(&lock);
  const char *reason = is_loaded ? NULL : load(core);
  is_loaded = !reason;
  pthread_mutex_unlock(&lock);
  return reason;
}

int fk_openblas_is_loaded(void) {
  pthread_mutex_lock(&lock);
  const int result = is_loaded;
  pthread_mutex_unlock(&lock);
  return result;
}

const char *fk_openblas_configuration(void) { return configuration(); }
const char *fk_openblas_core(void) { return core_name(); }

const char *fk_openblas_path(void) {
  Dl_info place;
  return dladdr((void *)sgemm, &place) ? place.dli_fname : "";
}

void fk_multiply_transposed(int m, int n, int k, const float *a, int a_stride, const float *b, int b_stride,
                            float beta, float *c, int c_stride) {
  sgemm(ROW_MAJOR, AS_IT_IS, TRANSPOSED, m, n, k, 1, a, a_stride, b, b_stride, beta, c, c_stride);
}
