#ifndef FEYNMAN_KAC_CGSL_H
#define FEYNMAN_KAC_CGSL_H

#include <stddef.h>
#include <stdint.h>

/// GSL's version, such as "2.7.1".
const char *fk_gsl_version(void);

#endif
