// Distances between two sets of rows, and the scans of the assignment problem. Counts of columns are multiples of 16.

// exp(x) for x <= 0, to 2e-7 of its value; below -87 it stays at 1.6e-38 and never becomes denormal.
static inline __attribute__((always_inline)) float fk_comparison_exp(float x) {
  x = x < -87.0f ? -87.0f : x;
  // Adding 1.5 * 2^23 rounds to the nearest integer, which is then in the low bits.
  float shifted = x * 1.44269504f + 12582912.0f;
  float n = shifted - 12582912.0f;
  float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  int32_t scale = (int32_t)((uint32_t)bits << 23) + 0x3f800000;
  float power;
  memcpy(&power, &scale, sizeof power);
  return p * power;
}

FK_BODY(void, squared_distances)(const float *row, const float *columns, size_t stride, size_t dimensions,
                                 size_t count, float *distances) {
  for (size_t j = 0; j < count; ++j) {
    float difference = columns[j] - row[0];
    distances[j] = difference * difference;
  }
  for (size_t k = 1; k < dimensions; ++k) {
    const float *column = columns + k * stride;
    const float value = row[k];
    for (size_t j = 0; j < count; ++j) {
      float difference = column[j] - value;
      distances[j] += difference * difference;
    }
  }
}

FK_BODY(double, gaussian_kernel_sum)(const float *distances, const float *weights, size_t count,
                                     const float *rates, size_t rate_count) {
  double total = 0;
  float smallest_rate = rates[0];
  for (size_t k = 1; k < rate_count; ++k) smallest_rate = rates[k] < smallest_rate ? rates[k] : smallest_rate;
  for (size_t j = 0; j < count; j += 16) {
    float nearest = distances[j];
    for (size_t i = 1; i < 16; ++i) nearest = distances[j + i] < nearest ? distances[j + i] : nearest;
    if (nearest * smallest_rate > 80.0f) continue;  // Less than 2e-35 each.
    float sums[16] = {0};
    for (size_t k = 0; k < rate_count; ++k)
      for (size_t i = 0; i < 16; ++i) sums[i] += fk_comparison_exp(-rates[k] * distances[j + i]);
    for (size_t i = 0; i < 16; ++i) total += (double)(sums[i] * weights[j + i]);
  }
  return total;
}

FK_BODY(double, relax_columns)(const float *cost, const double *potential, double offset, int32_t row,
                               double *distance, int32_t *predecessor, size_t count, size_t *nearest) {
  double best[16];
  size_t index[16];
  for (size_t i = 0; i < 16; ++i) best[i] = INFINITY, index[i] = i;
  for (size_t j = 0; j < count; j += 16) {
    for (size_t i = 0; i < 16; ++i) {
      double candidate = (double)cost[j + i] - potential[j + i] + offset;
      double old = distance[j + i];
      predecessor[j + i] = candidate < old ? row : predecessor[j + i];
      double kept = candidate < old ? candidate : old;
      distance[j + i] = kept;
      index[i] = kept < best[i] ? j + i : index[i];
      best[i] = kept < best[i] ? kept : best[i];
    }
  }
  size_t lane = 0;
  for (size_t i = 1; i < 16; ++i)
    if (best[i] < best[lane] || (best[i] == best[lane] && index[i] < index[lane])) lane = i;
  *nearest = index[lane];
  return best[lane];
}

FK_BODY(void, two_smallest_reduced)(const float *cost, const double *potential, size_t count, double *values,
                                    size_t *indices) {
  double best[16], second[16];
  size_t index[16], second_index[16];
  for (size_t i = 0; i < 16; ++i) best[i] = second[i] = INFINITY, index[i] = second_index[i] = i;
  for (size_t j = 0; j < count; j += 16) {
    for (size_t i = 0; i < 16; ++i) {
      double reduced = (double)cost[j + i] - potential[j + i];
      int first = reduced < best[i];
      int next = reduced < second[i];
      second_index[i] = first ? index[i] : next ? j + i : second_index[i];
      second[i] = first ? best[i] : next ? reduced : second[i];
      index[i] = first ? j + i : index[i];
      best[i] = first ? reduced : best[i];
    }
  }
  size_t lane = 0;
  for (size_t i = 1; i < 16; ++i)
    if (best[i] < best[lane] || (best[i] == best[lane] && index[i] < index[lane])) lane = i;
  values[0] = best[lane];
  indices[0] = index[lane];
  values[1] = second[lane];
  indices[1] = second_index[lane];
  for (size_t i = 0; i < 16; ++i) {
    if (i == lane) continue;
    if (best[i] < values[1] || (best[i] == values[1] && index[i] < indices[1])) {
      values[1] = best[i];
      indices[1] = index[i];
    }
  }
}
