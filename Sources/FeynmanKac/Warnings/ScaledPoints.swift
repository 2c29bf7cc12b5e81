/// Some rows, in units of widths, to find the one that is nearest to another.
struct ScaledPoints {
  private let points: [Float]
  private let widths: [Float]

  /// - Parameters:
  ///   - samples: Row-major `[n, d]`.
  ///   - widths: `[d]`.
  init(_ samples: [Float], rows: some Sequence<Int>, widths: [Float]) {
    let d = widths.count
    self.widths = widths
    points = rows.flatMap { row in (0..<d).map { samples[row * d + $0] / widths[$0] } }
  }

  /// The row of these that is nearest to one of other samples, or to one of their own but itself; infinitely far where there is none.
  func nearest(to samples: [Float], row: Int, but left: Int? = nil) -> (place: Int, squaredDistance: Float) {
    let d = widths.count
    let own = (0..<d).map { samples[row * d + $0] / widths[$0] }
    var (found, least) = (0, Float.infinity)
    for place in 0..<points.count / d where place != left {
      var sum: Float = 0
      for j in 0..<d {
        let difference = points[place * d + j] - own[j]
        sum += difference * difference
        if sum >= least { break }
      }
      if sum < least { (found, least) = (place, sum) }
    }
    return (found, least)
  }
}

extension PlainSamples {
  /// The standard deviation of each coordinate, `[d]`; 1 where there is none.
  var widths: [Float] {
    let d = samples.count / logWeights.count
    let count = Double(logWeights.count)
    return (0..<d).map { j in
      let column = stride(from: j, to: samples.count, by: d).lazy.map { Double(samples[$0]) }
      let mean = column.reduce(0, +) / count
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      return variance > 0 ? Float(variance.squareRoot()) : 1
    }
  }
}
