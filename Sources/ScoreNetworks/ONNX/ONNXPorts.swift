internal import COpenVINO

/// An input or output of an ONNX file.
struct ONNXPort {
  let index: Int
  let name: String
  let element: fk_element
  /// −1 where any size will do; nil where even the rank is open.
  let sizes: [Int]?

  init(index: Int, _ port: fk_port) {
    self.index = index
    name = withUnsafeBytes(of: port.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    element = port.element
    let rank = Int(port.rank)
    sizes = withUnsafeBytes(of: port.sizes) { sizes in
      rank < 0 || rank > Int(FK_LARGEST_RANK)
        ? nil : sizes.bindMemory(to: Int64.self).prefix(rank).map { Int($0) }
    }
  }

  var shapeText: String {
    sizes.map { "[\($0.map { $0 < 0 ? "?" : "\($0)" }.joined(separator: ", "))]" } ?? "any shape"
  }

  /// How the element type is called in messages.
  var elementText: String {
    switch element {
    case FK_HALF: "float16"
    case FK_FLOAT: "float32"
    case FK_DOUBLE: "float64"
    case FK_INT32: "int32"
    case FK_INT64: "int64"
    default: "another kind"
    }
  }

  /// The sizes for so many rows, of an input of rows.
  func sizes(rows: Int) -> [Int64] { [Int64(rows)] + sizes!.dropFirst().map { Int64($0) } }

  var isWholeNumber: Bool { element == FK_INT32 || element == FK_INT64 }
}

/// An input beside the rows: `count` numbers for each row, or once for all.
struct ONNXSideInput {
  let port: ONNXPort
  /// Numbers for each row, or in all.
  let count: Int
  let isPerRow: Bool

  /// - Parameter batch: The rows that the file is fixed to; nil where it takes any.
  /// - Returns: nil where the shape is neither.
  init?(_ port: ONNXPort, batch: Int?) {
    guard let sizes = port.sizes else { return nil }
    self.port = port
    let isFirstOfBatch = sizes.first.map { $0 < 0 || $0 == batch } ?? false
    isPerRow = isFirstOfBatch
    let own = isFirstOfBatch ? sizes.dropFirst() : sizes[...]
    guard own.allSatisfy({ $0 > 0 }) else { return nil }
    count = own.clampedProduct
  }

  func sizes(rows: Int) -> [Int64] {
    isPerRow ? port.sizes(rows: rows) : port.sizes!.map { Int64($0) }
  }

  /// Writes numbers as elements of the input's type, for every row where it has them.
  func write(_ numbers: (_ row: Int, _ index: Int) -> Double, rows: Int, to values: UnsafeMutableRawPointer) {
    for row in 0..<(isPerRow ? rows : 1) {
      for index in 0..<count {
        let number = numbers(row, index)
        let place = row * count + index
        switch port.element {
        case FK_DOUBLE: values.storeBytes(of: number, toByteOffset: 8 * place, as: Double.self)
        case FK_INT64:
          values.storeBytes(of: Int64(clamping: number.rounded()), toByteOffset: 8 * place, as: Int64.self)
        case FK_INT32:
          values.storeBytes(of: Int32(clamping: number.rounded()), toByteOffset: 4 * place, as: Int32.self)
        default: values.storeBytes(of: Float(number), toByteOffset: 4 * place, as: Float.self)
        }
      }
    }
  }
}
