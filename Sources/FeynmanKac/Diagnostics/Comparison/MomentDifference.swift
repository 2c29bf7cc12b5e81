/// How far the means and variances of two sample sets are apart, coordinate by coordinate.
public struct MomentDifference: Sendable, Equatable {
  /// `[dimensions]`: the difference of means over the reference's standard deviation.
  public let mean: [Double]
  /// `[dimensions]`: the difference of variances over the reference's variance.
  public let variance: [Double]

  /// A coordinate in which the reference does not vary has no scale: its entries are 0 where both agree, else infinite.
  public init(_ sample: SampleSet, _ reference: SampleSet) {
    precondition(sample.dimensions == reference.dimensions)
    let referenceVariance = reference.variance
    func relative(_ difference: Double, _ scale: Double) -> Double {
      difference == 0 ? 0 : difference / scale
    }
    mean = zip(zip(sample.mean, reference.mean), referenceVariance).map {
      relative($0.0 - $0.1, $1.squareRoot())
    }
    variance = zip(sample.variance, referenceVariance).map { relative($0 - $1, $1) }
  }

  /// The largest of `|mean|`.
  public var largestMean: Double { mean.reduce(0) { max($0, abs($1)) } }
  /// The largest of `|variance|`.
  public var largestVariance: Double { variance.reduce(0) { max($0, abs($1)) } }
}
