/* Runs configs through the C interface against exact answers: Tests/CInterface/check.sh. */
#include "caller.h"

#include <malloc.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int faults;

static void check(bool is_right, const char *what) {
  if (!is_right) {
    printf("wrong: %s\n", what);
    faults++;
  }
}

/* ---- Configs ---- */

#define PROCESS "\"process\": {\"kind\": \"function\", \"function\": \"ve\"}"
#define MODEL(more) "\"kind\": \"function\", \"function\": \"q\", \"dimensions\": 2, \"data_standard_deviation\": 1.0" more
#define ANNEALED "\"target\": {\"annealed\": {\"model\": \"q\", \"inverse_temperature\": 2.0}"
#define HEAD "\"seed\": 3, \"particles\": 4096, \"sampler\": {\"steps\": 64}"

static const char *annealed = "{" HEAD "," PROCESS ", \"models\": {\"q\": {" MODEL("") "}}, " ANNEALED "}}";
static const char *dense = "{" HEAD "," PROCESS ", \"models\": {\"q\": {" MODEL(", \"log_density\": true") "}}, " ANNEALED "}}";
static const char *tilted = "{" HEAD "," PROCESS ", \"models\": {\"q\": {" MODEL("") "}}, " ANNEALED
                            ", \"reward\": {\"kind\": \"function\", \"function\": \"r\", \"gradient\": true}}}";
static const char *guided = "{" HEAD "," PROCESS ", \"models\": {\"u\": {" MODEL(", \"classes\": 4") "}, \"c\": {" MODEL(
    ", \"classes\": 4, \"condition\": 2") "}}, \"target\": {\"guided\": {\"unconditional\": \"u\", \"conditional\": \"c\", \"scale\": 3.0}}}";
static const char *resampled = "{" HEAD "," PROCESS ", \"models\": {\"q\": {" MODEL("") "}}, " ANNEALED
                               ", \"reward\": {\"kind\": \"function\", \"function\": \"r\"}}, \"islands\": 8, "
                               "\"resampling\": {\"scheme\": {\"function\": \"draw\"}, \"ess_threshold\": 0.99}}";
static const char *recorded = "{" HEAD "," PROCESS ", \"models\": {\"q\": {" MODEL("") "}}, " ANNEALED
                              "}, \"output\": {\"trajectory\": {\"every_steps\": 16, \"particles\": 8}}}";

static const char *tiny = "{\"particles\": 64, \"sampler\": {\"steps\": 8}," PROCESS ", \"models\": {\"q\": {" MODEL("") "}}, " ANNEALED "}}";

/* A figure of summary.json; NaN where it is null. */
static double figure(const fkc_result *result, const char *name) {
  char key[128];
  snprintf(key, sizeof key, "\n  \"%s\": ", name);
  const char *found = strstr(fkc_result_text(result, "summary.json"), key);
  return found && found[strlen(key)] != 'n' ? strtod(found + strlen(key), NULL) : NAN;
}

static fkc_result *run(const char *config, const fkc_options *options, const fkc_functions *functions, const char *what) {
  fkc_result *result = NULL;
  fkc_error *error = NULL;
  const int32_t status = fkc_run(config, options, functions, &result, &error);
  check(status == FKC_OK && result && !error, what);
  if (error) printf("%s\n", fkc_error_text(error));
  fkc_error_free(error);
  return result;
}

/* log Z is within twice its 95 % interval, which has the error of the steps too: a false alarm in 10,000 runs. */
static void check_normalizer(const fkc_result *result, double exact, const char *what) {
  if (!result) return;
  const char *interval = strstr(fkc_result_text(result, "summary.json"), "\"log_normalizer_interval\": [");
  char *end = NULL;
  const double low = interval ? strtod(strchr(interval, '[') + 1, &end) : NAN, high = end ? strtod(end + 1, NULL) : NAN;
  const bool is_right = fabs(exact - 0.5 * (low + high)) < high - low && high - low < 0.1;
  check(is_right, what);
  if (!is_right) printf("  log Z %.6f, from %.6f to %.6f, exact %.6f\n", figure(result, "log_normalizer"), low, high, exact);
}

static void check_refused(
    const char *config, const fkc_options *options, const fkc_functions *functions, int32_t status, const char *words, const char *what) {
  fkc_result *result = NULL;
  fkc_error *error = NULL;
  const int32_t found = fkc_run(config, options, functions, &result, &error);
  check(found == status && !result && error && fkc_error_code(error) == status && strstr(fkc_error_text(error), words), what);
  if (error && !strstr(fkc_error_text(error), words)) printf("  %d: %s\n", found, fkc_error_text(error));
  fkc_result_free(result);
  fkc_error_free(error);
}

