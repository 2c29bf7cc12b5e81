import CKernels
import Foundation
import Testing

@Suite("kernels that move and weigh particles")
struct RunKernelTests {
  static let shapes = [(1, 1), (7, 2), (64, 2), (13, 3), (9, 8), (5, 19), (33, 64)]

  @Test("inner products agree with sums in double", arguments: KernelLevel.available)
  func innerProduct(_ level: KernelLevel) {
    for (count, dimensions) in Self.shapes {
      let rows = KernelRows(count: count, dimensions: dimensions)
      let expected = zip(rows.states, rows.scores).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      let found = level.kernels.inner_product(count * dimensions, rows.states, rows.scores)
      // Products of floats are exact in double; sums round to a few units in the last place of the largest.
      let size = zip(rows.states, rows.scores).reduce(0) { $0 + abs(Double($1.0) * Double($1.1)) }
      #expect(abs(found - expected) <= 1e-14 * size)
    }
  }

  @Test("the affine step agrees with its formula", arguments: KernelLevel.available)
  func affineStep(_ level: KernelLevel) {
    var step = fk_affine(
      state: -0.3, score: 0.7, gradient: 0.2, history: 0.15, deviation: 0.4, history_state: 0.9,
      point_state: 0.8,
      point_score: 1.1, point_gradient: 0.6)
    for (count, dimensions) in Self.shapes {
      let rows = KernelRows(count: count, dimensions: dimensions)
      var states = rows.states
      var points = rows.points
      level.kernels.affine_step(
        count, dimensions, &states, rows.scores, rows.gradients, &points, rows.offsets, rows.normals, &step)
      var squares = [Double](repeating: 0, count: count)
      level.kernels.affine_residuals(
        count, dimensions, states, rows.states, rows.scores, rows.gradients, rows.points, rows.offsets, &step,
        &squares)
      for row in 0..<count {
        var noise = 0.0
        for j in 0..<dimensions {
          let i = row * dimensions + j
          let y = Double(rows.states[i])
          let mean =
            0.7 * y + 0.7 * Double(rows.scores[i]) + 0.2 * Double(rows.gradients[i])
            + 0.15 * (0.9 * y - Double(rows.points[i])) + Double(rows.offsets[j])
          #expect(abs(Double(states[i]) - (mean + 0.4 * Double(rows.normals[i]))) < 3e-6)
          let point = 0.8 * y + 1.1 * Double(rows.scores[i]) + 0.6 * Double(rows.gradients[i])
          #expect(abs(Double(points[i]) - point) < 3e-6)
          noise += 0.16 * Double(rows.normals[i]) * Double(rows.normals[i])
        }
        // The residual is the noise that the step added, up to the rounding of the state to single precision.
        #expect(abs(squares[row] - noise) < 1e-5 * Double(dimensions))
      }
    }
  }

  @Test(
    "columns that a step does without change nothing else in it", arguments: KernelLevel.available,
    [
      (false, true, true), (false, false, true), (false, true, false), (true, false, false),
      (true, true, true),
    ])
  func affineColumns(_ level: KernelLevel, _ present: (gradients: Bool, normals: Bool, points: Bool)) {
    for history in [0, 0.15] {
      var step = fk_affine(
        state: -0.3, score: 0.7, gradient: 0.2, history: history, deviation: 0.4, history_state: 0.9,
        point_state: 0.8, point_score: 1.1, point_gradient: 0.6)
      for (count, dimensions) in Self.shapes {
        let rows = KernelRows(count: count, dimensions: dimensions)
        var (states, points) = (rows.states, rows.points)
        points.withUnsafeMutableBufferPointer { points in
          level.kernels.affine_step(
            count, dimensions, &states, rows.scores, present.gradients ? rows.gradients : nil,
            present.points ? points.baseAddress : nil, nil, present.normals ? rows.normals : nil, &step)
        }
        for i in 0..<count * dimensions {
          let (y, s, g) = (Double(rows.states[i]), Double(rows.scores[i]), Double(rows.gradients[i]))
          var expected = 0.7 * y + 0.7 * s
          var point = Double(rows.points[i])
          if present.points { expected += history * (0.9 * y - point) }
          if present.points { point = 0.8 * y + 1.1 * s }
          if present.gradients { expected += 0.2 * g }
          if present.gradients && present.points { point += 0.6 * g }
          if present.normals { expected += 0.4 * Double(rows.normals[i]) }
          #expect(abs(Double(states[i]) - expected) < 3e-6)
          #expect(abs(Double(points[i]) - point) < 3e-6)
        }
      }
    }
  }

