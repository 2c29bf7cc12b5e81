import CKernels

/// What the weights of one block are made of.
private struct WeighedColumns {
  let states, scores: Buffer<Float>
  let squares, rates, features, logWeights: Buffer<Double>

  init(rows: Int, dimensions: Int) {
    states = Buffer(rows * dimensions) { Float(spread($0)) }
    scores = Buffer(rows * dimensions) { Float(spread($0 + 7)) }
    squares = Buffer(rows) { spread($0 + 3) }
    rates = Buffer(rows, 0)
    features = Buffer(rows, 0)
    logWeights = Buffer(rows, 0)
  }
}

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
        Workload("weigh.\(size)", rows, "particles") {
          let columns = WeighedColumns(rows: rows, dimensions: dimensions)
          return {
            _ = fk_weigh(
              rows, dimensions, Double(dimensions), 0.3, columns.states.start, columns.scores.start,
              columns.squares.start, 1e-6, 0.1, columns.rates.start, columns.features.start,
              columns.logWeights.start)
          }
        },
        Workload("weigh-in-four-passes.\(size)", rows, "particles") {
          let columns = WeighedColumns(rows: rows, dimensions: dimensions)
          let increments = Buffer<Double>(rows, 0)
          return {
            increments.start.update(repeating: 0, count: rows)
            fk_add_rates(rows, 1e-6, 0.1, columns.rates.start, columns.features.start, increments.start)
            fk_rates(
              rows, dimensions, Double(dimensions), 0.3, columns.states.start, columns.scores.start, nil,
              columns.squares.start, columns.rates.start, columns.features.start)
            fk_add_rates(rows, 1e-6, 0.1, columns.rates.start, columns.features.start, increments.start)
            _ = fk_accumulate(rows, increments.start, columns.logWeights.start)
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
