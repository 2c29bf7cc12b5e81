// Faults that a program meets seldom, put before it by LD_PRELOAD: calls of the file system and of the allocator that fail, and clocks that
// jump. What happens is said by environment variables; without any, nothing does.
//
//   gcc -O2 -shared -fPIC -o shim.so shim.c -ldl
//
//   FAULT_CALL=K:ERRNO[:on]   the K-th call that changes the file system fails, and with `on` all after it do
//   FAULT_COUNT=FILE          how many such calls, readings of clocks and allocations there were is written there at the end
//   FAULT_MEMORY=K            from the K-th allocation on none is granted, nor any page
//   FAULT_CLOCK=N:S[,N:S...]  from the N-th reading on every clock is off by S seconds
//   FAULT_SERVER=R:W          each byte that comes in at descriptor R starts the program anew, in a child that is forked right before main: its
//                             number and how it ended go to W. So it is started without being loaded, ten times as fast
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(&real_##name, #name))
#define HAS_REAL(name) static void *_Atomic real_##name

static void *real(void *_Atomic *place, const char *name) {
  void *found = atomic_load(place);
  if (!found) atomic_store(place, found = dlsym(RTLD_NEXT, name));
  return found;
}

static atomic_long calls, readings, allocations;
static long fatal_call, fatal_allocation;
static int call_error, goes_on;
static const char *count_file;
static struct { long after; long seconds; } jumps[32];
static int jump_count;
// Nothing fails before main and after its end.
static atomic_int is_on;

static void read_settings(void) {
  const char *text = getenv("FAULT_CALL");
  char word[4] = "";
  if (text) sscanf(text, "%ld:%d:%3s", &fatal_call, &call_error, word);
  goes_on = word[0] != 0;
  if ((text = getenv("FAULT_MEMORY"))) fatal_allocation = atol(text);
  count_file = getenv("FAULT_COUNT");
  for (text = getenv("FAULT_CLOCK"); text && *text && jump_count < 32; ++jump_count) {
    sscanf(text, "%ld:%ld", &jumps[jump_count].after, &jumps[jump_count].seconds);
    text = strchr(text, ',');
    if (text) ++text;
  }
}

// MARK: - The file system

static int fails(void) {
  if (!atomic_load(&is_on)) return 0;
  long number = atomic_fetch_add(&calls, 1) + 1;
  if (!fatal_call || (goes_on ? number < fatal_call : number != fatal_call)) return 0;
  errno = call_error;
  return 1;
}

// Streams and pipes go on: a program must be able to say what is wrong.
static int is_file(int descriptor) {
  struct stat status;
  return descriptor > 2 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

HAS_REAL(open);
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = mode_of(flags, rest);
  va_end(rest);
  if (flags & O_CREAT && fails()) return -1;
  return REAL(open)(path, flags, mode);
}

HAS_REAL(openat);
int openat(int folder, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = mode_of(flags, rest);
  va_end(rest);
  if (flags & O_CREAT && fails()) return -1;
  return REAL(openat)(folder, path, flags, mode);
}

HAS_REAL(write);
ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (!is_file(descriptor)) return REAL(write)(descriptor, bytes, count);
  // A disk that fills up takes what it has room for.
  if (fails()) return count > 1 && call_error == ENOSPC && !goes_on ? REAL(write)(descriptor, bytes, count / 2) : -1;
  return REAL(write)(descriptor, bytes, count);
}

HAS_REAL(fsync);
int fsync(int descriptor) { return fails() ? -1 : REAL(fsync)(descriptor); }

HAS_REAL(sync_file_range);
int sync_file_range(int descriptor, off64_t start, off64_t count, unsigned flags) {
  return fails() ? -1 : REAL(sync_file_range)(descriptor, start, count, flags);
}

HAS_REAL(ftruncate);
int ftruncate(int descriptor, off_t size) { return fails() ? -1 : REAL(ftruncate)(descriptor, size); }

