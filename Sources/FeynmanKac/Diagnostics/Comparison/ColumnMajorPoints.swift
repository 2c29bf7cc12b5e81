internal import CKernels

/// The rows of a sample set with each coordinate contiguous, padded to whole vectors by points of weight zero.
struct ColumnMajorPoints: Sendable {
  /// `[dimensions, stride]`.
  let values: [Float]
  /// `[stride]`.
  let weights: [Float]
  let count: Int
  /// The count rounded up to a multiple of 16.
  let stride: Int
  let dimensions: Int

  init(_ set: SampleSet) {
    count = set.count
    dimensions = set.dimensions
    let stride = (count + 15) / 16 * 16
    self.stride = stride
    var values = [Float](repeating: 0, count: stride * dimensions)
    for row in 0..<count {
      for column in 0..<dimensions { values[column * stride + row] = set.values[row * dimensions + column] }
    }
    self.values = values
    weights = set.weights.map(Float.init) + Array(repeating: 0, count: stride - count)
  }

  /// Squared distances of `row` to the points of `range`, whose bounds are multiples of 16.
  func squaredDistances(
    from row: UnsafePointer<Float>, to range: Range<Int>, into distances: UnsafeMutablePointer<Float>
  ) {
    values.withUnsafeBufferPointer {
      fk_squared_distances(
        row, $0.baseAddress! + range.lowerBound, stride, dimensions, range.count, distances)
    }
  }
}