static int64_t steps_seen;

static int32_t observe(void *context, const fkc_step *step, fkc_snapshot *snapshot) {
  steps_seen++;
  fkc_array samples, weights;
  if (step->step != step->steps / 2) return 0;
  check(fkc_snapshot_array(snapshot, "samples", &samples) == FKC_OK && samples.rank == 2 && samples.shape[0] == 4096
            && samples.shape[1] == 2 && samples.type == FKC_FLOAT32, "a snapshot has samples");
  check(fkc_snapshot_array(snapshot, "log_weights", &weights) == FKC_OK && weights.rank == 1 && weights.shape[0] == 4096
            && weights.type == FKC_FLOAT64, "a snapshot has log-weights");
  check(fkc_snapshot_array(snapshot, "others", &weights) == FKC_MISSING_INPUT, "a snapshot has nothing else");
  return context ? 1 : 0;
}

static void check_ends(const fkc_functions *functions) {
  fkc_options options = {.size = sizeof options, .observer = observe};
  fkc_result_free(run(annealed, &options, functions, "an observer sees a run"));
  check(steps_seen == 65, "an observer sees every step once");
  options.observer_context = &steps_seen;
  check_refused(annealed, &options, functions, FKC_INTERRUPTED, "interrupted at step 32", "an observer ends a run");
  const char *const settings[] = {"sampler.steps=16", "seed=5"};
  fkc_options changed = {.size = sizeof changed, .settings = settings, .settings_count = 2};
  fkc_result *result = run(annealed, &changed, functions, "settings are changed");
  check(result && figure(result, "steps") == 16 && figure(result, "seed") == 5, "settings are changed as asked");
  fkc_result_free(result);
  const volatile int32_t stop = 1;
  fkc_options stopped = {.size = sizeof stopped, .stop = &stop};
  check_refused(annealed, &stopped, functions, FKC_INTERRUPTED, "interrupted", "a flag ends a run");
}

static void check_arrays(const fkc_functions *functions) {
  fkc_result *result = run(recorded, NULL, functions, "a trajectory is kept");
  if (!result) return;
  fkc_array array;
  check(fkc_result_array(result, "trajectory", &array) == FKC_OK && array.rank == 3 && array.shape[0] == 5 && array.shape[1] == 8
            && array.shape[2] == 2, "a trajectory has its shape");
  check(fkc_result_array(result, "log_weights", &array) == FKC_OK, "a result has log-weights");
  double sum = 0;
  for (int64_t i = 0; i < array.shape[0]; i++) sum += exp(((const double *)array.data)[i]);
  check(fabs(sum - 1) < 1e-9, "weights sum to one");
  check(fkc_result_array(result, "others", &array) == FKC_MISSING_INPUT && !fkc_result_text(result, "others"), "a result has nothing else");
  fkc_result_free(result);
}

/* A run in a folder is the one in memory, and is read back as such. */
static void check_folder(const fkc_functions *functions, const char *folder) {
  fkc_options options = {.size = sizeof options, .output = folder};
  fkc_result *here = run(recorded, NULL, functions, "a run in memory"), *there = run(recorded, &options, functions, "a run in a folder");
  fkc_result *back = NULL;
  check(fkc_load(folder, &back, NULL) == FKC_OK, "a folder is read back");
  if (!here || !there || !back) return;
  const char *names[] = {"samples", "log_weights", "ancestors", "genealogy", "trajectory", "trajectory_parents", "trajectory_log_weights"};
  const size_t sizes[] = {0, 4, 8, 4, 8};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    fkc_array one, two, three;
    if (fkc_result_array(here, names[i], &one) || fkc_result_array(there, names[i], &two) || fkc_result_array(back, names[i], &three)) {
      check(false, names[i]);
      continue;
    }
    size_t bytes = sizes[one.type];
    for (int32_t axis = 0; axis < one.rank; axis++) bytes *= (size_t)one.shape[axis];
    check(!memcmp(one.data, two.data, bytes) && !memcmp(one.data, three.data, bytes), names[i]);
  }
  char path[4096];
  snprintf(path, sizeof path, "%s/mine.html", folder);
  check(fkc_result_report(here, path, NULL) == FKC_OK, "a report is written");
  check_refused(recorded, &options, functions, FKC_CANNOT_WRITE, folder, "a folder with a run is refused");
  fkc_result_free(here);
  fkc_result_free(there);
  fkc_result_free(back);
}

