/// The processes that share the islands of one run, as each of them sees it. All make the same calls in the same order.
package protocol RankGroup: AnyObject, Sendable {
  /// The number of this process, from 0. The first one writes the results.
  var rank: Int { get }
  /// How many there are.
  var count: Int { get }
  /// The islands of each process.
  var shares: [Range<Int>] { get }

  /// Hands around as many bytes of every process to every process.
  ///
  /// - Parameters:
  ///   - own: Of this process.
  ///   - all: Of all, in the order of their numbers.
  /// - Throws: `RankError` where another process has ended.
  func exchange(_ own: UnsafeRawBufferPointer, _ all: UnsafeMutableRawBufferPointer) throws

  /// Sends bytes to one process, which receives as many of this one next.
  ///
  /// - Throws: `RankError` where that cannot be done.
  func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) throws

  /// Receives bytes of one process.
  ///
  /// - Throws: `RankError` where that cannot be done.
  func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) throws
}

/// Another of the processes that share a run has ended, and so must this one.
package struct RankError: Error, Sendable, Equatable {
  /// Its number.
  package let rank: Int
  /// Its exit status.
  package let status: Int32

  package init(rank: Int, status: Int32) {
    self.rank = rank
    self.status = status
  }
}

extension RankGroup {
  /// The islands of this process.
  package var share: Range<Int> { shares[rank] }

  /// The islands of each process: as even as whole units of islands allow. A process that none is left for has none.
  ///
  /// - Parameters:
  ///   - islands: Those of the run.
  ///   - unit: How many islands stay together.
  package static func shares(of islands: Int, unit: Int = 1, among ranks: Int) -> [Range<Int>] {
    let units = (islands + unit - 1) / unit
    return (0..<ranks).map { rank in
      min(islands, rank * units / ranks * unit)..<min(islands, (rank + 1) * units / ranks * unit)
    }
  }

  /// Hands around what islands have: each process has filled in its own, and after it all processes have those of all.
  ///
  /// - Parameters:
  ///   - base: Of the first island of the run.
  ///   - count: Values of all its islands, each as many.
  /// - Throws: `RankError` where another process has ended.
  package func gather<Element: BitwiseCopyable>(_ base: UnsafeMutablePointer<Element>, count: Int) throws {
    let rows = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: base, count: count))
    let islands = shares[shares.count - 1].upperBound
    let stride = rows.count / islands
    // All as long as the longest.
    let size = shares.reduce(0) { max($0, $1.count) } * stride
    try withUnsafeTemporaryAllocation(byteCount: (self.count + 1) * size, alignment: 16) { buffer in
      let own = UnsafeMutableRawBufferPointer(rebasing: buffer[..<size])
      let all = UnsafeMutableRawBufferPointer(rebasing: buffer[size...])
      own.copyMemory(from: UnsafeRawBufferPointer(rebasing: rows[bytes(share, stride)]))
      try exchange(UnsafeRawBufferPointer(own), all)
      for (rank, islands) in shares.enumerated() where rank != self.rank {
        let place = bytes(islands, stride)
        UnsafeMutableRawBufferPointer(rebasing: rows[place]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: all[rank * size..<rank * size + place.count]))
      }
    }
  }

  private func bytes(_ islands: Range<Int>, _ stride: Int) -> Range<Int> {
    islands.lowerBound * stride..<islands.upperBound * stride
  }

  /// Hands around values of which each island of the run has as many.
  ///
  /// - Throws: `RankError` where another process has ended.
  package func gather<Element: BitwiseCopyable>(_ values: inout [Element]) throws {
    try values.withUnsafeMutableBufferPointer { try gather($0.baseAddress!, count: $0.count) }
  }

  /// Sends bytes, with how many they are before them.
  ///
  /// - Throws: `RankError` where that cannot be done.
  package func send(_ bytes: [UInt8], to rank: Int) throws {
    var count = bytes.count
    try withUnsafeBytes(of: &count) { try send($0, to: rank) }
    try bytes.withUnsafeBytes { try send($0, to: rank) }
  }

  /// Receives bytes, with how many they are before them.
  ///
  /// - Throws: `RankError` where that cannot be done.
  package func receive(from rank: Int) throws -> [UInt8] {
    var count = 0
    try withUnsafeMutableBytes(of: &count) { try receive($0, from: rank) }
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try receive($0, from: rank) }
    return bytes
  }

  /// Tells every process the number of each.
  ///
  /// - Throws: `RankError` where another process has ended.
  package func gather(_ number: Int64) throws -> [Int64] {
    var own = number
    var all = [Int64](repeating: 0, count: count)
    try all.withUnsafeMutableBytes { all in
      try withUnsafeBytes(of: &own) { own in try exchange(own, all) }
    }
    return all
  }
}
