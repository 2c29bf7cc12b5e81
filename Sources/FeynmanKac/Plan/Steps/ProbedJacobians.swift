internal import CKernels

/// The mean derivative of each basis of scores, `J = v ∂s/∂y`, by what probes tell of all particles but a fold's own.
///
/// A probe's `⟨e, J e⟩` is the divergence and, of what lies beside the diagonal of `J`, noise that is as large as it. Its exponential has a mean of its own,
/// half its variance, which log Z would be off by: 1.4 nats on a Gaussian with correlated coordinates in 36 dimensions at β = 4. But the
/// particles' derivatives have much in common, and what a matrix that knows nothing of the particle's own probe says, `⟨e, J̄ e⟩ − tr J̄`, has the mean 0: it is
/// taken out. `J̄` solves the least squares of the changes along the probes, exactly where all particles have one derivative, at the two levels
/// before, and is extrapolated to the next.
///
/// Where particles have little in common, as in modes that part, `J̄` is that of the few between them, and would bring the others noise that they did not have: it is
/// multiplied by the share of the mean square beside the diagonal that it has, at least.
struct ProbedJacobians {
  /// The most dimensions: in more the squares cost more than they gain.
  static let mostDimensions = 64
  /// How many particles there must be for each dimension.
  private static let leastShare = 4

  /// `J` of each basis at the last level, at the one before, and as it is expected at the next, `[bases, d, d]`.
  private let last: UnsafeMutablePointer<Double>
  private let former: UnsafeMutablePointer<Double>
  private let expected: UnsafeMutablePointer<Double>
  /// Whether they were found at the last level, and whether any are expected.
  private var isFound = false
  private var isExpected = false
  private let bases: Int
  private let dimensions: Int
  private let atoms: Int?

  /// - Returns: Nil where nothing needs them.
  init?(_ plan: RunPlan, in arena: Arena) {
    guard plan.hasJacobians, let bases = plan.scoreBases?.count else { return nil }
    self.bases = bases
    dimensions = plan.dimensions
    atoms = plan.atoms
    let size = bases * dimensions * dimensions
    last = arena.allocate(Double.self, size)
    former = arena.allocate(Double.self, size)
    expected = arena.allocate(Double.self, size)
  }

  /// Features of the products that they are solved from: 1 and 0, the probe, the changes along it, and 0.
  static func features(_ plan: RunPlan) -> Int { (1 + (plan.scoreBases?.count ?? 0)) * plan.dimensions + 3 }

  /// How many sums it is solved from: the products, and the squared divergence of each basis.
  static func sums(_ plan: RunPlan) -> Int {
    let features = features(plan)
    return features * features + (plan.scoreBases?.count ?? 0)
  }

  /// Solves for those of a level, and foresees those of the next.
  ///
  /// - Parameters:
  ///   - sums: The upper triangle of `Σ f fᵀ` over all other particles, and then `Σ ⟨e, J e⟩²` of each basis; overwritten.
  ///   - scale: What a change is multiplied by for `J e`.
  ///   - ahead: The length of the next step over that of the last; 0 for none.
  mutating func solve(_ sums: Rows<Double>, scale: Double, ahead: Double) {
    let (d, stride) = (dimensions, (1 + bases) * dimensions + 3)
    let size = bases * d * d
    let wasFound = isFound
    if wasFound { former.update(from: last, count: size) }
    let matrix = sums.base
    let count = matrix[0]
    complete(matrix, stride: stride, count: count)
    guard count >= Double(Self.leastShare * d), fk_cholesky(2, d + 1, stride, matrix) == d + 2 else {
      (isFound, isExpected) = (false, false)
      return
    }
    // Uᵀ's solutions stand beside U; from the last row up they become those of the whole.
    for i in (0..<d).reversed() {
      let row = matrix + (i + 2) * stride
      let solution = row + d + 2
      for k in i + 1..<d {
        let (factor, below) = (row[k + 2], matrix + (k + 2) * stride + d + 2)
        for column in 0..<bases * d { solution[column] -= factor * below[column] }
      }
      let diagonal = row[i + 2]
      for column in 0..<bases * d { solution[column] /= diagonal }
      for basis in 0..<bases {
        for j in 0..<d { last[(basis * d + j) * d + i] = scale * solution[basis * d + j] }
      }
    }
    (isFound, isExpected) = (true, true)
    let squares = matrix + stride * stride
    for basis in 0..<bases {
      var changes = 0.0
      for j in 0..<d { changes += matrix[(d + 2 + basis * d + j) * (stride + 1)] }
      let perParticle = scale * scale / count
      let share = share(
        of: basis, changes: perParticle * changes, divergences: perParticle * squares[basis])
      for i in basis * d * d..<(basis + 1) * d * d {
        expected[i] = share * (last[i] + (wasFound ? ahead * (last[i] - former[i]) : 0))
      }
    }
  }

