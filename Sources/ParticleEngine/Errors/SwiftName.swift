/// Names as Swift spells them.
package enum SwiftName {
  /// `noiseScale` for `noise_scale`, `feynmanKac` for `feynman-kac`.
  package static func camelCase(_ words: String) -> String {
    guard words.utf8.contains(where: { $0 == 0x5F || $0 == 0x2D }) else { return words }
    let parts = words.split { $0 == "_" || $0 == "-" }
    return parts.prefix(1).joined()
      + parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
