#ifndef FEYNMAN_KAC_COPENBLAS_H
#define FEYNMAN_KAC_COPENBLAS_H

/// The version and build options of the OpenBLAS that is loaded.
const char *fk_openblas_configuration(void);

/// The kernel that OpenBLAS runs on this processor, "Prescott" where it does not know a newer one.
const char *fk_openblas_core(void);

#endif
