/* Functions of a caller, for the tests of the C interface: a model, a reward, a process and a resampler whose answers are exact. */
#ifndef CALLER_H
#define CALLER_H

#include "feynman_kac.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>

/* The standard normal distribution, under a process that adds noise. */

typedef struct caller {
  /* How often the model was called, and the most rows and conditions of one call. Relaxed, so that no order of threads comes from them. */
  _Atomic int64_t calls, most_rows, most_conditions;
  /* The model fails below this time. */
  double last_time;
} caller;

static void raise_to(_Atomic int64_t *most, int64_t value) {
  int64_t before = atomic_load_explicit(most, memory_order_relaxed);
  while (value > before
         && !atomic_compare_exchange_weak_explicit(most, &before, value, memory_order_relaxed, memory_order_relaxed)) {}
}

static int32_t model(void *context, const fkc_model_batch *batch) {
  caller *of = context;
  atomic_fetch_add_explicit(&of->calls, 1, memory_order_relaxed);
  raise_to(&of->most_rows, batch->rows);
  raise_to(&of->most_conditions, batch->conditions);
  if (batch->time < of->last_time) {
    snprintf(batch->message, FKC_MESSAGE_SIZE, "no answer below %g", of->last_time);
    return 7;
  }
  const int64_t values = batch->rows * batch->dimensions;
  const double variance = batch->signal * batch->signal + batch->noise * batch->noise;
  for (int64_t part = 0; part < batch->conditions; part++) {
    /* A class c has its mean at c/2, and no class has it at 0. */
    const double mean = batch->labels && batch->labels[part] >= 0 ? 0.5 * (double)batch->labels[part] : 0;
    for (int64_t i = 0; i < values; i++)
      batch->outputs[part * values + i] = (float)((batch->signal * mean - (double)batch->states[i]) / variance);
  }
  if (batch->log_densities)
    for (int64_t row = 0; row < batch->rows; row++) {
      double square = 0;
      for (int64_t j = 0; j < batch->dimensions; j++) square += pow((double)batch->states[row * batch->dimensions + j], 2);
      batch->log_densities[row] = -0.5 * square / variance - 0.5 * (double)batch->dimensions * log(2 * M_PI * variance);
    }
  return 0;
}

/* r(x) = x_0 / 2. */
static int32_t reward(void *context, const fkc_reward_batch *batch) {
  (void)context;
  for (int64_t row = 0; row < batch->rows; row++) {
    batch->values[row] = 0.5 * (double)batch->states[row * batch->dimensions];
    if (!batch->gradients) continue;
    for (int64_t j = 0; j < batch->dimensions; j++) batch->gradients[row * batch->dimensions + j] = j == 0 ? 0.5F : 0;
  }
  return 0;
}

static double signal(void *context, double time) {
  (void)context;
  (void)time;
  return 1;
}

static double noise(void *context, double time) {
  (void)context;
  return 0.01 * pow(2000, time);
}

enum fault { NONE, DESCENDING, OUTSIDE, SILENT };

/* Systematic resampling, or something that is none. */
static int32_t resample(void *context, const fkc_resampling *asked) {
  const enum fault fault = *(const enum fault *)context;
  const double offset = (double)(asked->random(asked->source) >> 11) * 0x1p-53;
  int64_t parent = 0, last = asked->count - 1;
  while (asked->weights[last] <= 0) last--;
  double sum = asked->weights[0];
  for (int64_t i = 0; i < asked->count; i++) {
    while (sum <= ((double)i + offset) / (double)asked->count && parent < last) sum += asked->weights[++parent];
    asked->ancestors[i] = (int32_t)parent;
  }
  if (fault == DESCENDING) asked->ancestors[asked->count - 1] = 0;
  if (fault == OUTSIDE) asked->ancestors[asked->count - 1] = (int32_t)asked->count;
  return fault == SILENT ? 1 : 0;
}

/* All of them, by the names that configs have for them. */
static fkc_functions *offered(caller *of, enum fault *fault) {
  const fkc_process process = {.signal = signal, .noise = noise};
  fkc_functions *functions = fkc_functions_new();
  fkc_functions_model(functions, "q", model, of);
  fkc_functions_reward(functions, "r", reward, NULL);
  fkc_functions_process(functions, "ve", &process, NULL);
  fkc_functions_resampler(functions, "draw", resample, fault);
  return functions;
}

#endif
