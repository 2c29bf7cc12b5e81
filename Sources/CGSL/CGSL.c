#include "include/CGSL.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_version.h>

// GSL's default error handler aborts the process; every call here looks at its status instead.
__attribute__((constructor)) static void fk_gsl_disable_abort(void) { gsl_set_error_handler_off(); }

const char *fk_gsl_version(void) { return gsl_version; }
