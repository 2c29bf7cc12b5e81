#define _GNU_SOURCE  // For strdup.
#include "include/CNetCDF.h"

#include <dlfcn.h>
#include <string.h>

// Constants of netcdf.h.
enum { clobber = 0, netcdf4 = 0x1000, every = -1, type_float = 5, type_double = 6, type_int64 = 10 };

static struct {
  const char *(*inq_libvers)(void);
  const char *(*strerror)(int);
  int (*create)(const char *, int, int *);
  int (*def_grp)(int, const char *, int *);
  int (*def_dim)(int, const char *, size_t, int *);
  int (*def_var)(int, const char *, int, int, const int *, int *);
  int (*put_att_text)(int, int, const char *, size_t, const char *);
  int (*put_att_double)(int, int, const char *, int, size_t, const double *);
  int (*put_var)(int, int, const void *);
  int (*close)(int);
} nc;

static const struct {
  const char *name;
  void *function;
} functions[] = {
    {"nc_inq_libvers", &nc.inq_libvers}, {"nc_strerror", &nc.strerror},
    {"nc_create", &nc.create},           {"nc_def_grp", &nc.def_grp},
    {"nc_def_dim", &nc.def_dim},         {"nc_def_var", &nc.def_var},
    {"nc_put_att_text", &nc.put_att_text}, {"nc_put_att_double", &nc.put_att_double},
    {"nc_put_var", &nc.put_var},         {"nc_close", &nc.close},
};

char *fk_netcdf_load(const char *const *names) {
  if (nc.close) return NULL;
  void *library = NULL;
  for (; *names && !library; ++names) library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
  if (!library) return strdup(dlerror());
  for (size_t index = 0; index < sizeof functions / sizeof *functions; ++index) {
    void *function = dlsym(library, functions[index].name);
    if (!function) {
      nc.close = NULL;
      char *problem = strdup(dlerror());
      dlclose(library);
      return problem;
    }
    memcpy(functions[index].function, &function, sizeof function);
  }
  return NULL;
}

const char *fk_netcdf_version(void) { return nc.inq_libvers(); }

const char *fk_netcdf_reason(int status) { return nc.strerror(status); }

int fk_netcdf_create(const char *path, int *file) { return nc.create(path, clobber | netcdf4, file); }

int fk_netcdf_group(int file, const char *name, int *group) { return nc.def_grp(file, name, group); }

int fk_netcdf_dimension(int group, const char *name, size_t length, int *dimension) { return nc.def_dim(group, name, length, dimension); }

int fk_netcdf_variable(int group, const char *name, fk_netcdf_type type, int count, const int *dimensions, int *variable) {
  static const int types[] = {[FK_NETCDF_FLOAT] = type_float, [FK_NETCDF_DOUBLE] = type_double, [FK_NETCDF_INT64] = type_int64};
  return nc.def_var(group, name, types[type], count, dimensions, variable);
}

int fk_netcdf_text(int group, const char *name, const char *text) { return nc.put_att_text(group, every, name, strlen(text), text); }

int fk_netcdf_number(int group, const char *name, double number) {
  return nc.put_att_double(group, every, name, type_double, 1, &number);
}

int fk_netcdf_put(int group, int variable, const void *numbers) { return nc.put_var(group, variable, numbers); }

int fk_netcdf_close(int file) { return nc.close(file); }
