#ifndef FEYNMAN_KAC_COPENBLAS_H
#define FEYNMAN_KAC_COPENBLAS_H

/// The version and build options of the OpenBLAS that is loaded.
const char *fk_openblas_configuration(void);

/// The kernel that OpenBLAS runs on this processor, "Prescott" where it does not know a newer one.
const char *fk_openblas_core(void);

/// The path of the shared library whose cblas_sgemm the process calls; NULL where it cannot be told. GSL's own library
/// of that name is fifteen times slower.
const char *fk_blas_library(void);

#endif
