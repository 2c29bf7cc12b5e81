// Counts what a process of Open MPI sends around, and how long it waits for it: scaling.py builds it and names it in FKC_MPI.
//
// It stands before Open MPI's own library, which it is linked to, and writes a line a size to the file FKC_COUNT.RANK when MPI ends:
// function, bytes of one process, calls, seconds; and last the processor's seconds outside of messages, as `computing`.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// The binary interface of Open MPI, without its headers.
extern char ompi_mpi_comm_world[];
int PMPI_Iallgather(const void *, int, void *, void *, int, void *, void *, void **);
int PMPI_Igather(const void *, int, void *, void *, int, void *, int, void *, void **);
int PMPI_Test(void **, int *, void *);
int PMPI_Comm_rank(void *, int *);
int PMPI_Finalize(void);

enum { MOST = 256 };
static struct {
  const char *function;
  int bytes;
  long calls;
  double seconds;
} sizes[MOST];
static int used, last = -1;
static double began, began_processor, waited;

static double now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void begin(const char *function, int bytes) {
  int place = 0;
  while (place < used && (strcmp(sizes[place].function, function) != 0 || sizes[place].bytes != bytes)) ++place;
  if (place == MOST) {
    fprintf(stderr, "more than %d sizes of messages\n", MOST);
    abort();
  }
  if (place == used) {
    sizes[used].function = function;
    sizes[used++].bytes = bytes;
  }
  ++sizes[place].calls;
  last = place;
  began = now(CLOCK_MONOTONIC);
  began_processor = now(CLOCK_PROCESS_CPUTIME_ID);
}

int MPI_Iallgather(const void *mine, int count, void *type, void *all, int each, void *types, void *group, void **request) {
  begin("allgather", count);
  return PMPI_Iallgather(mine, count, type, all, each, types, group, request);
}

int MPI_Igather(const void *mine, int count, void *type, void *all, int each, void *types, int root, void *group, void **request) {
  begin("gather", count);
  return PMPI_Igather(mine, count, type, all, each, types, root, group, request);
}

int MPI_Test(void **request, int *done, void *status) {
  int failure = PMPI_Test(request, done, status);
  if (*done && last >= 0) {
    sizes[last].seconds += now(CLOCK_MONOTONIC) - began;
    waited += now(CLOCK_PROCESS_CPUTIME_ID) - began_processor;
    last = -1;
  }
  return failure;
}

int MPI_Finalize(void) {
  const char *name = getenv("FKC_COUNT");
  int rank = 0;
  char path[4096];
  PMPI_Comm_rank(ompi_mpi_comm_world, &rank);
  snprintf(path, sizeof path, "%s.%d", name ? name : "count", rank);
  FILE *file = fopen(path, "w");
  if (!file) abort();
  for (int i = 0; i < used; ++i) fprintf(file, "%s %d %ld %.9f\n", sizes[i].function, sizes[i].bytes, sizes[i].calls, sizes[i].seconds);
  fprintf(file, "computing 0 1 %.9f\n", now(CLOCK_PROCESS_CPUTIME_ID) - waited);
  fclose(file);
  return PMPI_Finalize();
}