HAS_REAL(renameat);
int renameat(int from, const char *old, int to, const char *new) { return fails() ? -1 : REAL(renameat)(from, old, to, new); }

HAS_REAL(linkat);
int linkat(int from, const char *old, int to, const char *new, int flags) {
  return fails() ? -1 : REAL(linkat)(from, old, to, new, flags);
}

HAS_REAL(unlinkat);
int unlinkat(int folder, const char *path, int flags) { return fails() ? -1 : REAL(unlinkat)(folder, path, flags); }

HAS_REAL(mkdir);
int mkdir(const char *path, mode_t mode) { return fails() ? -1 : REAL(mkdir)(path, mode); }

HAS_REAL(mkdirat);
int mkdirat(int folder, const char *path, mode_t mode) { return fails() ? -1 : REAL(mkdirat)(folder, path, mode); }

// MARK: - Memory

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);

static int is_refused(void) {
  if (!fatal_allocation || !atomic_load(&is_on)) return 0;
  if (atomic_fetch_add(&allocations, 1) + 1 < fatal_allocation) return 0;
  errno = ENOMEM;
  return 1;
}

void *malloc(size_t size) { return is_refused() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return is_refused() ? NULL : __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return is_refused() ? NULL : __libc_realloc(old, size); }

int posix_memalign(void **place, size_t alignment, size_t size) {
  if (is_refused()) return ENOMEM;
  return (*place = __libc_memalign(alignment, size)) ? 0 : ENOMEM;
}

HAS_REAL(mmap);
void *mmap(void *place, size_t size, int protection, int flags, int descriptor, off_t start) {
  int is_gone = fatal_allocation && atomic_load(&is_on) && atomic_load(&allocations) >= fatal_allocation;
  if (!is_gone) return REAL(mmap)(place, size, protection, flags, descriptor, start);
  errno = ENOMEM;
  return MAP_FAILED;
}

// MARK: - Clocks

HAS_REAL(clock_gettime);
int clock_gettime(clockid_t clock, struct timespec *time) {
  int status = REAL(clock_gettime)(clock, time);
  if (status || !atomic_load(&is_on)) return status;
  long number = atomic_fetch_add(&readings, 1) + 1, seconds = 0;
  for (int i = 0; i < jump_count && number >= jumps[i].after; ++i) seconds = jumps[i].seconds;
  time->tv_sec += seconds;
  return status;
}

// MARK: - Starting

static int (*program)(int, char **, char **);

static void finish(void) {
  atomic_store(&is_on, 0);
  if (!count_file) return;
  FILE *file = fopen(count_file, "w");
  if (!file) return;
  fprintf(file, "%ld %ld %ld\n", atomic_load(&calls), atomic_load(&readings), atomic_load(&allocations));
  fclose(file);
}

// Returns in the children alone.
static void serve(int in, int out) {
  char byte;
  while (read(in, &byte, 1) == 1) {
    int answer[2] = {fork(), 0};
    if (answer[0] == 0) {
      close(in);
      close(out);
      return;
    }
    if (REAL(write)(out, &answer[0], sizeof answer[0]) < 0 || waitpid(answer[0], &answer[1], 0) < 0) _exit(1);
    if (REAL(write)(out, &answer[1], sizeof answer[1]) < 0) _exit(1);
  }
  _exit(0);
}

static int start(int argc, char **argv, char **envp) {
  int in, out;
  const char *server = getenv("FAULT_SERVER");
  if (server && sscanf(server, "%d:%d", &in, &out) == 2) serve(in, out);
  read_settings();
  unsetenv("LD_PRELOAD");
  atexit(finish);
  atomic_store(&is_on, 1);
  return program(argc, argv, envp);
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, int (*init)(int, char **, char **), void (*fini)(void),
                      void (*end)(void), void *stack) {
  __typeof__(&__libc_start_main) begin = dlsym(RTLD_NEXT, "__libc_start_main");
  program = main;
  return begin(start, argc, argv, init, fini, end, stack);
}
