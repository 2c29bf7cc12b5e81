#define _GNU_SOURCE  // For strdup.
#include "include/COpenVINO.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What this file uses of OpenVINO's C interface, which need not be installed to build. Objects are opaque there too.
typedef struct {
  int64_t rank;
  int64_t *sizes;
} shape;

typedef struct {
  int64_t least, most;
} extent;

typedef struct {
  extent rank;
  extent *sizes;
} open_shape;

typedef struct {
  const char *number, *description;
} version;

static struct {
  int (*get_openvino_version)(version *);
  const char *(*get_last_err_msg)(void);
  void (*free)(const char *);
  int (*core_create)(void **);
  int (*core_read_model_from_memory_buffer)(const void *, const char *, size_t, const void *, void **);
  int (*core_compile_model)(const void *, const void *, const char *, size_t, void **, ...);
  void (*model_free)(void *);
  int (*model_inputs_size)(const void *, size_t *);
  int (*model_outputs_size)(const void *, size_t *);
  int (*model_const_input_by_index)(const void *, size_t, void **);
  int (*model_const_output_by_index)(const void *, size_t, void **);
  void (*output_const_port_free)(void *);
  int (*port_get_any_name)(const void *, char **);
  int (*port_get_element_type)(const void *, int *);
  int (*port_get_partial_shape)(const void *, open_shape *);
  void (*partial_shape_free)(open_shape *);
  void (*compiled_model_free)(void *);
  int (*compiled_model_create_infer_request)(const void *, void **);
  void (*infer_request_free)(void *);
  int (*infer_request_set_input_tensor_by_index)(void *, size_t, const void *);
  int (*infer_request_infer)(void *);
  int (*infer_request_get_output_tensor_by_index)(const void *, size_t, void **);
  int (*tensor_create)(int, shape, void **);
  int (*tensor_data)(const void *, void **);
  int (*tensor_get_size)(const void *, size_t *);
  int (*tensor_get_byte_size)(const void *, size_t *);
  void (*tensor_free)(void *);
} ov;

