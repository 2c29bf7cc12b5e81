// The EGNN of ../export/networks.py and its gradient, one configuration at a time, so that everything stays in the cache.
//
// Symmetric pair messages, attention, pair term, SiLU, radial basis, one feature of the noise; WIDTH is a multiple of 16
// and there are at most 32 radial functions. Weights are one flat row in PyTorch's layouts ([out][in]); `offsets` has
// 16 places a layer in the order of `Place`, then input.weight and input.bias; -1 stands for none.
// native.py builds this, calls it and compares it with automatic differentiation.

#include <cmath>
#include <cstring>
#include <vector>

namespace {

constexpr int N = 13, P = N * (N - 1) / 2, W = WIDTH, V = W / 16, F = 32;

typedef float lanes __attribute__((vector_size(64)));
typedef int whole __attribute__((vector_size(64)));
typedef float loose __attribute__((vector_size(64), aligned(4), may_alias));

inline lanes load(const float *p) { return *(const loose *)p; }
inline void store(float *p, lanes v) { *(loose *)p = v; }

inline float total(lanes v) {
  v += __builtin_shuffle(v, whole{8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7});
  v += __builtin_shuffle(v, whole{4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11});
  v += __builtin_shuffle(v, whole{2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13});
  return v[0] + v[1];
}

// Cephes' polynomial; 2 ulp, clamped to ±87.
inline lanes exponential(lanes x) {
  const lanes low = x - x - 87.0f, high = x - x + 87.0f;
  x = x < low ? low : x;
  x = x > high ? high : x;
  const lanes shifted = x * 1.44269504f + 12582912.0f, n = shifted - 12582912.0f;
  x -= n * 0.693359375f;
  x += n * 2.12194440e-4f;
  lanes y = x * 1.9875691500e-4f + 1.3981999507e-3f;
  y = y * x + 8.3334519073e-3f;
  y = y * x + 4.1665795894e-2f;
  y = y * x + 1.6666665459e-1f;
  y = y * x + 5.0000001201e-1f;
  y = y * x * x + x + 1.0f;
  return y * (lanes)(((whole)shifted << 23) + 0x3f800000);
}

// u ← a sigmoid(a), d ← its derivative.
inline void silu(lanes a, float *u, float *d) {
  const lanes s = 1.0f / (1.0f + exponential(-a)), v = a * s;
  store(u, v);
  store(d, s + v * (1.0f - s));
}

// C[R][16 COLUMNS] (+)= A B, A(m, k) at m·rows + k·columns.
template <int R, int COLUMNS>
inline void block(int K, const float *A, long rows, long columns, const float *B, long ldb, float *C, long ldc, bool add) {
  lanes c[R][COLUMNS];
#pragma GCC unroll 8
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int v = 0; v < COLUMNS; v++) c[r][v] = add ? load(C + r * ldc + 16 * v) : lanes{};
  for (int k = 0; k < K; k++) {
    lanes b[COLUMNS];
#pragma GCC unroll 8
    for (int v = 0; v < COLUMNS; v++) b[v] = load(B + k * ldb + 16 * v);
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
      const float a = A[r * rows + k * columns];
#pragma GCC unroll 8
      for (int v = 0; v < COLUMNS; v++) c[r][v] += a * b[v];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int v = 0; v < COLUMNS; v++) store(C + r * ldc + 16 * v, c[r][v]);
}

template <int COLUMNS>
void strip(int M, int K, const float *A, long rows, long columns, const float *B, long ldb, float *C, long ldc, bool add) {
  int m = 0;
  for (; m + 6 <= M; m += 6) block<6, COLUMNS>(K, A + m * rows, rows, columns, B, ldb, C + m * ldc, ldc, add);
  for (; m + 4 <= M; m += 4) block<4, COLUMNS>(K, A + m * rows, rows, columns, B, ldb, C + m * ldc, ldc, add);
  for (; m < M; m++) block<1, COLUMNS>(K, A + m * rows, rows, columns, B, ldb, C + m * ldc, ldc, add);
}

