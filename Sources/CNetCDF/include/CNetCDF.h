#ifndef CNETCDF_H
#define CNETCDF_H

#include <stddef.h>
#include <stdint.h>

// What is used of netCDF's C library, which is loaded when the first file is written and need not be installed to build.
// Functions return its status: 0 where all went well, else what fk_netcdf_reason has words for.

// Loads the library by the first of these names that the system's loader knows; names end with NULL. Returns why there is none, which the caller
// frees, or NULL.
char *fk_netcdf_load(const char *const *names);
// Its version and the date of its build.
const char *fk_netcdf_version(void);
const char *fk_netcdf_reason(int status);

// A new file of the format of netCDF-4, in place of what is there.
int fk_netcdf_create(const char *path, int *file);
int fk_netcdf_group(int file, const char *name, int *group);
int fk_netcdf_dimension(int group, const char *name, size_t length, int *dimension);

typedef enum { FK_NETCDF_FLOAT, FK_NETCDF_DOUBLE, FK_NETCDF_INT64 } fk_netcdf_type;

int fk_netcdf_variable(int group, const char *name, fk_netcdf_type type, int count, const int *dimensions, int *variable);
int fk_netcdf_text(int group, const char *name, const char *text);
int fk_netcdf_number(int group, const char *name, double number);
// All numbers of a variable, of its type.
int fk_netcdf_put(int group, int variable, const void *numbers);
int fk_netcdf_close(int file);

#endif
