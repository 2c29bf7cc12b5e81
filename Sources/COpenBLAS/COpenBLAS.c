#define _GNU_SOURCE  // For dladdr.
#include "include/COpenBLAS.h"
#include <dlfcn.h>

// Declared here and not by <cblas.h>: GSL's own cblas header defines the same enums differently.
extern char *openblas_get_config(void);
extern char *openblas_get_corename(void);
extern void cblas_sgemm(void);  // For its address alone.

const char *fk_openblas_configuration(void) { return openblas_get_config(); }
const char *fk_openblas_core(void) { return openblas_get_corename(); }

const char *fk_blas_library(void) {
  Dl_info place;
  void (*function)(void) = cblas_sgemm;
  return dladdr((void *)function, &place) ? place.dli_fname : 0;
}
