#include "include/CGSL.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_version.h>
#include <math.h>

// GSL's default error handler aborts the process; every call here looks at its status or checks its arguments.
__attribute__((constructor)) static void fk_gsl_disable_abort(void) { gsl_set_error_handler_off(); }

const char *fk_gsl_version(void) { return gsl_version; }

double fk_student_t_quantile(double p, double degrees_of_freedom) {
  if (!(p > 0 && p < 1 && degrees_of_freedom > 0)) return NAN;
  return gsl_cdf_tdist_Pinv(p, degrees_of_freedom);
}

double fk_normal_cdf(double x) { return gsl_cdf_ugaussian_P(x); }