// C[M][width] (+)= A[M][K] B[K][width], in strips of 64 columns, then 32 or 16.
void product(int M, int K, int width, const float *A, long rows, long columns, const float *B, long ldb, float *C, long ldc,
             bool add) {
  int n = 0;
  for (; n + 64 <= width; n += 64) strip<4>(M, K, A, rows, columns, B + n, ldb, C + n, ldc, add);
  for (; n + 32 <= width; n += 32) strip<2>(M, K, A, rows, columns, B + n, ldb, C + n, ldc, add);
  for (; n + 16 <= width; n += 16) strip<1>(M, K, A, rows, columns, B + n, ldb, C + n, ldc, add);
}

enum Place {
  source, distance, conditionWeight, conditionBias, messageWeight, messageBias, coordinate1Weight, coordinate1Bias,
  coordinate2, attentionWeight, attentionBias, pair, node1Weight, node1Bias, node2Weight, node2Bias, places
};

// Weights the other way round, [in][out], and the distance weights both ways padded to F functions.
struct Turned {
  float source[W * W], distance[F * W], distanceBack[W * F], distanceGradient[W * F];
  float message[W * W], coordinate1[W * W], node1[2 * W * W], node2[W * W];
};

// What a layer's gradient needs again.
struct Kept {
  float h[N * 2 * W];  // beside each other: h, mean of the messages
  float f[P * F], gap[P][3], r[P], logR[P], pull[P], bounded[P], strength[P], gate[P];
  float u1[P * W], d1[P * W], u2[P * W], d2[P * W], u3[P * W], d3[P * W], m[P * W], u4[N * W], d4[N * W];
};

void transpose(const float *from, float *to, int out, int in) {
  for (int o = 0; o < out; o++)
    for (int i = 0; i < in; i++) to[i * out + o] = from[o * in + i];
}

// C[out][in] += Σ over rows of a[row][out] b[row][in]
void outer(int rows, const float *a, int out, const float *b, long ldb, int in, float *C, long ldc) {
  product(out, rows, in, a, 1, out, b, ldb, C, ldc, true);
}

void addRows(int rows, const float *a, float *sum) {
  for (int v = 0; v < V; v++) {
    lanes s{};
    for (int p = 0; p < rows; p++) s += load(a + p * W + 16 * v);
    store(sum + 16 * v, load(sum + 16 * v) + s);
  }
}

}  // namespace

