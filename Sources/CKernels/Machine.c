#define _GNU_SOURCE
#include "include/CKernels.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif
#ifdef __linux__
#include <fcntl.h>
#include <sched.h>
#endif

void fk_name_thread(const char *name) {
#if defined(__APPLE__)
  pthread_setname_np(name);
#elif defined(__linux__)
  // The system keeps 15 letters.
  pthread_setname_np(pthread_self(), name);
#else
  (void)name;
#endif
}

int fk_allowed_processors(void) {
#ifdef __linux__
  // The system refuses a set that is smaller than its own.
  for (int processors = 1024; processors <= 1 << 20; processors *= 2) {
    cpu_set_t *set = CPU_ALLOC(processors);
    if (!set) return 0;
    const size_t size = CPU_ALLOC_SIZE(processors);
    const int status = sched_getaffinity(0, size, set), reason = errno;
    const int count = status == 0 ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (status == 0 || reason != EINVAL) return count;
  }
#endif
  return 0;
}

char *fk_program_path(void) {
#ifdef __APPLE__
  char path[4096];
  uint32_t size = sizeof path;
  return _NSGetExecutablePath(path, &size) == 0 ? realpath(path, NULL) : NULL;
#else
  return realpath("/proc/self/exe", NULL);
#endif
}

void fk_begin_flush(int file, long long start, long long bytes) {
#ifdef __linux__
  // Where this is refused, the bytes are written with the rest.
  (void)sync_file_range(file, start, bytes, SYNC_FILE_RANGE_WRITE);
#else
  (void)file, (void)start, (void)bytes;
#endif
}
