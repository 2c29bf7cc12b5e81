/// The directions along which a difference of a model's scores tells their divergence, `E⟨e, J e⟩ = tr J`.
///
/// Each is ±1 in every coordinate, with independent signs `z` for each slot of the population, and at the levels that follow one another
/// `eⱼ = zⱼ wⱼ` with the rows `w` of a Walsh matrix: over as many levels as there are coordinates `Σ e eᵀ` is that number times the unit
/// matrix, so that what one level's probe adds by the elements of `J` beside its diagonal the others take out. Independent signs at each
/// level leave ten times the error in log Z on a Gaussian in 16 dimensions.
/// - Source: derived in <doc:Mathematics>.
package struct Probe {
  /// How long it is, in units of the noise: the score bends on the scale of the noise, and rounding needs more than a hundredth.
  package static let length = 0.05

  private let period: Int
  private let place: Int
  private var generator: PhiloxGenerator

  /// The probes of a block's particles, row after row.
  ///
  /// - Parameters:
  ///   - dimensions: `d`.
  ///   - level: The number of the level.
  package init(_ block: Block, seed: UInt64, dimensions: Int, level: Int) {
    var period = 1
    while period < dimensions, period < 1 << 20 { period *= 2 }
    self.period = period
    place = level % period
    generator = PhiloxGenerator(
      StreamKey(
        seed: seed, island: block.islandOfAll, block: block.index, step: level / period, purpose: .probe))
  }

  /// Writes the direction of the next row, `[d]`.
  package mutating func fill(_ direction: Rows<Float>) {
    var bits: UInt64 = 0
    for j in 0..<direction.width {
      if j % 64 == 0 { bits = generator.next() }
      let isNegative = (bits >> UInt64(j % 64) ^ UInt64((place & j).nonzeroBitCount)) & 1 == 1
      direction[j] = isNegative ? -1 : 1
    }
  }
}
