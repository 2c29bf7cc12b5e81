import FeynmanKac
import Libc

/// Whether a network's output looks like what it is said to be, by one batch where there is only noise.
///
/// Rows `x ~ N(0, (α² s² + σ²) I)` at the noise end of a path are all that a model is asked there, whatever it was trained on. Of an
/// ε-model the answer has slope 1 on `x/σ`, of a score `−1/σ`, of the others what ``Prediction`` makes of the data's variance `s²`: of
/// `x₀` and `v` next to nothing under a variance-preserving process. So an output that has another slope than every
/// variance would give it is not what was stated.
///
/// What no slope can tell apart: `x₀`, `v`, `velocity` and `edm` among each other where the noise is large and α small or the data's
/// variance unknown; ε and the velocity of flow matching; ε and `v` under α = 1; a score under large σ from what hardly follows
/// the state.
public struct PredictionCheck: Sendable, Equatable {
  /// The slope of the output on `x/σ`, all coordinates together, each about its mean.
  public let slope: Double
  /// The share of the output's variance that the slope explains, from 0 to 1.
  public let linearity: Double
  /// The slopes that the stated prediction can have.
  public let expected: ClosedRange<Double>
  /// Other predictions that the output looks like.
  public let resembles: [Prediction]
  /// The output is not what was stated.
  public let isDoubtful: Bool

  /// Outputs about their means, and the states they answer to in units of σ.
  struct Regression {
    let slope: Double
    let linearity: Double
    /// Root mean squares of the coordinates' means, and of all outputs.
    let offset: Double
    let size: Double
  }

  /// - Parameters:
  ///   - stated: What the output is said to be.
  ///   - spread: The data's standard deviation, where it is stated.
  init(_ found: Regression, stated: Prediction, at point: NoisePoint, spread: Double?) {
    slope = found.slope
    linearity = found.linearity
    let variances = Self.variances(at: point, spread: spread)
    let kinds: [Prediction] = [
      .score, .epsilon, .dataPoint, .v, .velocity, .edm(dataStandardDeviation: spread ?? 1),
    ]
    let own = Fit(stated, found, at: point, variances: variances, spread: spread ?? 1)
    let others = kinds.filter { $0.name != stated.name }
      .map { Fit($0, found, at: point, variances: variances, spread: spread ?? 1) }
    let clear = others.filter { $0.matches > 0.2 && $0.isStraight }
    // A variance that happens to give the stated prediction just the slope that another has by itself.
    let isCoincidence = own.matches < 0.02 && !clear.isEmpty && abs(found.slope) > own.unclear
    isDoubtful = !own.isPossible || isCoincidence
    expected = own.slopes
    let likely = others.filter { $0.isPossible && (clear.isEmpty || $0.matches > 0.02) }
    resembles = likely.map(\.prediction)
  }

  /// How an output fits one prediction.
  private struct Fit {
    let prediction: Prediction
    let slopes: ClosedRange<Double>
    /// Slopes below it say nothing.
    let unclear: Double
    /// Some variance gives about this slope.
    let isPossible: Bool
    /// The share of the variances, in their logarithm, that give just this slope.
    let matches: Double
    /// The output is a multiple of the state and nothing else.
    let isStraight: Bool

    init(
      _ prediction: Prediction, _ found: Regression, at point: NoisePoint, variances: [Double], spread: Double
    ) {
      self.prediction = prediction
      let slopes = variances.map { prediction.slope(at: point, dataVariance: $0) }
      self.slopes = slopes.min()!...slopes.max()!
      let unclear =
        prediction.followsTheState
        ? 0 : max(prediction.unclearSlope(at: point, spread: spread), 0.05 * found.size)
      self.unclear = unclear
      let low = self.slopes.lowerBound
      let high = self.slopes.upperBound
      let isInside =
        found.slope >= low - 0.25 * abs(low) - unclear && found.slope <= high + 0.25 * abs(high) + unclear
      isPossible = isInside && (!prediction.followsTheState || found.linearity > 0.5)
      let near = slopes.filter { abs(found.slope - $0) <= 0.05 * abs($0) }
      matches = Double(near.count) / Double(slopes.count)
      isStraight = found.linearity > 0.98 && found.offset < 0.3 * abs(found.slope)
    }
  }

  /// Variances that the data may have, evenly in their logarithm: up to the noise's own where nothing is stated, since a path
  /// that starts with less noise has other troubles.
  private static func variances(at point: NoisePoint, spread: Double?) -> [Double] {
    let range = spread.map { ($0 * $0 / 4, $0 * $0 * 4) } ?? (1e-8 * point.level, point.level)
    let steps = 200
    return (0...steps).map { range.0 * pow(range.1 / range.0, Double($0) / Double(steps)) }
  }
}

// MARK: - Measuring

