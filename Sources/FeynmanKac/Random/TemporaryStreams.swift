internal import CKernels
struct PhiloxGenerator: RandomNumberGenerator {
  enum Purpose { case selection }
  var s: UInt64
  init(seed: UInt64, purpose: Purpose) { s = seed }
  mutating func next() -> UInt64 { s &+= 0x9E3779B97F4A7C15; var z = s; z = (z ^ (z >> 30)) &* 0xBF58476D1CE4E5B9; z = (z ^ (z >> 27)) &* 0x94D049BB133111EB; return z ^ (z >> 31) }
}
final class RandomStreams: Sendable {
  let seed: UInt64
  init(kind: Sampler.GeneratorKind, seed: UInt64, islands: Int, blocksPerIsland: Int) throws { self.seed = seed }
  func fillNormals(_ out: UnsafeMutableBufferPointer<Float>, island: Int, block: Int, step: Int) {
    fk_fill_normals(out.baseAddress!, out.count, seed, UInt32(step), UInt32(block), UInt32(island))
  }
  func withUniforms<T>(island: Int, step: Int, _ body: (inout PhiloxGenerator) -> T) -> T {
    var g = PhiloxGenerator(seed: seed &* 7919 &+ UInt64(island * 100003 + step) &* 104729, purpose: .selection)
    return body(&g)
  }
}
