/* FeynmanKac from C: a config is run with models, rewards, processes and resamplers that are functions of the caller.
 *
 *     fkc_functions *functions = fkc_functions_new();
 *     fkc_functions_model(functions, "q", score, NULL);
 *     fkc_result *result = NULL;
 *     fkc_error *error = NULL;
 *     if (fkc_run(config, NULL, functions, &result, &error) == FKC_OK) { ... fkc_result_free(result); }
 *
 * A config is the text of a file for `fkc run`, in YAML or JSON; Documentation/CONFIG.md has its keys. It names a function of
 * the caller by `kind: function` and `function: NAME`, wherever it names a model, a reward, a process or a resampler.
 *
 * Texts are UTF-8 and end with a zero. Arrays are row-major. What a function of the library hands out belongs to the handle that
 * it came from, unless its description says that the caller frees it. Handles are used by one thread at a time; any number of
 * runs may go on at once, each with handles of its own. */
#ifndef FEYNMAN_KAC_H
#define FEYNMAN_KAC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Grows with every change that a program compiled before it could not bear. */
#define FKC_ABI_VERSION 1

/* The ABI version of the library that was loaded; another than FKC_ABI_VERSION must not be used. */
int32_t fkc_abi_version(void);

/* The version of the library, such as "1.2.0". */
const char *fkc_version(void);

/* ---- Errors ---- */

/* What functions return: the exit statuses of `fkc`, and one more. */
enum {
  FKC_OK = 0,
  /* A function of the caller said that it failed; the error's text says where. */
  FKC_FUNCTION_FAILED = 1,
  FKC_USAGE = 64,
  FKC_BAD_DATA = 65,
  FKC_MISSING_INPUT = 66,
  FKC_UNAVAILABLE = 69,
  FKC_NUMERICAL_FAILURE = 70,
  FKC_CANNOT_WRITE = 73,
  /* The observer or the stop flag ended the run. */
  FKC_INTERRUPTED = 75
};

typedef struct fkc_error fkc_error;

/* The status that went with the error. */
int32_t fkc_error_code(const fkc_error *error);
/* The error in words, one fault a line. */
const char *fkc_error_text(const fkc_error *error);
/* Frees the error; nothing where it is NULL. */
void fkc_error_free(fkc_error *error);

/* ---- Functions of the caller ----
 *
 * They may be called on any thread, and on several at once where the config asks a model in blocks; their memory is valid during
 * the call alone. They return 0, or another number to end the run, which then returns FKC_FUNCTION_FAILED. Why is what they wrote
 * into `message`, at most FKC_MESSAGE_SIZE bytes with the zero that ends them, which is empty at the call. */
#define FKC_MESSAGE_SIZE 1024

/* A batch of states for a model. */
typedef struct fkc_model_batch {
  /* n, the number of states. */
  int64_t rows;
  /* d, the length of a state. */
  int64_t dimensions;
  /* x [n, d], in the coordinates of the model's own process. */
  const float *states;
  /* t, alpha(t) and sigma(t) of the model's own process; sigma in units of the data. */
  double time, signal, noise;
  /* m >= 1, how many conditions all states are asked under. */
  int64_t conditions;
  /* The classes asked for [m], -1 for none; NULL for a model without classes. */
  const int64_t *labels;
  /* The numbers asked for [m, k], rows of NaN for none; NULL for a model without such conditions. */
  const float *vectors;
  /* k. */
  int64_t vector_length;
  /* What the model predicts [m, n, d], to be written: the score, or what the config's `prediction` says. */
  float *outputs;
  /* log q_t(x) in nats [n], to be written; NULL unless the config's model has `log_density: true` and the run needs it. */
  double *log_densities;
  char *message;
} fkc_model_batch;
typedef int32_t (*fkc_model_function)(void *context, const fkc_model_batch *batch);

/* A batch of states for a reward. */
typedef struct fkc_reward_batch {
  int64_t rows;
  int64_t dimensions;
  /* x [n, d], in units of the data. */
  const float *states;
  /* r(x) in nats [n], to be written. */
  double *values;
  /* The gradient of r [n, d], to be written; NULL unless the config's reward has `gradient: true`. */
  float *gradients;
  char *message;
} fkc_reward_batch;
typedef int32_t (*fkc_reward_function)(void *context, const fkc_reward_batch *batch);

/* A process x_t = alpha(t) x_0 + sigma(t) epsilon, t from 0 (data) to 1 (noise): sigma/alpha rises strictly. Each must be a
 * function of t alone, and answer at any time while a run lasts. */
typedef struct fkc_process {
  /* alpha(t), without a unit. */
  double (*signal)(void *context, double time);
  /* sigma(t), in units of the data. */
  double (*noise)(void *context, double time);
  /* Their derivatives, which models that predict a velocity need; NULL for difference quotients. */
  double (*signal_rate)(void *context, double time);
  double (*noise_rate)(void *context, double time);
} fkc_process;

/* Weights to draw parents by. */
typedef struct fkc_resampling {
  /* N, the number of weights and of parents to draw. */
  int64_t count;
  /* W [N], not negative, with sum 1. */
  const double *weights;
  /* The parents [N], to be written: ascending indices from 0 to N-1, on average N W_i times i, and never one whose weight is 0. */
  int32_t *ancestors;
  /* The next 64 random bits of the stream that belongs to this draw; the only source of chance that keeps runs reproducible. */
  uint64_t (*random)(void *source);
  void *source;
  char *message;
} fkc_resampling;
typedef int32_t (*fkc_resampling_function)(void *context, const fkc_resampling *resampling);

typedef struct fkc_functions fkc_functions;