extension PretrainedModel {
  /// Asks the network for one batch at the noise end of a path.
  ///
  /// - Parameter point: The point of the model's own process where the path starts.
  /// - Returns: nil where its answer is not finite, or where the noise is not large beside the data.
  /// - Throws: what the network's evaluation throws.
  public func predictionCheck(at point: NoisePoint) throws -> PredictionCheck? {
    let spread = dataStandardDeviation
    guard point.noise > 0, point.signal > 0, point.level >= 10 * (spread.map { $0 * $0 } ?? 0) else {
      return nil
    }
    let rows = max(64, min(512, 16384 / dimensions))
    let noise = try Self.fixedNormals(rows * dimensions)
    let normals = atoms.map { Self.withoutCenterOfMass(noise, atoms: $0) } ?? noise
    let variance = pow(point.signal * (spread ?? 0), 2) + pow(point.noise, 2)
    let scale = variance.squareRoot()
    let states = normals.map { Float(scale * Double($0)) }
    guard let outputs = try outputs(of: states, rows: rows, at: point) else { return nil }
    let found = PredictionCheck.Regression(
      states: states, outputs: outputs, columns: dimensions, noise: point.noise)
    return PredictionCheck(found, stated: prediction, at: point, spread: spread)
  }

  private func outputs(of states: [Float], rows: Int, at point: NoisePoint) throws -> [Float]? {
    var outputs = [Float](repeating: 0, count: states.count)
    // A call has no more rows than the network wants.
    let most = if case .rows(let most) = batching { max(1, min(most, rows)) } else { rows }
    var workspace = [Float](repeating: 0, count: network.workspaceSize(rows: most, conditions: 1))
    try states.withUnsafeBufferPointer { states in
      try outputs.withUnsafeMutableBufferPointer { outputs in
        try workspace.withUnsafeMutableBufferPointer { workspace in
          for first in stride(from: 0, to: rows, by: most) {
            try network.evaluate(
              NetworkBatch(
                count: min(most, rows - first), dimensions: dimensions,
                states: states.baseAddress! + first * dimensions, conditions: [condition],
                outputs: outputs.baseAddress! + first * dimensions, workspace: workspace),
              at: point)
          }
        }
      }
    }
    return outputs.allSatisfy(\.isFinite) ? outputs : nil
  }

  /// The same rows in every run: a check that depends on the seed would not repeat.
  private static func fixedNormals(_ count: Int) throws -> [Float] {
    let streams = try RandomStreams(kind: .philox, seed: 0x7072_6564, islands: 1, blocksPerIsland: 1)
    var normals = [Float](repeating: 0, count: count)
    normals.withUnsafeMutableBufferPointer { streams.fillNormals($0, island: 0, block: 0, step: 0) }
    return normals
  }

  private static func withoutCenterOfMass(_ values: [Float], atoms: Int) -> [Float] {
    var values = values
    for start in stride(from: 0, to: values.count, by: 3 * atoms) {
      for axis in start..<start + 3 {
        let places = stride(from: axis, to: start + 3 * atoms, by: 3)
        let mean = places.reduce(Float(0)) { $0 + values[$1] } / Float(atoms)
        for place in places { values[place] -= mean }
      }
    }
    return values
  }
}

extension PredictionCheck.Regression {
  init(states: [Float], outputs: [Float], columns: Int, noise: Double) {
    let rows = Double(states.count / columns)
    var (products, stateSquares, outputSquares, offsets, size) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for column in 0..<columns {
      let places = stride(from: column, to: states.count, by: columns)
      let stateMean = places.reduce(0.0) { $0 + Double(states[$1]) } / rows
      let outputMean = places.reduce(0.0) { $0 + Double(outputs[$1]) } / rows
      offsets += outputMean * outputMean
      for place in places {
        let state = (Double(states[place]) - stateMean) / noise
        let output = Double(outputs[place]) - outputMean
        products += state * output
        stateSquares += state * state
        outputSquares += output * output
        size += Double(outputs[place]) * Double(outputs[place])
      }
    }
    slope = products / stateSquares
    linearity = outputSquares > 0 ? products * products / (stateSquares * outputSquares) : 0
    offset = (offsets / Double(columns)).squareRoot()
    self.size = (size / Double(outputs.count)).squareRoot()
  }
}

// MARK: - In words

extension PredictionCheck {
  /// What a run says of a doubt; nil without one.
  ///
  /// - Parameter time: The time of the model's own process at which it was asked.
  public func problem(of model: String, stated: Prediction, time: Double) -> String? {
    guard isDoubtful else { return nil }
    let names = resembles.map(\.name)
    let likeness =
      names.isEmpty
      ? "is like that of no known prediction"
      : "looks like \(names.joined(separator: ", ")), not like the stated \(stated.name)"
    func text(_ value: Double) -> String { value.text(significant: 3) }
    let wanted =
      abs(expected.upperBound - expected.lowerBound) <= 0.01 * abs(expected.upperBound)
      ? text(expected.upperBound)
      : "\(text(expected.lowerBound)) to \(text(expected.upperBound))"
    return
      "The output of model '\(model)' at the noise end of the path (t = \(text(time))) \(likeness): its slope on x/σ is "
      + "\(text(slope)), where \(stated.name) has \(wanted). Change `prediction`, or state the `dataStandardDeviation`."
  }
}
