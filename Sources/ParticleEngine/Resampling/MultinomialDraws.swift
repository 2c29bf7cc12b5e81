import Libc

/// Independent draws from a discrete distribution, in ascending order and O(N).
enum MultinomialDraws {
  /// Draws `points.count` indices with probabilities in proportion to `masses` and adds them to `counts`.
  ///
  /// The draws are made in order: the partial sums of `n + 1` exponentials, divided by the last, are `n` sorted
  /// uniform numbers (Devroye 1986, ch. V), so one walk along the masses serves all. An index of mass zero
  /// is never drawn, whatever rounding does: the walk stops at the last one that is positive.
  ///
  /// - Parameters:
  ///   - masses: `≥ 0`, in any unit, not all zero.
  ///   - points: Scratch, one for each draw.
  static func add(
    to counts: UnsafeMutableBufferPointer<Int32>, masses: UnsafeBufferPointer<Double>,
    points: UnsafeMutableBufferPointer<Double>, using generator: inout some RandomNumberGenerator
  ) {
    guard !points.isEmpty else { return }
    var total = 0.0
    for mass in masses { total += mass }
    guard let last = masses.lastIndex(where: { $0 > 0 }) else {
      preconditionFailure("a draw from masses that are all zero")
    }
    var sum = 0.0
    for draw in points.indices {
      sum -= log(generator.openUniform())
      points[draw] = sum
    }
    sum -= log(generator.openUniform())
    let scale = total / sum

    var index = 0
    var cumulative = masses[0]
    for draw in points.indices {
      let point = points[draw] * scale
      while cumulative <= point, index < last {
        index += 1
        cumulative += masses[index]
      }
      counts[index] += 1
    }
  }
}
