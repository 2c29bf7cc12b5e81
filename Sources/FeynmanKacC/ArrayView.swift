import CFeynmanKac

extension fkc_array {
  /// The memory of an array, which a Swift array that nobody changes keeps for as long as it is held.
  init<Element: CElement>(_ values: [Element], _ shape: [Int]) {
    self.init()
    data = values.withUnsafeBufferPointer { UnsafeRawPointer($0.baseAddress) }
    type = Element.cType
    rank = Int32(clamping: shape.count)
    withUnsafeMutableBytes(of: &self.shape) { lengths in
      for (index, length) in shape.enumerated() {
        lengths.storeBytes(of: Int64(length), toByteOffset: 8 * index, as: Int64.self)
      }
    }
  }
}

/// A number that arrays for callers are made of.
protocol CElement {
  static var cType: Int32 { get }
}

extension Float: CElement { static var cType: Int32 { Int32(clamping: FKC_FLOAT32) } }
extension Double: CElement { static var cType: Int32 { Int32(clamping: FKC_FLOAT64) } }
extension Int32: CElement { static var cType: Int32 { Int32(clamping: FKC_INT32) } }
extension Int64: CElement { static var cType: Int32 { Int32(clamping: FKC_INT64) } }
