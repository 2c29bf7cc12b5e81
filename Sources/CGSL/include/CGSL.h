#ifndef FEYNMAN_KAC_CGSL_H
#define FEYNMAN_KAC_CGSL_H

#include <stddef.h>
#include <stdint.h>

// Functions of our own over GSL: its headers are not imported, because its generators are global variables, which
// Swift rejects, and because its BLAS header clashes with that of OpenBLAS. GSL's error handler, which aborts the
// process, is off.

/// GSL's version, such as "2.7.1".
const char *fk_gsl_version(void);

// MARK: - Generators

/// A random number generator of GSL. To be used by one thread at a time.
typedef struct fk_generator fk_generator;

/// How many generators there are: all of GSL's, and "philox".
size_t fk_generator_count(void);

/// The name of a generator, or NULL where `index` is not below the count.
const char *fk_generator_name(size_t index);

/// A generator by name, seeded; NULL where there is none of that name or no memory.
fk_generator *fk_generator_make(const char *name, uint64_t seed);

/// A generator that goes on as the other one would; NULL where there is no memory.
fk_generator *fk_generator_clone(const fk_generator *generator);

void fk_generator_free(fk_generator *generator);

/// Starts anew. Most of GSL's generators use 31 or 32 bits of the seed and take 0 for their own default.
void fk_generator_seed(fk_generator *generator, uint64_t seed);

/// The bytes of `fk_generator_copy_state`.
size_t fk_generator_state_size(const fk_generator *generator);

/// All that the numbers to come depend on. Only for the same generator on the same kind of machine.
void fk_generator_copy_state(const fk_generator *generator, void *bytes);

/// Puts a state back. Returns 0, or −1 where the size is not that of this generator.
int fk_generator_set_state(fk_generator *generator, const void *bytes, size_t size);

/// The next number as the generator makes it, between limits of its own.
uint64_t fk_generator_next(fk_generator *generator);

/// 64 random bits, from the high bits of as many numbers as that takes.
uint64_t fk_generator_bits(fk_generator *generator);

/// Uniform in [0, 1), on the generator's own grid of 15 to 53 bits.
double fk_generator_uniform(fk_generator *generator);

/// Uniform in 0 ..< bound, without bias whatever the generator's range; 0 where `bound` is 0.
uint64_t fk_generator_uniform_below(fk_generator *generator, uint64_t bound);

/// Standard normals by Marsaglia and Tsang's ziggurat; by inversion for the old generators whose low bits are poor or
/// which have fewer than 24, because GSL's ziggurat is wrong with them.
void fk_generator_fill_normals(fk_generator *generator, float *normals, size_t count);

// MARK: - Linear algebra

/// Eigenvalues `[size]` and eigenvectors of a symmetric matrix: row k of `vectors` is the unit vector of value k.
///
/// `matrix` and `vectors` are row-major `[size][size]`; `matrix` is destroyed. Returns 0, or −1 without memory or convergence.
int fk_symmetric_eigensystem(size_t size, double *matrix, double *values, double *vectors);

// MARK: - Interpolation

/// The slopes at `x` of Steffen's cubic through `(x, y)`, which is once differentiable and monotone wherever `y` is.
///
/// `x` rises strictly, and `count` is at least 3. Returns 0, or −1 without memory.
int fk_steffen_slopes(const double *x, const double *y, size_t count, double *slopes);

// MARK: - Distributions

/// The quantile of Student's t; NaN where `p` is outside (0, 1) or the degrees of freedom are not positive.
double fk_student_t_quantile(double p, double degrees_of_freedom);

/// P(X ≤ x) of a standard normal.
double fk_normal_cdf(double x);

#endif
