import FeynmanKac

extension Workload {
  /// Scores of mixtures of forty components, block by block, on one thread.
  static var mixtures: [Workload] {
    [1, 2, 8, 32, 128].flatMap { dimensions in
      [false, true].map { hasLogDensity in
        evaluation(
          "scores\(hasLogDensity ? "-and-densities" : "").d=\(dimensions)", rows: 512,
          hasLogDensity: hasLogDensity
        ) { try Models.mixture(dimensions: dimensions) }
      }
    }
  }

  /// One block through each network, on one thread.
  static var networks: [Workload] {
    [
      evaluation("mlp.64-512x3-64", rows: 256) { try Models.perceptron() },
      evaluation("egnn.lj13", rows: 64) { try Models.egnn() },
    ]
  }

  private static func evaluation<Model: ScoreModel>(
    _ name: String, rows: Int, hasLogDensity: Bool = false, _ load: @escaping () throws -> Model
  ) -> Workload {
    Workload(name, rows, "rows") {
      let model = try load()
      let values = rows * model.dimensions
      let states = Buffer<Float>(values) { Float(spread($0)) }
      let scores = Buffer<Float>(values, 0)
      let densities = Buffer<Double>(rows, 0)
      let workspace = Buffer<Float>(model.workspaceSize(rows: rows), 0)
      // One noise level of the path's middle; the work does not depend on it.
      let point = VarianceExploding.varianceExploding(sigmaMin: 0.01, sigmaMax: 4).point(at: 0.7)
      return {
        try model.evaluate(
          ScoreBatch(
            count: rows, dimensions: model.dimensions, states: states.start, scores: scores.start,
            logDensities: hasLogDensity ? densities.start : nil,
            workspace: UnsafeMutableBufferPointer(start: workspace.start, count: workspace.count)),
          at: point)
      }
    }
  }
}
