#ifndef FEYNMAN_KAC_COPENVINO_H
#define FEYNMAN_KAC_COPENVINO_H

#include <stddef.h>
#include <stdint.h>

// OpenVINO's C interface, loaded when it is first needed. Texts that say what went wrong belong to the caller, who frees
// them; nil is success.

/// Loads the library at a path, once; later calls do nothing.
char *fk_openvino_load(const char *path);

// The rest may be called once the library is loaded.

/// The version, such as "2026.4.1-…".
const char *fk_openvino_version(void);

enum fk_element { FK_OTHER, FK_HALF, FK_FLOAT, FK_DOUBLE, FK_INT32, FK_INT64 };
enum { FK_LARGEST_RANK = 8 };

/// An input or output of a model.
struct fk_port {
  char name[256];
  enum fk_element element;
  /// −1 where even that is open.
  int rank;
  /// −1 where any size will do.
  int64_t sizes[FK_LARGEST_RANK];
};

/// A model, read and, later, compiled for a device. A pointer that Swift sees as opaque.
typedef struct fk_openvino_model fk_openvino_model;

/// Reads the bytes of an ONNX file.
char *fk_openvino_read(const void *bytes, size_t count, fk_openvino_model **model);
void fk_openvino_free(fk_openvino_model *model);
size_t fk_openvino_port_count(const fk_openvino_model *model, int is_output);
char *fk_openvino_port(const fk_openvino_model *model, int is_output, size_t index, struct fk_port *port);

/// Compiles for `device`: in single precision, and on processors as `streams` evaluations at once, of one thread each.
char *fk_openvino_compile(fk_openvino_model *model, const char *device, int streams);

/// One evaluation at a time.
typedef struct fk_openvino_request fk_openvino_request;

char *fk_openvino_request_create(const fk_openvino_model *model, fk_openvino_request **request);
void fk_openvino_request_free(fk_openvino_request *request);

/// Gives an input memory of this shape, which it has until it is given another.
char *fk_openvino_request_shape(fk_openvino_request *request, size_t input, enum fk_element element, int rank,
                                const int64_t *sizes, void **values);

/// Evaluates all outputs.
char *fk_openvino_request_infer(fk_openvino_request *request);

/// Finds the values of an output, valid until the next evaluation.
char *fk_openvino_request_output(fk_openvino_request *request, size_t output, const void **values, size_t *count);

#endif
