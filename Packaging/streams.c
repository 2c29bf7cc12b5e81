// The streams of the C library for a GSL that was compiled for programs: see archives.sh.
#include <stdio.h>

__attribute__((visibility("hidden"))) FILE *fk_gsl_stdin, *fk_gsl_stdout, *fk_gsl_stderr;

__attribute__((constructor)) static void fk_gsl_set_streams(void) {
  fk_gsl_stdin = stdin;
  fk_gsl_stdout = stdout;
  fk_gsl_stderr = stderr;
}
