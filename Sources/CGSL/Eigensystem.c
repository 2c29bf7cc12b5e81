#include "include/CGSL.h"
#include <gsl/gsl_eigen.h>

int fk_symmetric_eigensystem(size_t size, double *matrix, double *values, double *vectors) {
  gsl_eigen_symmv_workspace *workspace = gsl_eigen_symmv_alloc(size);
  if (!workspace) return -1;
  gsl_matrix_view input = gsl_matrix_view_array(matrix, size, size);
  gsl_vector_view output = gsl_vector_view_array(values, size);
  gsl_matrix_view columns = gsl_matrix_view_array(vectors, size, size);
  int status = gsl_eigen_symmv(&input.matrix, &output.vector, &columns.matrix, workspace);
  gsl_eigen_symmv_free(workspace);
  if (status != 0) return -1;
  // GSL's vectors are columns.
  return gsl_matrix_transpose(&columns.matrix) == 0 ? 0 : -1;
}
