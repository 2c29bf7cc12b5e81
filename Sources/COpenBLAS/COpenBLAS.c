#include "include/COpenBLAS.h"

// Declared here and not by <cblas.h>: GSL's own cblas header defines the same enums differently.
extern char *openblas_get_config(void);
extern char *openblas_get_corename(void);

const char *fk_openblas_configuration(void) { return openblas_get_config(); }
const char *fk_openblas_core(void) { return openblas_get_corename(); }
