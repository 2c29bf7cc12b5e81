#include "include/CMPI.h"

#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// A handle is an int in MPICH and its relatives, and a pointer in Open MPI and in the standard interface of MPI 5.0.
typedef union {
  int number;
  void *pointer;
} handle;

typedef int init_function(int *, char ***, int, int *);
typedef int comm_int(int, int *);
typedef int comm_pointer(void *, int *);
typedef int split_int(int, int, int, int *);
typedef int split_pointer(void *, int, int, void **);
typedef int all_int(const void *, int, int, void *, int, int, int, int *);
typedef int all_pointer(const void *, int, void *, void *, int, void *, void *, void **);
typedef int one_int(void *, int, int, int, int, int, int *);
typedef int one_pointer(void *, int, void *, int, int, void *, void **);
typedef int test_function(void *, int *, void *);

static enum { NONE, STANDARD, OPEN_MPI, MPICH } family;
static void *library;
static handle world, group, byte;
static void *rank_function, *size_function, *split_function, *all_function, *send_function, *receive_function,
    *end_function;
static test_function *test;
static int rank, size = 1;
static char problem[512];

static const char *first_of(const char *const *variables) {
  for (; *variables; ++variables)
    if (getenv(*variables)) return getenv(*variables);
  return NULL;
}

// What Open MPI's launcher sets, and what MPICH's and Slurm's PMI set.
static const char *const open_variables[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", NULL};
static const char *const mpich_variables[] = {"PMI_RANK", "PMI_SIZE", "MPI_LOCALNRANKS", NULL};

// A single process has nobody to talk to, and managers of queues start such with the same variables.
static int is_alone(void) {
  static const char *const variables[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS", NULL};
  const char *text = first_of(variables);
  return text && strcmp(text, "1") == 0;
}

int fk_mpi_is_launched(void) { return (first_of(open_variables) || first_of(mpich_variables)) && !is_alone(); }

int fk_mpi_local_size(void) {
  static const char *const variables[] = {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", NULL};
  const char *text = first_of(variables);
  int count = text ? atoi(text) : 1;
  return count > 0 ? count : 1;
}

// Open MPI's components look for its symbols in the global scope.
static void *load(const char *name) { return dlopen(name, RTLD_NOW | RTLD_GLOBAL); }

// The library has to be the launcher's own: one beside the launcher's program, or else the system's.
static void *load_launchers(const char **found) {
  static const char *const open_names[] = {"libmpi.so.40", "libmpi_abi.so.1", "libmpi_abi.so.0", NULL};
  static const char *const mpich_names[] = {"libmpi.so.12", "libmpich.so.12", "libmpi_abi.so.1", "libmpi_abi.so.0", NULL};
  const char *const *names = first_of(open_variables) ? open_names : mpich_names;
  char path[4096], link[64];
  snprintf(link, sizeof link, "/proc/%ld/exe", (long)getppid());
  ssize_t length = readlink(link, path, sizeof path - 64);
  char *slash = NULL;
  if (length > 0) {
    path[length] = 0;
    slash = strrchr(path, '/');
  }
  if (slash)
    for (const char *const *name = names; *name; ++name) {
      snprintf(slash, 64, "/../lib/%s", *name);
      void *loaded = load(path);
      *found = *name;
      if (loaded) return loaded;
    }
  for (const char *const *name = names; *name; ++name) {
    void *loaded = load(*name);
    *found = *name;
    if (loaded) return loaded;
  }
  return NULL;
}

static int get(void *function, handle of, int *value) {
  return family == MPICH ? ((comm_int *)function)(of.number, value) : ((comm_pointer *)function)(of.pointer, value);
}

const char *fk_mpi_start(const char *name) {
  if (library) return NULL;
  const char *loaded = name;
  library = name ? load(name) : load_launchers(&loaded);
  if (!library) {
    const char *reason = dlerror();
    snprintf(problem, sizeof problem, "no MPI library can be loaded: %s", reason ? reason : "none is known");
    return problem;
  }
  const int is_standard = strstr(loaded, "mpi_abi") != NULL;
  if (!is_standard && dlsym(library, "ompi_mpi_comm_world")) {
    family = OPEN_MPI;
    world.pointer = dlsym(library, "ompi_mpi_comm_world");
    byte.pointer = dlsym(library, "ompi_mpi_byte");
  } else if (is_standard) {
    family = STANDARD;
    world.pointer = (void *)0x101;
    byte.pointer = (void *)0x247;
  } else {
    // Since 2012: mpich.org/abi.
    family = MPICH;
    world.number = 0x44000000;
    byte.number = 0x4c00010d;
  }
  group = world;
  init_function *start = (init_function *)dlsym(library, "MPI_Init_thread");
  rank_function = dlsym(library, "MPI_Comm_rank");
  size_function = dlsym(library, "MPI_Comm_size");
  split_function = dlsym(library, "MPI_Comm_split");
  all_function = dlsym(library, "MPI_Iallgather");
  send_function = dlsym(library, "MPI_Isend");
  receive_function = dlsym(library, "MPI_Irecv");
  test = (test_function *)dlsym(library, "MPI_Test");
  end_function = dlsym(library, "MPI_Finalize");
  if (!start || !rank_function || !size_function || !split_function || !all_function || !send_function ||
      !receive_function || !end_function || !test) {
    snprintf(problem, sizeof problem, "%s is no MPI library", loaded);
    return problem;
  }
  // MPI_THREAD_FUNNELED is 1 in Open MPI and MPICH; the standard interface numbers its levels in steps of 1024.
  int given = 0;
  if (start(NULL, NULL, family == STANDARD ? 1024 : 1, &given) != 0 || get(rank_function, world, &rank) != 0 ||
      get(size_function, world, &size) != 0)
    return "MPI did not start";
  return NULL;
}

const char *fk_mpi_family(void) {
  static const char *const texts[] = {"none", "MPI 5.0 ABI", "Open MPI", "MPICH"};
  return texts[family];
}

int fk_mpi_rank(void) { return rank; }
int fk_mpi_size(void) { return size; }

int fk_mpi_keep(int count) {
  if (family == NONE || count >= size) return 0;
  const int color = rank < count ? 0 : 1;
  int failure = family == MPICH ? ((split_int *)split_function)(world.number, color, rank, &group.number)
                                : ((split_pointer *)split_function)(world.pointer, color, rank, &group.pointer);
  if (failure || get(rank_function, group, &rank) != 0) return 1;
  return get(size_function, group, &size);
}

// Looks again and again, and lets others have the processor: a process that waits must not take it from one that computes.
static int wait_for(handle *request) {
  static const struct timespec pause = {0, 20000};
  _Alignas(16) char status[256];
  for (int looks = 0;; ++looks) {
    int done = 0;
    int failure = test(request, &done, status);
    if (failure || done) return failure;
    if (looks < 1000) sched_yield();
    else nanosleep(&pause, NULL);
  }
}

int fk_mpi_allgather(const void *mine, void *all, int bytes) {
  handle request = {0};
  int failure =
      family == MPICH
          ? ((all_int *)all_function)(mine, bytes, byte.number, all, bytes, byte.number, group.number, &request.number)
          : ((all_pointer *)all_function)(mine, bytes, byte.pointer, all, bytes, byte.pointer, group.pointer, &request.pointer);
  return failure ? failure : wait_for(&request);
}

static int between(void *function, void *buffer, int bytes, int other) {
  handle request = {0};
  int failure = family == MPICH ? ((one_int *)function)(buffer, bytes, byte.number, other, 0, group.number, &request.number)
                                : ((one_pointer *)function)(buffer, bytes, byte.pointer, other, 0, group.pointer, &request.pointer);
  return failure ? failure : wait_for(&request);
}

int fk_mpi_send(const void *mine, int bytes, int to) { return between(send_function, (void *)mine, bytes, to); }
int fk_mpi_receive(void *theirs, int bytes, int from) { return between(receive_function, theirs, bytes, from); }

void fk_mpi_end(void) {
  if (library && end_function) ((int (*)(void))end_function)();
}
