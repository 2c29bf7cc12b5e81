import CKernels
import Foundation
import Testing

@Suite("a step weighed in one pass")
struct WeighKernelTests {
  @Test(
    "it is the plain formula, and to the bit what four passes make",
    arguments: KernelLevel.available)
  func weigh(_ level: KernelLevel) {
    let (factor, slope) = (0.07, -0.4)
    for (count, dimensions) in RunKernelTests.shapes {
      let rows = KernelRows(count: count, dimensions: dimensions)
      let squares = (0..<count).map { 3 * sin(Double($0)) }
      let oldRates = (0..<count).map { cos(Double($0)) }
      let oldFeatures = (0..<count).map { 2 + sin(Double(3 * $0)) }
      let oldWeights = (0..<count).map { -0.3 * Double($0) }
      var (rates, features, weights) = (oldRates, oldFeatures, oldWeights)
      let weighed = level.kernels.weigh(
        count, dimensions, 4, 0.3, rows.states, rows.scores, squares, factor, slope, &rates, &features,
        &weights)
      #expect(weighed == count)

      var increments = [Double](repeating: 0, count: count)
      var (ratesOfFour, featuresOfFour, weightsOfFour) = (oldRates, oldFeatures, oldWeights)
      level.kernels.add_rates(count, factor, slope, oldRates, oldFeatures, &increments)
      level.kernels.rates(
        count, dimensions, 4, 0.3, rows.states, rows.scores, nil, squares, &ratesOfFour, &featuresOfFour)
      level.kernels.add_rates(count, factor, slope, ratesOfFour, featuresOfFour, &increments)
      #expect(level.kernels.accumulate(count, increments, &weightsOfFour) == count)
      #expect(rates == ratesOfFour)
      #expect(features == featuresOfFour)
      #expect(weights == weightsOfFour)

      for row in 0..<count {
        var (quadratic, radial) = (0.0, 4.0)
        for i in row * dimensions..<(row + 1) * dimensions {
          quadratic += Double(rows.scores[i]) * Double(rows.scores[i])
          radial += Double(rows.states[i]) * Double(rows.scores[i])
        }
        let rate = 0.15 * (quadratic - squares[row])
        let gain = factor * (oldRates[row] + slope * oldFeatures[row] + rate + slope * radial)
        #expect(abs(weights[row] - (oldWeights[row] + gain)) < 1e-12 * Double(dimensions) * (1 + abs(gain)))
      }
    }
  }

  @Test(
    "it names the first row whose weight is NaN or +∞, and forbids a row of −∞",
    arguments: KernelLevel.available)
  func weighBadRows(_ level: KernelLevel) {
    for count in [5, 8, 19, 24] {
      let rows = KernelRows(count: count, dimensions: 2)
      for bad in [0, 4, count - 1] {
        for square in [Double.nan, -.infinity, .infinity] {
          var squares = [Double](repeating: 1, count: count)
          squares[bad] = square
          var rates = [Double](repeating: 0.5, count: count)
          var features = rates
          var weights = rates
          let weighed = level.kernels.weigh(
            count, 2, 2, 0.3, rows.states, rows.scores, squares, 0.1, 0.2, &rates, &features, &weights)
          // Minus infinity among the squares is a rate of plus infinity, and the other way round.
          #expect(weighed == (square == .infinity ? count : bad))
          if square == .infinity { #expect(weights[bad] == -.infinity) }
          for row in weighed..<count { #expect(weights[row] == 0.5 && rates[row] == 0.5) }
        }
      }
    }
  }
}
