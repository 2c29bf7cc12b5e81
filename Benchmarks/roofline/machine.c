// What this machine can do: memory bandwidth and the peak rate of fused multiply-adds in single precision, on one thread
// and on all. Prints one line of JSON.
//
//   cc -O3 -o machine Benchmarks/roofline/machine.c -lpthread && ./machine
//
// Bandwidth is that of a[i] = b[i] + s c[i] over arrays far larger than any cache, 12 bytes an element as the program sees
// it; the processor also reads what it is about to overwrite, which is not counted. The peak is 12 chains of independent
// multiply-adds in registers, 2 operations each. Both are the best of several tries.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { CHAINS = 12, TRIES = 15 };
static const long ROUNDS = 4000000;
static const long ELEMENTS = 1 << 24;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

typedef struct {
  float *a, *b, *c;
  long from, to;
  float (*multiply)(long);
  float result;
  double begun, ended;
  int core;
  pthread_barrier_t *barrier;
} task;

// MARK: - Multiply-adds

#define FMA_LOOP(name, attribute, vector, splat, fma, width)                      \
  attribute static float name(long rounds) {                                      \
    vector x[CHAINS];                                                             \
    for (int i = 0; i < CHAINS; ++i) x[i] = splat(1.0f + 0.001f * i);             \
    const vector m = splat(0.999999f), s = splat(1e-7f);                          \
    for (long r = 0; r < rounds; ++r)                                             \
      for (int i = 0; i < CHAINS; ++i) x[i] = fma(x[i], m, s);                    \
    float all[CHAINS * (width)], sum = 0;                                         \
    __builtin_memcpy(all, x, sizeof all);                                         \
    for (int i = 0; i < CHAINS * (width); ++i) sum += all[i];                     \
    return sum;                                                                   \
  }

#if defined(__x86_64__)
FMA_LOOP(fma_avx512, __attribute__((target("avx512f"))), __m512, _mm512_set1_ps, _mm512_fmadd_ps, 16)
FMA_LOOP(fma_avx2, __attribute__((target("avx2,fma"))), __m256, _mm256_set1_ps, _mm256_fmadd_ps, 8)
#endif

typedef struct {
  const char *name;
  float (*loop)(long);
  int width;
} level;

// MARK: - Bandwidth

__attribute__((noinline)) static void triad(float *restrict a, const float *restrict b, const float *restrict c, long n) {
  for (long i = 0; i < n; ++i) a[i] = b[i] + 3.0f * c[i];
}

/// A try takes milliseconds, in which two threads may still share a core: each is given its own.
static void start(const task *t) {
#if defined(__linux__)
  cpu_set_t own;
  CPU_ZERO(&own);
  CPU_SET(t->core, &own);
  pthread_setaffinity_np(pthread_self(), sizeof own, &own);
#endif
  pthread_barrier_wait(t->barrier);
}

static void *multiply_task(void *argument) {
  task *t = argument;
  start(t);
  t->begun = now();
  t->result = t->multiply(ROUNDS);
  t->ended = now();
  return NULL;
}

static void *triad_task(void *argument) {
  task *t = argument;
  start(t);
  t->begun = now();
  triad(t->a + t->from, t->b + t->from, t->c + t->from, t->to - t->from);
  t->ended = now();
  return NULL;
}

/// Seconds from the first thread's start to the last one's end; the best of several tries.
static double best_time(int threads, task *tasks, void *(*body)(void *)) {
  double best = 1e9;
  for (int try = 0; try < TRIES; ++try) {
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, threads);
    pthread_t handles[threads];
    for (int i = 0; i < threads; ++i) {
      tasks[i].barrier = &barrier;
      tasks[i].core = i;
      if (pthread_create(&handles[i], NULL, body, &tasks[i])) exit(1);
    }
    double begun = 1e300, ended = 0;
    for (int i = 0; i < threads; ++i) {
      pthread_join(handles[i], NULL);
      if (tasks[i].begun < begun) begun = tasks[i].begun;
      if (tasks[i].ended > ended) ended = tasks[i].ended;
    }
    pthread_barrier_destroy(&barrier);
    if (ended - begun < best) best = ended - begun;
  }
  return best;
}

int main(void) {
  const int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
  const int counts[2] = {1, cores};
  task tasks[cores];
  level levels[2];
  int found = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) levels[found++] = (level){"avx512", fma_avx512, 16};
  if (__builtin_cpu_supports("avx2")) levels[found++] = (level){"avx2", fma_avx2, 8};
#endif
  printf("{\"cores\": %d", cores);
  for (int k = 0; k < found; ++k)
    for (int j = 0; j < 2; ++j) {
      for (int i = 0; i < counts[j]; ++i) tasks[i] = (task){.multiply = levels[k].loop};
      const double seconds = best_time(counts[j], tasks, multiply_task);
      const double operations = 2.0 * CHAINS * levels[k].width * (double)ROUNDS * counts[j];
      printf(", \"fma_%s_gflops_%s\": %.1f", levels[k].name, j ? "all" : "one", operations / seconds / 1e9);
    }
  float *memory = aligned_alloc(64, 3 * ELEMENTS * sizeof(float));
  if (!memory) return 1;
  for (long i = 0; i < 3 * ELEMENTS; ++i) memory[i] = 1;
  for (int j = 0; j < 2; ++j) {
    for (int i = 0; i < counts[j]; ++i)
      tasks[i] = (task){
          .a = memory, .b = memory + ELEMENTS, .c = memory + 2 * ELEMENTS,
          .from = ELEMENTS * i / counts[j], .to = ELEMENTS * (i + 1) / counts[j]};
    const double seconds = best_time(counts[j], tasks, triad_task);
    printf(", \"triad_gigabytes_%s\": %.1f", j ? "all" : "one", 12e-9 * ELEMENTS / seconds);
  }
  printf("}\n");
  return memory[5] == 0;
}
