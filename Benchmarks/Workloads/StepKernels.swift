import CKernels

extension Workload {
  /// What a step does beside asking its models, on one block that stays in the cache, as in a run.
  static var stepKernels: [Workload] {
    [(512, 2), (512, 32), (64, 256)].flatMap { rows, dimensions in
      let values = rows * dimensions
      let size = "\(rows)x\(dimensions)"
      return [
        Workload("affine-step.\(size)", values, "numbers") {
          let states = Buffer<Float>(values) { Float(spread($0)) }
          let scores = Buffer<Float>(values) { Float(spread($0 + 7)) }
          let points = Buffer<Float>(values) { Float(spread($0 + 11)) }
          let normals = Buffer<Float>(values) { Float(spread($0 + 13)) }
          // The multistep scheme's own terms; the states stay near 1 however often it is called.
          let step = Buffer<fk_affine>(
            1,
            fk_affine(
              state: -0.1, score: 0.05, gradient: 0, history: 0.01, deviation: 0.1, history_state: 0.9,
              point_state: 0.9, point_score: 0.5, point_gradient: 0))
          return {
            fk_affine_step(
              rows, dimensions, states.start, scores.start, nil, points.start, nil, normals.start, step.start)
          }
        },
        Workload("add-term-and-rates.\(size)", values, "numbers") {
          let states = Buffer<Float>(values) { Float(spread($0)) }
          let scores = Buffer<Float>(values) { Float(spread($0 + 7)) }
          let sum = Buffer<Float>(values, 0)
          let doubles = Buffer<Double>(3 * rows, 0)
          return {
            fk_add_term(rows, dimensions, scores.start, 1, 2, 1, sum.start, doubles.start)
            fk_rates(
              rows, dimensions, Double(dimensions), 0.3, states.start, sum.start, nil, doubles.start,
              doubles.start + rows, doubles.start + 2 * rows)
          }
        },
      ]
    }
      + [
        Workload("weight-moments.512", 512, "weights") {
          let weights = Buffer<Double>(512) { 3 * spread($0) }
          let moments = Buffer<Double>(7, 0)
          return { fk_weight_moments(512, weights.start, nil, nil, moments.start) }
        },
        Workload("normalize-weights.1000000", 1_000_000, "weights") {
          let logs = Buffer<Double>(1_000_000) { 3 * spread($0) }
          let weights = Buffer<Double>(1_000_000, 0)
          return { fk_normalize_weights(1_000_000, logs.start, 15, weights.start) }
        },
      ]
  }
}
