/* Runs that go on at once, models that many threads ask, and a flag that another thread sets, with the bytes of one thread: check.sh. */
#include "caller.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static int faults;

static void check(bool is_right, const char *what) {
  if (!is_right) {
    printf("wrong: %s\n", what);
    faults++;
  }
}

#define CONFIG(steps, more_of_model, more)                                                                                             \
  "{\"seed\": 3, \"particles\": 4096, \"islands\": 4, \"sampler\": {\"steps\": " steps "}, "                                                \
  "\"process\": {\"kind\": \"function\", \"function\": \"ve\"}, "                                                                          \
  "\"models\": {\"q\": {\"kind\": \"function\", \"function\": \"q\", \"dimensions\": 2, \"data_standard_deviation\": 1.0" more_of_model "}}, " \
  "\"target\": {\"annealed\": {\"model\": \"q\", \"inverse_temperature\": 2.0}, \"reward\": {\"kind\": \"function\", \"function\": \"r\"}}" more "}"

static const char *whole = CONFIG("32", "", "");
static const char *blocks = CONFIG("32", ", \"batch_rows\": \"blocks\"", "");
static const char *drawn = CONFIG("32", ", \"batch_rows\": \"blocks\"", ", \"resampling\": {\"scheme\": {\"function\": \"draw\"}, \"ess_threshold\": 0.99}");

/* ---- A run ---- */

typedef struct job {
  const char *config;
  int32_t threads;
  /* Where its model fails. */
  double last_time;
  const volatile int32_t *stop;
  /* What came of it. */
  int32_t status;
  fkc_result *result;
  char words[FKC_MESSAGE_SIZE];
} job;

static void *perform(void *context) {
  job *job = context;
  caller of = {.last_time = job->last_time};
  enum fault fault = NONE;
  fkc_functions *functions = offered(&of, &fault);
  const fkc_options options = {.size = sizeof options, .threads = job->threads, .stop = job->stop};
  fkc_error *error = NULL;
  job->status = fkc_run(job->config, &options, functions, &job->result, &error);
  if (error) snprintf(job->words, sizeof job->words, "%s", fkc_error_text(error));
  fkc_error_free(error);
  fkc_functions_free(functions);
  return NULL;
}

static fkc_result *alone(const char *config, int32_t threads) {
  job of = {.config = config, .threads = threads, .last_time = -1};
  perform(&of);
  check(of.status == FKC_OK && of.result, of.words);
  return of.result;
}

static bool are_same(const fkc_result *one, const fkc_result *other) {
  if (!one || !other) return false;
  const char *names[] = {"samples", "log_weights", "ancestors"};
  const size_t sizes[] = {0, 4, 8, 4, 8};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    fkc_array a, b;
    if (fkc_result_array(one, names[i], &a) || fkc_result_array(other, names[i], &b)) return false;
    size_t bytes = sizes[a.type];
    for (int32_t axis = 0; axis < a.rank; axis++) bytes *= (size_t)a.shape[axis];
    if (memcmp(a.data, b.data, bytes)) return false;
  }
  return true;
}

/* ---- What has to hold ---- */

static void check_threads(void) {
  for (int i = 0; i < 3; i++) {
    const char *config = (const char *[]){whole, blocks, drawn}[i];
    fkc_result *one = alone(config, 1), *four = alone(config, 4);
    check(are_same(one, four), "four threads give the bytes of one");
    fkc_result_free(one);
    fkc_result_free(four);
  }
}

static void check_runs_at_once(void) {
  job jobs[6];
  pthread_t threads[6];
  for (int i = 0; i < 6; i++) {
    jobs[i] = (job){.config = i % 2 ? drawn : whole, .threads = 2, .last_time = i < 4 ? -1 : 0.5};
    check(!pthread_create(&threads[i], NULL, perform, &jobs[i]), "a thread starts");
  }
  fkc_result *expected[] = {alone(whole, 1), alone(drawn, 1)};
  for (int i = 0; i < 6; i++) {
    pthread_join(threads[i], NULL);
    if (i < 4) check(are_same(jobs[i].result, expected[i % 2]), "runs at once give the bytes of each alone");
    /* In blocks several threads fail at once, and one of them is told. */
    else check(jobs[i].status == FKC_FUNCTION_FAILED && strstr(jobs[i].words, "no answer below 0.5"), "a run that fails tells why beside others");
    fkc_result_free(jobs[i].result);
  }
  fkc_result_free(expected[0]);
  fkc_result_free(expected[1]);
}

static void check_flag(void) {
  static int32_t stop;
  /* Of more steps than anybody waits for. */
  job of = {.config = CONFIG("200000", ", \"batch_rows\": \"blocks\"", ""), .threads = 4, .last_time = -1, .stop = &stop};
  pthread_t thread;
  check(!pthread_create(&thread, NULL, perform, &of), "a thread starts");
  usleep(200000);
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  pthread_join(thread, NULL);
  check(of.status == FKC_INTERRUPTED && !of.result, "a flag that another thread sets ends the run");
}

int main(void) {
  check_threads();
  check_runs_at_once();
  check_flag();
  printf("C interface, runs at once: %s\n", faults ? "faults, see above" : "all right");
  return faults ? 1 : 0;
}
