import ParticleEngine
import Testing

@Suite("Placement")
struct PlacementTests {
  /// Ascending parents of every kind: identity, one parent for all, none for some, random.
  private static let cases: [[Int32]] = {
    var cases: [[Int32]] = [
      [], [0], [0, 0], [1, 1], [0, 1, 2, 3], [0, 0, 0, 0], [3, 3, 3, 3], [2, 2, 2, 2, 2],
      [0, 0, 3, 3, 4], [1, 2, 2, 4, 4], [0, 1, 1, 1, 4, 4],
    ]
    var generator = SeededBits(seed: 4)
    for count in [5, 17, 64, 257] {
      for deviation in [0.01, 1, 4] {
        let weights = normalized(wideWeights(count: count, deviation: deviation))
        cases.append(ancestors(MultinomialResampler(), weights, using: &generator))
      }
    }
    return cases
  }()

  /// Seen to catch: sources taken from the wrong entry; a slot with children taken for empty.
  @Test("survivors stay, parents are the same, and copying in place is a gather", arguments: cases)
  func placement(ascending: [Int32]) {
    var placement = Placement()
    var slots = ascending
    slots.withUnsafeMutableBufferPointer { placement.arrange($0) }

    #expect(slots.sorted() == ascending)
    for survivor in Set(ascending) { #expect(slots[Int(survivor)] == survivor) }

    let rows = ascending.indices.map { Float($0) * 1.5 + 7 }
    var inPlace = rows
    // In any order: here the last first.
    for move in placement.moves.reversed() { inPlace[Int(move.destination)] = inPlace[Int(move.source)] }
    #expect(inPlace == slots.map { rows[Int($0)] })

    #expect(placement.moves.count == ascending.count - Set(ascending).count)
    #expect(Set(placement.moves.map(\.destination)).count == placement.moves.count)
    #expect(Set(placement.moves.map(\.destination)).isDisjoint(with: placement.moves.map(\.source)))
  }

  @Test("a placement that served more particles serves fewer alike")
  func reuse() {
    var reused = Placement()
    for ascending in Self.cases + Self.cases.reversed() {
      var fresh = Placement()
      var first = ascending
      var second = ascending
      first.withUnsafeMutableBufferPointer { reused.arrange($0) }
      second.withUnsafeMutableBufferPointer { fresh.arrange($0) }
      #expect(first == second)
      #expect(reused.moves == fresh.moves)
    }
  }

  @Test("children counted by chunks move as their ancestors do", arguments: [1, 5, 1024, 1025, 5000])
  func chunks(count: Int) {
    for deviation in [0, 0.01, 1, 4, 30.0] {
      let weights = normalized(wideWeights(count: count, deviation: deviation))
      var generator = SeededBits(seed: 6)
      var parents = ancestors(MultinomialResampler(), weights, using: &generator)
      var counts = [Int32](repeating: 0, count: count)
      for parent in parents { counts[Int(parent)] += 1 }
      var moves = Array(repeating: RowMove(destination: -1, source: -1), count: count)
      let listed = moves.withUnsafeMutableBufferPointer { moves in
        counts.withUnsafeMutableBufferPointer {
          Placement.list(
            $0.baseAddress!, into: moves.baseAddress!, in: ResamplingChunks(particles: count, threads: 3))
        }
      }
      var placement = Placement()
      parents.withUnsafeMutableBufferPointer { placement.arrange($0) }
      #expect(Array(moves[..<listed]) == Array(placement.moves))
      #expect(moves[listed...].allSatisfy { $0 == .init(destination: -1, source: -1) })
    }
  }
}