/* Runs, results, errors and reports are freed: the heap is no larger after 200 runs more. Memory that one run left, of 64 particles in 2
 * dimensions, would be 500 bytes at least. */
static void check_memory(const fkc_functions *functions) {
  size_t before = 0;
  for (int i = 0; i < 220; i++) {
    if (i == 20) before = mallinfo2().uordblks;
    fkc_result *result = NULL;
    fkc_error *error = NULL;
    fkc_run(i % 4 ? tiny : "{\"seed\": 1}", NULL, functions, &result, &error);
    fkc_result_free(result);
    fkc_error_free(error);
  }
  const size_t after = mallinfo2().uordblks;
  check(after < before + 20000, "runs free what they took");
  if (after >= before + 20000) printf("  %zu bytes after 20 runs, %zu after 220\n", before, after);
}

int main(int count, char **words) {
  check(fkc_abi_version() == FKC_ABI_VERSION, "the library is that of the header");
  caller of = {.last_time = -1};
  enum fault fault = NONE;
  fkc_functions *functions = offered(&of, &fault);

  /* The path ends at sigma = 0.01: data of variance s. N(0, s)^2 has the integral (pi s)^(1/2) / (2 pi s) per dimension, and e^(x/2) over
   * N(0, s/2) adds s/16. */
  const double s = 1 + 1e-4, normalizer = 2 * (0.5 * log(M_PI * s) - log(2 * M_PI * s));
  fkc_result *result = run(annealed, NULL, functions, "an annealed model");
  check_normalizer(result, normalizer, "log Z of an annealed model");
  check(of.most_rows == 4096, "a model is asked for all particles at once");
  fkc_result_free(result);
  result = run(dense, NULL, functions, "a model with its density");
  check_normalizer(result, normalizer, "log Z of a model with its density");
  fkc_result_free(result);
  result = run(tilted, NULL, functions, "a reward");
  check_normalizer(result, normalizer + s / 16, "log Z under a reward");
  fkc_result_free(result);
  /* N(0, s)^(1-w) N(1, s)^w is N(w, s) times e^((w^2 - w) / 2s) per dimension. */
  result = run(guided, NULL, functions, "guidance");
  check_normalizer(result, 2 * 0.5 * (3.0 * 3.0 - 3.0) / s, "log Z under guidance");
  check(of.most_conditions == 2, "guidance asks for both conditions in one call");
  fkc_result_free(result);
  result = run(resampled, NULL, functions, "a resampler");
  check_normalizer(result, normalizer + s / 16, "log Z under a resampler");
  check(result && figure(result, "resample_count") > 8, "a resampler is asked");
  fkc_result_free(result);

  fault = DESCENDING;
  check_refused(resampled, NULL, functions, FKC_FUNCTION_FAILED, "parents ascend", "parents that descend are refused");
  fault = OUTSIDE;
  check_refused(resampled, NULL, functions, FKC_FUNCTION_FAILED, "give 0 to 511", "parents that there are not are refused");
  fault = SILENT;
  check_refused(resampled, NULL, functions, FKC_FUNCTION_FAILED, "the resampler 'draw': the function failed", "a resampler that fails ends the run");
  of.last_time = 0.5;
  check_refused(annealed, NULL, functions, FKC_FUNCTION_FAILED, "model 'q' failed at step 17 (t = 0.46875): no answer below 0.5", "a model that fails ends the run");
  of.last_time = -1;
  check_refused(annealed, NULL, NULL, FKC_UNAVAILABLE, "models.q.function", "functions that were not given are named");
  check_refused("{\"seed\": 1}", NULL, functions, FKC_BAD_DATA, "particles: missing", "a config that lacks keys is refused");
  check_refused("{", NULL, functions, FKC_BAD_DATA, "not YAML", "a text that is none is refused");

  char *plan = NULL;
  check(fkc_check(annealed, NULL, functions, &plan, NULL) == FKC_OK && plan && strstr(plan, "q^2.0"), "a config is checked");
  fkc_text_free(plan);
  char *schema = fkc_schema();
  check(schema && strstr(schema, "2020-12"), "there is a schema");
  fkc_text_free(schema);
  fkc_result *none = NULL;
  check(fkc_load("/nowhere", &none, NULL) == FKC_MISSING_INPUT && !none, "a folder that is not there is refused");
  check_ends(functions);
  check_arrays(functions);
  check_memory(functions);
  if (count > 1) check_folder(functions, words[1]);
  fkc_functions_free(functions);
  printf("C interface: %s, %lld calls of the model\n", faults ? "faults, see above" : "all right", (long long)of.calls);
  return faults ? 1 : 0;
}