  @Test("terms and rates agree with their formulas", arguments: KernelLevel.available)
  func rates(_ level: KernelLevel) {
    for (count, dimensions) in Self.shapes {
      let rows = KernelRows(count: count, dimensions: dimensions)
      var sum = [Float](repeating: 0, count: count * dimensions)
      var squares = [Double](repeating: 0, count: count)
      level.kernels.add_term(count, dimensions, rows.scores, 0.8, 1.5, 1, &sum, &squares)
      level.kernels.add_term(count, dimensions, rows.points, 1.2, -0.5, 0, &sum, &squares)
      var rates = [Double](repeating: 0, count: count)
      var features = [Double](repeating: 0, count: count)
      var ratesWithout = rates
      var featuresWithout = features
      level.kernels.rates(
        count, dimensions, 4, 0.3, rows.states, sum, rows.gradients, squares, &rates, &features)
      level.kernels.rates(
        count, dimensions, 4, 0.3, rows.states, sum, nil, squares, &ratesWithout, &featuresWithout)
      for row in 0..<count {
        var square = 0.0
        var quadratic = 0.0
        var radial = 0.0
        var tilt = (quadratic: 0.0, radial: 0.0)
        for i in row * dimensions..<(row + 1) * dimensions {
          let first = 0.8 * Double(rows.scores[i])
          let second = 1.2 * Double(rows.points[i])
          let total = 1.5 * first - 0.5 * second
          #expect(abs(Double(sum[i]) - total) < 2e-6)
          square += 1.5 * first * first - 0.5 * second * second
          quadratic += total * total
          radial += Double(rows.states[i]) * total
          tilt.quadratic += total * Double(rows.gradients[i])
          tilt.radial += Double(rows.states[i]) * Double(rows.gradients[i])
        }
        let tolerance = 1e-5 * Double(dimensions)
        #expect(abs(squares[row] - square) < tolerance)
        #expect(abs(ratesWithout[row] - 0.15 * (quadratic - square)) < tolerance)
        #expect(abs(featuresWithout[row] - (4 + radial)) < tolerance)
        #expect(abs(rates[row] - 0.15 * (quadratic + tilt.quadratic - square)) < tolerance)
        #expect(abs(features[row] - (4 + radial + tilt.radial)) < tolerance)
      }
    }
  }

  @Test("one model to the power one has a rate of exactly zero", arguments: KernelLevel.available)
  func zeroRate(_ level: KernelLevel) {
    for (count, dimensions) in Self.shapes {
      let rows = KernelRows(count: count, dimensions: dimensions)
      var sum = rows.scores
      var squares = [Double](repeating: 0, count: count)
      level.kernels.add_term(count, dimensions, rows.scores, 1, 1, 1, &sum, &squares)
      var rates = [Double](repeating: 1, count: count)
      var features = rates
      level.kernels.rates(count, dimensions, 2, 0.7, rows.states, sum, nil, squares, &rates, &features)
      #expect(rates.allSatisfy { $0 == 0 })
    }
  }

  @Test("sums over weights agree with plain sums, for any length", arguments: KernelLevel.available)
  func moments(_ level: KernelLevel) {
    for count in [1, 3, 8, 9, 64, 511] {
      var seed = SeededWords(state: UInt64(count))
      var logWeights = (0..<count).map { _ in 300 * Double(seed.float()) }
      if count > 3 { logWeights[2] = -.infinity }
      let rates = (0..<count).map { _ in Double(seed.float()) }
      let features = (0..<count).map { _ in Double(seed.float()) }
      var found = [Double](repeating: 0, count: 7)
      level.kernels.weight_moments(count, logWeights, rates, features, &found)
      let highest = logWeights.max()!
      let weights = logWeights.map { exp($0 - highest) }
      func total(_ term: (Int) -> Double) -> Double {
        weights.indices.reduce(0) { $0 + weights[$1] * term($1) }
      }
      let expected = [
        highest, total { _ in 1 }, total { weights[$0] }, total { features[$0] },
        total { features[$0] * features[$0] }, total { rates[$0] }, total { features[$0] * rates[$0] },
      ]
      for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-13 * (1 + abs(b))) }

      var normalized = [Double](repeating: 0, count: count)
      let logSum = highest + log(expected[1])
      level.kernels.normalize_weights(count, logWeights, logSum, &normalized)
      #expect(abs(normalized.reduce(0, +) - 1) < 1e-13)
      if count > 3 { #expect(normalized[2] == 0) }
    }
    var none = [Double](repeating: 7, count: 7)
    level.kernels.weight_moments(3, [-Double.infinity, -.infinity, -.infinity], nil, nil, &none)
    #expect(none == [-.infinity, 0, 0, 0, 0, 0, 0])
  }

  @Test("increments that are NaN or +∞ are found and change nothing; −∞ is a weight of zero")
  func accumulate() {
    for bad in [Double.nan, .infinity] {
      var weights = [1.0, 2, 3]
      #expect(fk_accumulate(3, [0.5, bad, 0.5], &weights) == 1)
      #expect(weights == [1, 2, 3])
    }
    var weights = [1.0, 2, 3]
    #expect(fk_accumulate(3, [0.5, -.infinity, 0.5], &weights) == 3)
    #expect(weights == [1.5, -.infinity, 3.5])
  }

  @Test("the first value that is not finite is found wherever it stands", arguments: KernelLevel.available)
  func firstNonFinite(_ level: KernelLevel) {
    for count in [1, 63, 64, 200] {
      var values = [Float](repeating: 3e38, count: count)
      #expect(level.kernels.first_non_finite(values, count) == count)
      for (index, bad) in [(0, Float.nan), (count / 2, .infinity), (count - 1, -.infinity)] {
        values[index] = bad
        #expect(level.kernels.first_non_finite(values, count) == index)
        values[index] = -3e38
      }
    }
  }
}
