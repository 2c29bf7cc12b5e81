import Libc

/// One Gaussian with a mass, as a product of powers of components leaves it.
struct GaussianMass {
  /// The logarithm of its integral, in nats.
  private(set) var logMass: Double
  /// `[d]`.
  let mean: [Double]
  let deviation: [Double]

  /// A factor `(w N(m, s²))^a`.
  struct Factor {
    let exponent: Double
    let logWeight: Double
    let mean: ArraySlice<Double>
    let variance: [Double]

    /// `log w N(m, s²)`.
    func logDensity(at point: [Double]) -> Double {
      var sum = logWeight
      for j in point.indices {
        let difference = point[j] - mean[mean.startIndex + j]
        sum -= 0.5 * (difference * difference / variance[j] + log(2 * .pi * variance[j]))
      }
      return sum
    }
  }

  init(logMass: Double, mean: [Double], deviation: [Double]) {
    self.logMass = logMass
    self.mean = mean
    self.deviation = deviation
  }

  /// The product of factors and of `exp(−½ Σ πⱼxⱼ² + Σ hⱼxⱼ)`; nil where some precision is not above 0.
  init?(_ factors: [Factor], precision: [Double], slope: [Double]) {
    let d = precision.count
    var mean: [Double] = []
    var deviation: [Double] = []
    mean.reserveCapacity(d)
    deviation.reserveCapacity(d)
    var log = factors.reduce(0) { $0 + $1.exponent * $1.logWeight }
    for j in 0..<d {
      var own = precision[j]
      var weighted = slope[j]
      for factor in factors {
        let variance = factor.variance[j]
        let center = factor.mean[factor.mean.startIndex + j]
        own += factor.exponent / variance
        weighted += factor.exponent * center / variance
        log -= 0.5 * factor.exponent * (Libc.log(2 * .pi * variance) + center * center / variance)
      }
      guard own > 0 else { return nil }
      mean.append(weighted / own)
      deviation.append((1 / own).squareRoot())
      log += 0.5 * (weighted * weighted / own + Libc.log(2 * .pi / own))
    }
    self.init(logMass: log, mean: mean, deviation: deviation)
  }

  /// The same place, which gets no more draws than any.
  var withoutMass: GaussianMass {
    var place = self
    place.logMass = -.infinity
    return place
  }
}