// start: scaled positions [rows][39]; g: the noise's feature [rows]. Without `target`, answer only. With it: error [rows],
// the mean square of answer − target over 3(n − 1), and gradient (added to) of the mean of emphasis · error over rows.
extern "C" void egnn(long rows, int depth, int functions, float logMinimum, float spacing, float offset, const long *offsets,
                     const float *weights, const float *starts, const float *noises, const float *targets,
                     const float *emphases, float *answers, float *errors, float *gradient) {
  std::vector<Turned> turned(depth);
  std::vector<Kept> kept(depth + 1);
  int first[P], second[P], count = 0;
  for (int i = 0; i < N; i++)
    for (int j = i + 1; j < N; j++) first[count] = i, second[count++] = j;
  float centers[F];
  for (int k = 0; k < F; k++) centers[k] = k < functions ? logMinimum + k * spacing : 1e4f;

  for (int l = 0; l < depth; l++) {
    const long *at = offsets + l * places;
    Turned &t = turned[l];
    std::memset(&t, 0, sizeof t);
    transpose(weights + at[source], t.source, W, W);
    transpose(weights + at[distance], t.distance, W, functions);
    for (int o = 0; o < W; o++)
      std::memcpy(t.distanceBack + o * F, weights + at[distance] + o * functions, functions * sizeof(float));
    transpose(weights + at[messageWeight], t.message, W, W);
    transpose(weights + at[coordinate1Weight], t.coordinate1, W, W);
    if (at[node1Weight] >= 0) {
      transpose(weights + at[node1Weight], t.node1, W, 2 * W);
      transpose(weights + at[node2Weight], t.node2, W, W);
    }
  }
  const float *inputWeight = weights + offsets[depth * places], *inputBias = weights + offsets[depth * places + 1];
  const float share = 1.0f / (N - 1);
  static thread_local float a[P * W], b[P * W], s[N * W], df[P * F], dh[N * W], dNext[N * W], dCat[N * 2 * W];

  for (long row = 0; row < rows; row++) {
    const float g = noises[row], *start = starts + row * 3 * N;
    float z[N][3];
    std::memcpy(z, start, sizeof z);
    for (int i = 0; i < N; i++)
      for (int w = 0; w < W; w++) kept[0].h[i * 2 * W + w] = inputWeight[w] * g + inputBias[w];

    for (int l = 0; l < depth; l++) {
      const long *at = offsets + l * places;
      const float *q = weights;
      Turned &t = turned[l];
      Kept &k = kept[l];
      product(N, W, W, k.h, 2 * W, 1, t.source, W, s, W, false);
      float push[N][3] = {};
      for (int p = 0; p < P; p++) {
        const int i = first[p], j = second[p];
        float square = 1e-12f;
        for (int c = 0; c < 3; c++) k.gap[p][c] = z[i][c] - z[j][c], square += k.gap[p][c] * k.gap[p][c];
        k.r[p] = std::sqrt(square);
        k.logR[p] = std::log(k.r[p]);
        k.pull[p] = 1 / (k.r[p] + offset);
        for (int v = 0; v < F; v += 16) {
          const lanes x = (k.logR[p] - load(centers + v)) / spacing;
          lanes y = 0.5f * x * x;
          y = y > 30.0f ? y - y + 30.0f : y;
          y = exponential(-y);
          store(k.f + p * F + v, load(centers + v) > 1e3f ? lanes{} : y);
        }
        for (int v = 0; v < W; v += 16)
          store(a + p * W + v, load(s + i * W + v) + load(s + j * W + v) + load(q + at[conditionWeight] + v) * g +
                                   load(q + at[conditionBias] + v));
      }
      product(P, F, W, k.f, F, 1, t.distance, W, a, W, true);
      for (int e = 0; e < P * W; e += 16) silu(load(a + e), k.u1 + e, k.d1 + e);
      product(P, W, W, k.u1, W, 1, t.message, W, a, W, false);
      for (int p = 0; p < P; p++) {
        lanes dot{};
        for (int v = 0; v < W; v += 16) {
          const int e = p * W + v;
          silu(load(a + e) + load(q + at[messageBias] + v), k.u2 + e, k.d2 + e);
          dot += load(k.u2 + e) * load(q + at[attentionWeight] + v);
        }
        k.gate[p] = 1 / (1 + std::exp(-(total(dot) + q[at[attentionBias]])));
        for (int v = 0; v < W; v += 16) store(k.m + p * W + v, load(k.u2 + p * W + v) * k.gate[p]);
      }
      product(P, W, W, k.m, W, 1, t.coordinate1, W, a, W, false);
      for (int p = 0; p < P; p++) {
        lanes dot{}, line{};
        for (int v = 0; v < W; v += 16) {
          const int e = p * W + v;
          silu(load(a + e) + load(q + at[coordinate1Bias] + v), k.u3 + e, k.d3 + e);
          dot += load(k.u3 + e) * load(q + at[coordinate2] + v);
          line += load(k.m + e) * load(q + at[pair] + v);
        }
        k.bounded[p] = std::tanh(total(dot));
        k.strength[p] = k.bounded[p] + total(line);
        for (int c = 0; c < 3; c++) {
          const float move = k.gap[p][c] * k.pull[p] * k.strength[p] * share;
          push[first[p]][c] += move, push[second[p]][c] -= move;
        }
      }
      for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++) z[i][c] += push[i][c];
      if (at[node1Weight] < 0) continue;
      for (int i = 0; i < N; i++) std::memset(k.h + i * 2 * W + W, 0, W * sizeof(float));
      for (int p = 0; p < P; p++)
        for (int v = 0; v < W; v += 16) {
          const lanes m = load(k.m + p * W + v) * share;
          float *one = k.h + first[p] * 2 * W + W + v, *two = k.h + second[p] * 2 * W + W + v;
          store(one, load(one) + m);
          store(two, load(two) + m);
        }
      product(N, 2 * W, W, k.h, 2 * W, 1, t.node1, W, s, W, false);
      for (int i = 0; i < N; i++)
        for (int v = 0; v < W; v += 16)
          silu(load(s + i * W + v) + load(q + at[node1Bias] + v), k.u4 + i * W + v, k.d4 + i * W + v);
      product(N, W, W, k.u4, W, 1, t.node2, W, s, W, false);
      for (int i = 0; i < N; i++)
        for (int v = 0; v < W; v += 16)
          store(kept[l + 1].h + i * 2 * W + v,
                load(k.h + i * 2 * W + v) + load(s + i * W + v) + load(q + at[node2Bias] + v));
    }

    float middle[3] = {};
    for (int i = 0; i < N; i++)
      for (int c = 0; c < 3; c++) middle[c] += (z[i][c] - start[3 * i + c]) / N;
    for (int i = 0; i < N; i++)
      for (int c = 0; c < 3; c++) answers[row * 3 * N + 3 * i + c] = z[i][c] - start[3 * i + c] - middle[c];
    if (!targets) continue;

    float dz[N][3], dMiddle[3] = {}, error = 0;
    const float scale = emphases[row] * 2.0f / (3 * (N - 1)) / rows;
    for (int i = 0; i < N; i++)
      for (int c = 0; c < 3; c++) {
        const long e = row * 3 * N + 3 * i + c;
        const float miss = answers[e] - targets[e];
        error += miss * miss;
        dz[i][c] = scale * miss;
        dMiddle[c] += dz[i][c] / N;
      }
    errors[row] = error / (3 * (N - 1));
    for (int i = 0; i < N; i++)
      for (int c = 0; c < 3; c++) dz[i][c] -= dMiddle[c];
    std::memset(dh, 0, sizeof dh);

    for (int l = depth - 1; l >= 0; l--) {
      const long *at = offsets + l * places;
      const float *q = weights;
      float *d = gradient;
      Turned &t = turned[l];
      Kept &k = kept[l];
      const bool nodes = at[node1Weight] >= 0;
      if (nodes) {
        outer(N, dh, W, k.u4, W, W, d + at[node2Weight], W);
        addRows(N, dh, d + at[node2Bias]);
        product(N, W, W, dh, W, 1, q + at[node2Weight], W, s, W, false);
        for (int e = 0; e < N * W; e += 16) store(s + e, load(s + e) * load(k.d4 + e));
        outer(N, s, W, k.h, 2 * W, 2 * W, d + at[node1Weight], 2 * W);
        addRows(N, s, d + at[node1Bias]);
        product(N, W, 2 * W, s, W, 1, q + at[node1Weight], 2 * W, dCat, 2 * W, false);
        for (int i = 0; i < N; i++)
          for (int v = 0; v < W; v += 16) store(dNext + i * W + v, load(dh + i * W + v) + load(dCat + i * 2 * W + v));
      } else {
        std::memset(dNext, 0, sizeof dNext);
      }
      float dGap[P][3], dr[P], dStrength[P];
      lanes two[V], line[V];
      for (int v = 0; v < V; v++) two[v] = load(d + at[coordinate2] + 16 * v), line[v] = load(d + at[pair] + 16 * v);
      for (int p = 0; p < P; p++) {
        float along = 0;
        for (int c = 0; c < 3; c++) {
          const float dPush = (dz[first[p]][c] - dz[second[p]][c]) * share;
          along += dPush * k.gap[p][c];
          dGap[p][c] = dPush * k.pull[p] * k.strength[p];
        }
        dStrength[p] = along * k.pull[p];
        dr[p] = -along * k.strength[p] * k.pull[p] * k.pull[p];
        const float dDot = dStrength[p] * (1 - k.bounded[p] * k.bounded[p]);
        for (int v = 0; v < V; v++) {
          const int e = p * W + 16 * v;
          two[v] += dDot * load(k.u3 + e);
          line[v] += dStrength[p] * load(k.m + e);
          store(a + e, dDot * load(q + at[coordinate2] + 16 * v) * load(k.d3 + e));
        }
      }
      for (int v = 0; v < V; v++) store(d + at[coordinate2] + 16 * v, two[v]), store(d + at[pair] + 16 * v, line[v]);
      outer(P, a, W, k.m, W, W, d + at[coordinate1Weight], W);
      addRows(P, a, d + at[coordinate1Bias]);
      product(P, W, W, a, W, 1, q + at[coordinate1Weight], W, b, W, false);  // b: dm
      lanes look[V];
      for (int v = 0; v < V; v++) look[v] = load(d + at[attentionWeight] + 16 * v);
      float lookBias = 0;
      for (int p = 0; p < P; p++) {
        lanes dot{}, dm[V];
        for (int v = 0; v < V; v++) {
          dm[v] = load(b + p * W + 16 * v) + dStrength[p] * load(q + at[pair] + 16 * v);
          if (nodes)
            dm[v] += share * (load(dCat + first[p] * 2 * W + W + 16 * v) + load(dCat + second[p] * 2 * W + W + 16 * v));
          dot += dm[v] * load(k.u2 + p * W + 16 * v);
        }
        const float dGate = total(dot) * k.gate[p] * (1 - k.gate[p]);
        lookBias += dGate;
        for (int v = 0; v < V; v++) {
          const int e = p * W + 16 * v;
          look[v] += dGate * load(k.u2 + e);
          store(a + e, (dm[v] * k.gate[p] + dGate * load(q + at[attentionWeight] + 16 * v)) * load(k.d2 + e));
        }
      }
      for (int v = 0; v < V; v++) store(d + at[attentionWeight] + 16 * v, look[v]);
      d[at[attentionBias]] += lookBias;
      outer(P, a, W, k.u1, W, W, d + at[messageWeight], W);
      addRows(P, a, d + at[messageBias]);
      product(P, W, W, a, W, 1, q + at[messageWeight], W, b, W, false);
      for (int e = 0; e < P * W; e += 16) store(b + e, load(b + e) * load(k.d1 + e));  // b: d of the first sum
      outer(P, b, W, k.f, F, F, t.distanceGradient, F);
      float dCondition[W] = {};
      addRows(P, b, dCondition);
      for (int w = 0; w < W; w++) d[at[conditionBias] + w] += dCondition[w], d[at[conditionWeight] + w] += g * dCondition[w];
      std::memset(s, 0, sizeof s);
      for (int p = 0; p < P; p++)
        for (int v = 0; v < W; v += 16) {
          const lanes e = load(b + p * W + v);
          float *one = s + first[p] * W + v, *other = s + second[p] * W + v;
          store(one, load(one) + e);
          store(other, load(other) + e);
        }
      outer(N, s, W, k.h, 2 * W, W, d + at[source], W);
      product(N, W, W, s, W, 1, q + at[source], W, dNext, W, true);
      std::memcpy(dh, dNext, sizeof dh);
      if (l == 0) continue;  // nothing before the first layer moves the atoms
      product(P, W, F, b, W, 1, t.distanceBack, F, df, F, false);
      for (int p = 0; p < P; p++) {
        lanes dot{};
        for (int v = 0; v < F; v += 16)
          dot += load(df + p * F + v) * load(k.f + p * F + v) * (load(centers + v) - k.logR[p]) / (spacing * spacing);
        const float along = (dr[p] + total(dot) / k.r[p]) / k.r[p];
        for (int c = 0; c < 3; c++) {
          const float e = dGap[p][c] + along * k.gap[p][c];
          dz[first[p]][c] += e, dz[second[p]][c] -= e;
        }
      }
    }
    float *d = gradient + offsets[depth * places + 1];
    for (int i = 0; i < N; i++)
      for (int w = 0; w < W; w++) {
        d[w] += dh[i * W + w];
        gradient[offsets[depth * places] + w] += g * dh[i * W + w];
      }
  }
  if (!targets) return;
  for (int l = 0; l < depth; l++)
    for (int o = 0; o < W; o++)
      for (int k = 0; k < functions; k++)
        gradient[offsets[l * places + distance] + o * functions + k] += turned[l].distanceGradient[o * F + k];
}