  /// The share of the mean square of `J` beside the diagonal that `J̄` has, at least.
  ///
  /// Two numbers are above that mean square on average: `|J e|²` less the square of `J̄`'s diagonal, and `|J e|² − ⟨e, J e⟩²/d` less what `J̄`'s
  /// diagonal has of it, over `1 − 2/d`, which leaves out how much steeper some particles' scores are than others'.
  ///
  /// - Parameters:
  ///   - changes: The mean of `|J e|²`.
  ///   - divergences: That of `⟨e, J e⟩²`.
  private func share(of basis: Int, changes: Double, divergences: Double) -> Double {
    let d = dimensions
    let matrix = last + basis * d * d
    var (all, diagonal, trace) = (0.0, 0.0, 0.0)
    for i in 0..<d * d { all += matrix[i] * matrix[i] }
    for i in 0..<d {
      let value = matrix[i * (d + 1)]
      diagonal += value * value
      trace += value
    }
    let beside = all - diagonal
    guard beside > 0 else { return 0 }
    var square = changes - diagonal
    if d > 2 {
      let alike = changes - divergences / Double(d) - (diagonal - trace * trace / Double(d))
      square = min(square, alike / (1 - 2 / Double(d)))
    }
    return square > beside ? beside / square : 1
  }

  /// Makes the probes of atoms span all coordinates: they have none along the centre of mass, and no score has any change there.
  private func complete(_ matrix: UnsafeMutablePointer<Double>, stride: Int, count: Double) {
    guard let atoms else { return }
    for i in 0..<dimensions {
      for j in Swift.stride(from: i, to: dimensions, by: 3) {
        matrix[(i + 2) * stride + j + 2] += count / Double(atoms)
      }
    }
  }

  /// Writes them to a checkpoint, or reads them back.
  mutating func exchange(_ state: StateExchange) throws(FileError) {
    try state.value("jacobians are found", &isFound)
    try state.value("jacobians are expected", &isExpected)
    for (name, values) in [
      ("jacobians", last), ("former jacobians", former), ("expected jacobians", expected),
    ] {
      try state.rows(name, values, count: bases * dimensions * dimensions)
    }
  }

  /// Takes what another population expects.
  mutating func take(_ other: ProbedJacobians) {
    isExpected = other.isExpected
    if isExpected { expected.update(from: other.expected, count: bases * dimensions * dimensions) }
  }

  /// `⟨e, J̄ e⟩ − tr J̄` of a basis, which has the mean 0; 0 where nothing is expected.
  func noise(_ basis: Int, along probe: UnsafePointer<Float>) -> Double {
    guard isExpected else { return 0 }
    let d = dimensions
    let matrix = expected + basis * d * d
    var (sum, trace) = (0.0, 0.0)
    for i in 0..<d {
      let row = matrix + i * d
      var product = 0.0
      for j in 0..<d { product += row[j] * Double(probe[j]) }
      sum += Double(probe[i]) * product
      trace += row[i]
    }
    return sum - trace
  }
}

extension RunPlan {
  /// Whether the derivatives of scores take the noise of probes out.
  var hasJacobians: Bool { scoreBases != nil && 2...ProbedJacobians.mostDimensions ~= dimensions }
}
