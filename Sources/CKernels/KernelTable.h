// One entry for each kernel: (result, name without its prefix, parameters, arguments).
// A new kernel is a line here, its declaration in CKernels.h and its body in a file of Bodies/.
#define FK_KERNELS(KERNEL)                                                                              \
  KERNEL(size_t, first_non_finite, (const float *values, size_t count), (values, count))

#define FK_CONCATENATE_(a, b) a##b
#define FK_CONCATENATE(a, b) FK_CONCATENATE_(a, b)
