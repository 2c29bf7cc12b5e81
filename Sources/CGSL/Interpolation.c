#include "include/CGSL.h"
#include <gsl/gsl_interp.h>

int fk_steffen_slopes(const double *x, const double *y, size_t count, double *slopes) {
  gsl_interp *interpolation = gsl_interp_alloc(gsl_interp_steffen, count);
  if (!interpolation) return -1;
  int status = gsl_interp_init(interpolation, x, y, count);
  for (size_t i = 0; status == 0 && i < count; i++)
    status = gsl_interp_eval_deriv_e(interpolation, x, y, x[i], NULL, &slopes[i]);
  gsl_interp_free(interpolation);
  return status == 0 ? 0 : -1;
}
