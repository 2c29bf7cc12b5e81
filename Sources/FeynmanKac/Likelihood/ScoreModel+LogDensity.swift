extension ScoreModel {
  /// `log q(x)` of rows, from the model's scores alone where it does not know it.
  ///
  /// ```swift
  /// let found = try model.logDensity(of: rows, process: .variancePreserving(), seed: 1)
  /// found.values, found.errors        // [Double], nats
  /// found.bitsPerDimension
  /// ```
  /// `q` is the density at the path's last level: the data with that much noise. Costs some 750 rows of the model for each
  /// row along the probability flow, 1,600 along forward paths.
  ///
  /// - Parameters:
  ///   - rows: `x`, row-major `[N, d]`, in data units at the first of the levels. Configurations of atoms lose their centre of
  ///     mass.
  ///   - process: The model's own.
  ///   - options: The estimator and its size.
  ///   - seed: Any value. The same seed gives the same numbers, for any number of threads; a row's do not depend on the
  ///     others but for what a network's rounding makes of its place in a batch.
  ///   - threads: Nil for all cores that the process may use.
  /// - Throws: `SetupError` where an option cannot work, `RunError` with the row where the model fails.
  public func logDensity(
    of rows: [Double], process: some NoiseProcess, options: LogDensityOptions = LogDensityOptions(),
    seed: UInt64 = 0, threads: Int? = nil
  ) throws -> LogDensities {
    try options.check()
    guard rows.count.isMultiple(of: dimensions), !rows.isEmpty, rows.count / dimensions < StreamKey.blockLimit
    else { throw SetupError("rows", "\(rows.count) numbers; give rows of \(dimensions)") }
    if let bad = rows.firstIndex(where: { !$0.isFinite }) {
      throw SetupError("rows", "row \(bad / dimensions) is not finite")
    }
    let method = options.estimator(hasLogDensity: hasLogDensity)
    let ladder = try LikelihoodLadder(
      self, process, range: options.noiseLevels, steps: options.steps ?? method?.standardSteps ?? 2)
    let work = LikelihoodWork(
      model: self, rows: centered(rows), ladder: ladder, method: method, seed: seed,
      threads: Processors.threadCount(threads))
    return try work.run()
  }

  /// The rows without their centre of mass, where they are of atoms.
  private func centered(_ rows: [Double]) -> [Double] {
    guard let atoms else { return rows }
    var rows = rows
    for start in stride(from: 0, to: rows.count, by: dimensions) {
      for axis in 0..<3 {
        let places = stride(from: start + axis, to: start + dimensions, by: 3)
        let center = places.reduce(0) { $0 + rows[$1] } / Double(atoms)
        for place in places { rows[place] -= center }
      }
    }
    return rows
  }
}

extension LogDensityOptions.Method {
  /// How many steps there are where nobody says.
  var standardSteps: Int {
    switch self {
    case .automatic, .probabilityFlow: 100
    case .forwardPaths: 200
    }
  }
}