/* An empty set of functions, which the caller frees once the runs that use it have returned. */
fkc_functions *fkc_functions_new(void);
void fkc_functions_free(fkc_functions *functions);
/* Adds a function by its name; one that is there already is replaced. */
void fkc_functions_model(fkc_functions *functions, const char *name, fkc_model_function function, void *context);
void fkc_functions_reward(fkc_functions *functions, const char *name, fkc_reward_function function, void *context);
void fkc_functions_process(fkc_functions *functions, const char *name, const fkc_process *process, void *context);
void fkc_functions_resampler(fkc_functions *functions, const char *name, fkc_resampling_function function, void *context);

/* ---- Runs ---- */

/* A step that was made; step 0 is the start. Figures that do not exist are NaN. */
typedef struct fkc_step {
  int64_t step, steps;
  /* t, and v = (sigma/alpha)^2 in squared units of the data. */
  double time, noise_level;
  /* Over all islands, before the step's resampling. */
  double effective_sample_size;
  /* log Z at this step less log Z at the start, in nats. */
  double log_normalizer_ratio;
  int64_t resampled_islands, unique_ancestors;
  double elapsed_seconds, particle_steps_per_second;
} fkc_step;

/* The elements of arrays. */
enum { FKC_FLOAT32 = 1, FKC_FLOAT64 = 2, FKC_INT32 = 3, FKC_INT64 = 4 };

/* A row-major array of somebody else's memory. */
typedef struct fkc_array {
  const void *data;
  int32_t type;
  /* How many lengths the shape has, at most 4. */
  int32_t rank;
  int64_t shape[4];
} fkc_array;

/* The particles at a step, which are copied when they are asked for: "samples" [N, d] and "log_weights" [N]. They are valid
 * during the call of the observer. */
typedef struct fkc_snapshot fkc_snapshot;
int32_t fkc_snapshot_array(fkc_snapshot *snapshot, const char *name, fkc_array *array);

/* Called between steps on the thread that called fkc_run; not 0 ends the run, which returns FKC_INTERRUPTED. */
typedef int32_t (*fkc_observer)(void *context, const fkc_step *step, fkc_snapshot *snapshot);

/* Called with what `fkc run` would say on standard error: warnings, doubts and notes, a line each. */
typedef void (*fkc_notice)(void *context, const char *line);

/* How to run; all zero, or NULL, is the default. */
typedef struct fkc_options {
  /* sizeof(fkc_options): what the caller knows of. */
  size_t size;
  /* The folder that the config's relative paths start from; NULL for the working directory. */
  const char *folder;
  /* What messages call the config, as a file of that folder; NULL for "config". */
  const char *name;
  /* How many threads sample; 0 for all cores that the process may use. */
  int32_t threads;
  /* Not 0: the config may start programs (`kind: program`). */
  int32_t allow_programs;
  /* A folder for the files of `fkc run`; NULL to keep results in memory. */
  const char *output;
  /* Not 0: replace a run in that folder; go on from its checkpoint; write its report.html. */
  int32_t overwrite, resume, report;
  fkc_observer observer;
  void *observer_context;
  fkc_notice notice;
  void *notice_context;
  /* Looked at thousands of times a second; not 0 ends the run, which returns FKC_INTERRUPTED. A signal handler may set it, or
   * another thread, in one atomic store. */
  const volatile int32_t *stop;
  /* Changes of the config, each "path=value" as after `--set`, such as "sampler.steps=100"; how many there are. */
  const char *const *settings;
  int64_t settings_count;
} fkc_options;

typedef struct fkc_result fkc_result;

/* Samples a config's target.
 *
 *   functions  NULL where the config names none.
 *   result     Set where FKC_OK is returned; the caller frees it.
 *   error      Set where anything else is; the caller frees it. NULL for a caller who only wants the status. */
int32_t fkc_run(const char *config, const fkc_options *options, const fkc_functions *functions, fkc_result **result, fkc_error **error);

/* Checks a config as `fkc check` does, and runs nothing.
 *
 *   plan  The plan in words; the caller frees it by fkc_text_free. */
int32_t fkc_check(const char *config, const fkc_options *options, const fkc_functions *functions, char **plan, fkc_error **error);

/* Reads the folder of a run. */
int32_t fkc_load(const char *folder, fkc_result **result, fkc_error **error);

/* The JSON Schema of configs; the caller frees it by fkc_text_free. */
char *fkc_schema(void);

void fkc_text_free(char *text);

/* ---- Results ---- */

/* The names of the result's arrays, with a space between: "samples" float32 [N, d], "log_weights" float64 [N] (normalised, in nats),
 * "ancestors" int64 [N], "genealogy" int32 [slices, N], and where the config records a trajectory of R rows of P particles
 * "trajectory" float32 [R, P, d], "trajectory_parents" int32 [R, P] and "trajectory_log_weights" float64 [R, P]. */
const char *fkc_result_arrays(const fkc_result *result);
/* Hands out an array, valid until the result is freed; FKC_MISSING_INPUT where there is none of that name. */
int32_t fkc_result_array(const fkc_result *result, const char *name, fkc_array *array);
/* The text of "summary.json", "trace.csv" or "config.yaml"; NULL for any other name. */
const char *fkc_result_text(const fkc_result *result, const char *name);
/* Writes a report, one HTML file; a file that is there is replaced. */
int32_t fkc_result_report(const fkc_result *result, const char *path, fkc_error **error);
/* Frees the result with its arrays and texts; nothing where it is NULL. */
void fkc_result_free(fkc_result *result);

#ifdef __cplusplus
}
#endif

#endif
