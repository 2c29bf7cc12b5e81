#ifndef FEYNMAN_KAC_PHILOX_TYPE_H
#define FEYNMAN_KAC_PHILOX_TYPE_H

#include <gsl/gsl_rng.h>

/// Philox4x32-10 for GSL: the seed is the key, 0 included, and the counter starts at 0.
extern const gsl_rng_type fk_philox_type;

#endif