static const struct {
  const char *name;
  void *function;
} functions[] = {
#define FUNCTION(name) {"ov_" #name, &ov.name}
    FUNCTION(get_openvino_version),
    FUNCTION(get_last_err_msg),
    FUNCTION(free),
    FUNCTION(core_create),
    FUNCTION(core_read_model_from_memory_buffer),
    FUNCTION(core_compile_model),
    FUNCTION(model_free),
    FUNCTION(model_inputs_size),
    FUNCTION(model_outputs_size),
    FUNCTION(model_const_input_by_index),
    FUNCTION(model_const_output_by_index),
    FUNCTION(output_const_port_free),
    FUNCTION(port_get_any_name),
    FUNCTION(port_get_element_type),
    FUNCTION(port_get_partial_shape),
    FUNCTION(partial_shape_free),
    FUNCTION(compiled_model_free),
    FUNCTION(compiled_model_create_infer_request),
    FUNCTION(infer_request_free),
    FUNCTION(infer_request_set_input_tensor_by_index),
    FUNCTION(infer_request_infer),
    FUNCTION(infer_request_get_output_tensor_by_index),
    FUNCTION(tensor_create),
    FUNCTION(tensor_data),
    FUNCTION(tensor_get_size),
    FUNCTION(tensor_get_byte_size),
    FUNCTION(tensor_free),
#undef FUNCTION
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int is_loaded;
static void *core;
static char version_text[128];
// Element types are counted from here: 2025 left out one that 2024 had before the others.
static int first_element;

static char *copied(const char *text) {
  char *copy = strdup(text ? text : "");
  if (!copy) abort();
  return copy;
}

// The reason of a status that is not 0.
static char *reason(int status) {
  const char *text = ov.get_last_err_msg();
  char *copy;
  if (text && *text) {
    copy = copied(text);
  } else {
    char number[64];
    snprintf(number, sizeof number, "OpenVINO's status %d", status);
    copy = copied(number);
  }
  if (text) ov.free(text);
  return copy;
}

static char *problem_of(int status) { return status ? reason(status) : NULL; }

// MARK: - Element types

// In OpenVINO's order, from half precision on: f16, f32, f64, i4, i8, i16, i32, i64.
static int number_of(enum fk_element element) {
  switch (element) {
  case FK_HALF: return first_element;
  case FK_FLOAT: return first_element + 1;
  case FK_DOUBLE: return first_element + 2;
  case FK_INT32: return first_element + 6;
  case FK_INT64: return first_element + 7;
  default: return 0;
  }
}

static enum fk_element element_of(int number) {
  for (enum fk_element element = FK_HALF; element <= FK_INT64; ++element)
    if (number_of(element) == number) return element;
  return FK_OTHER;
}

// Half precision is the first number whose values are two bytes, followed by one of four and one of eight. Only bf16, just
// before it, has two bytes as well.
static int find_first_element(void) {
  int64_t one = 1;
  const shape unit = {1, &one};
  size_t bytes[8] = {0};
  for (int number = 0; number < 8; ++number) {
    void *tensor = NULL;
    if (ov.tensor_create(number, unit, &tensor) != 0) continue;
    if (ov.tensor_get_byte_size(tensor, &bytes[number]) != 0) bytes[number] = 0;
    ov.tensor_free(tensor);
  }
  for (int number = 0; number + 2 < 8; ++number)
    if (bytes[number] == 2 && bytes[number + 1] == 4 && bytes[number + 2] == 8) return number;
  return -1;
}

// MARK: - Loading

static char *load(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return copied(dlerror());
  for (size_t i = 0; i < sizeof functions / sizeof *functions; ++i) {
    void *function = dlsym(library, functions[i].name);
    if (!function) {
      char text[256];
      snprintf(text, sizeof text, "it lacks %s; version 2024.0 or later is needed", functions[i].name);
      return copied(text);
    }
    memcpy(functions[i].function, &function, sizeof function);
  }
  version found = {NULL, NULL};
  if (ov.get_openvino_version(&found) == 0 && found.number)
    snprintf(version_text, sizeof version_text, "%s", found.number);
  first_element = find_first_element();
  if (first_element < 0) return copied("its element types are not known; install another version");
  return problem_of(ov.core_create(&core));
}

char *fk_openvino_load(const char *path) {
  pthread_mutex_lock(&lock);
  char *problem = is_loaded ? NULL : load(path);
  if (!problem) is_loaded = 1;
  pthread_mutex_unlock(&lock);
  return problem;
}

const char *fk_openvino_version(void) { return version_text; }

// MARK: - Models

struct fk_openvino_model {
  void *model;
  void *compiled;
};

char *fk_openvino_read(const void *bytes, size_t count, fk_openvino_model **model) {
  void *read = NULL;
  const int status = ov.core_read_model_from_memory_buffer(core, bytes, count, NULL, &read);
  if (status) return reason(status);
  *model = calloc(1, sizeof **model);
  if (!*model) abort();
  (*model)->model = read;
  return NULL;
}

void fk_openvino_free(fk_openvino_model *model) {
  if (model->compiled) ov.compiled_model_free(model->compiled);
  ov.model_free(model->model);
  free(model);
}

size_t fk_openvino_port_count(const fk_openvino_model *model, int is_output) {
  size_t count = 0;
  const int status =
      is_output ? ov.model_outputs_size(model->model, &count) : ov.model_inputs_size(model->model, &count);
  return status ? 0 : count;
}

char *fk_openvino_port(const fk_openvino_model *model, int is_output, size_t index, struct fk_port *port) {
  void *found = NULL;
  int status = is_output ? ov.model_const_output_by_index(model->model, index, &found)
                         : ov.model_const_input_by_index(model->model, index, &found);
  if (status) return reason(status);
  char *name = NULL;
  // Not every output has a name.
  if (ov.port_get_any_name(found, &name) != 0) name = NULL;
  snprintf(port->name, sizeof port->name, "%s", name ? name : "");
  if (name) ov.free(name);
  int number = 0;
  open_shape sizes;
  status = ov.port_get_element_type(found, &number);
  if (!status) status = ov.port_get_partial_shape(found, &sizes);
  if (!status) {
    port->element = element_of(number);
    port->rank = sizes.rank.least == sizes.rank.most ? (int)sizes.rank.most : -1;
    for (int axis = 0; axis < port->rank && axis < FK_LARGEST_RANK; ++axis)
      port->sizes[axis] = sizes.sizes[axis].least == sizes.sizes[axis].most ? sizes.sizes[axis].most : -1;
    ov.partial_shape_free(&sizes);
  }
  char *problem = problem_of(status);
  ov.output_const_port_free(found);
  return problem;
}

char *fk_openvino_compile(fk_openvino_model *model, const char *device, int streams) {
  char count[16];
  snprintf(count, sizeof count, "%d", streams);
  int status;
  // Accuracy and f32: a processor's shorter formats would change the results, and differ from one to the next.
  if (strncmp(device, "CPU", 3) == 0) {
    // The number of threads is that of all streams together. The calling threads are not to be bound to cores.
    status = ov.core_compile_model(core, model->model, device, 10, &model->compiled, "EXECUTION_MODE_HINT", "ACCURACY",
                                   "INFERENCE_PRECISION_HINT", "f32", "NUM_STREAMS", count, "INFERENCE_NUM_THREADS",
                                   count, "ENABLE_CPU_PINNING", "NO");
  } else {
    status = ov.core_compile_model(core, model->model, device, 2, &model->compiled, "EXECUTION_MODE_HINT", "ACCURACY");
  }
  return problem_of(status);
}

// MARK: - Requests

struct fk_openvino_request {
  void *request;
  size_t inputs;
  void *tensors[];
};

char *fk_openvino_request_create(const fk_openvino_model *model, fk_openvino_request **request) {
  void *created = NULL;
  const int status = ov.compiled_model_create_infer_request(model->compiled, &created);
  if (status) return reason(status);
  const size_t inputs = fk_openvino_port_count(model, 0);
  *request = calloc(1, sizeof **request + inputs * sizeof(void *));
  if (!*request) abort();
  (*request)->request = created;
  (*request)->inputs = inputs;
  return NULL;
}

void fk_openvino_request_free(fk_openvino_request *request) {
  ov.infer_request_free(request->request);
  for (size_t input = 0; input < request->inputs; ++input)
    if (request->tensors[input]) ov.tensor_free(request->tensors[input]);
  free(request);
}

char *fk_openvino_request_shape(fk_openvino_request *request, size_t input, enum fk_element element, int rank,
                                const int64_t *sizes, void **values) {
  int64_t own_sizes[FK_LARGEST_RANK];
  for (int axis = 0; axis < rank; ++axis) own_sizes[axis] = sizes[axis];
  void *tensor = NULL;
  int status = ov.tensor_create(number_of(element), (shape){rank, own_sizes}, &tensor);
  if (status) return reason(status);
  status = ov.infer_request_set_input_tensor_by_index(request->request, input, tensor);
  if (!status) status = ov.tensor_data(tensor, values);
  if (status) {
    char *problem = reason(status);
    ov.tensor_free(tensor);
    return problem;
  }
  if (request->tensors[input]) ov.tensor_free(request->tensors[input]);
  request->tensors[input] = tensor;
  return NULL;
}

char *fk_openvino_request_infer(fk_openvino_request *request) { return problem_of(ov.infer_request_infer(request->request)); }

char *fk_openvino_request_output(fk_openvino_request *request, size_t output, const void **values, size_t *count) {
  void *tensor = NULL, *data = NULL;
  int status = ov.infer_request_get_output_tensor_by_index(request->request, output, &tensor);
  if (status) return reason(status);
  status = ov.tensor_get_size(tensor, count);
  if (!status) status = ov.tensor_data(tensor, &data);
  // The request keeps the memory.
  ov.tensor_free(tensor);
  *values = data;
  return problem_of(status);
}
