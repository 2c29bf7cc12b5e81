import FeynmanKac

extension FuzzTarget {
  /// An NPY file, as every type of number, whole and by rows: what is read is the same when it is written and read again.
  static let npy = FuzzTarget("npy") { bytes in
    let path = folder.write("array.npy", bytes)
    try? readRows(path, Float.self)
    try? readRows(path, Int32.self)
    try? readArray(path, bytes, Int64.self)
    try? readArray(path, bytes, Int32.self)
    try? readArray(path, bytes, Float.self)
    try readArray(path, bytes, Double.self)
  }

  private static let folder = FuzzFolder("npy")

  private static func readArray<Element: NPYElement & Equatable>(
    _ path: String, _ bytes: [UInt8], _ type: Element.Type
  ) throws {
    let array = try NPYArray<Element>(file: path)
    let again = try NPYArray<Element>(bytes: array.fileBytes)
    precondition(again.shape == array.shape, "\(array.shape) became \(again.shape)")
    let areSame = array.values.withUnsafeBytes { one in again.values.withUnsafeBytes { one.elementsEqual($0) }
    }
    precondition(areSame, "\(array.values) became \(again.values)")
  }

  private static func readRows<Element: NPYElement>(_ path: String, _ type: Element.Type) throws {
    let rows = try NPYRows<Element>(path)
    for index in 0..<min(rows.shape[0], 4) { _ = try rows.row(index) }
    guard rows.shape[0] > 0 else { return }
    _ = try rows.row(rows.shape[0] - 1)
  }
}
