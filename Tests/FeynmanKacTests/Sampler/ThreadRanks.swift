import Foundation
import ParticleEngine
import Synchronization

/// Ranks that are threads of this process, for tests without a launcher.
final class ThreadRanks: RankGroup {
  let rank: Int
  let count: Int
  let shares: [Range<Int>]
  private let board: Board

  /// Where all of them leave what they have, and wait for the others.
  private final class Board: @unchecked Sendable {
    let condition = NSCondition()
    var messages: [Data?]
    var arrived = 0
    var round = 0
    var failed: Int?
    /// What was sent and not yet received, by sender and receiver.
    var letters: [[Int]: [Data]] = [:]

    init(_ count: Int) { messages = Array(repeating: nil, count: count) }

    /// What every one left, once all have.
    ///
    /// - Throws: `RankError` where one has ended with an error.
    func exchange(_ own: Data, of rank: Int) throws -> [Data] {
      condition.lock()
      defer { condition.unlock() }
      messages[rank] = own
      try arrive()
      let all = messages.map { $0! }
      // Nobody leaves a new one before all have read these.
      try arrive()
      return all
    }

    private func arrive() throws {
      let before = round
      arrived += 1
      if arrived == messages.count {
        (arrived, round) = (0, round + 1)
        condition.broadcast()
      }
      while round == before, failed == nil { condition.wait() }
      if let failed { throw RankError(rank: failed, status: 70) }
    }

    func send(_ letter: Data, along path: [Int]) {
      condition.lock()
      defer { condition.unlock() }
      letters[path, default: []].append(letter)
      condition.broadcast()
    }

    func receive(along path: [Int]) throws -> Data {
      condition.lock()
      defer { condition.unlock() }
      while letters[path, default: []].isEmpty, failed == nil { condition.wait() }
      if let failed { throw RankError(rank: failed, status: 70) }
      return letters[path]!.removeFirst()
    }

    func fail(_ rank: Int) {
      condition.lock()
      defer { condition.unlock() }
      failed = failed ?? rank
      condition.broadcast()
    }
  }

  private init(rank: Int, _ shares: [Range<Int>], _ board: Board) {
    self.rank = rank
    self.board = board
    self.shares = shares
    count = shares.count
  }

  static func group(_ shares: [Range<Int>]) -> [ThreadRanks] {
    let board = Board(shares.count)
    return shares.indices.map { ThreadRanks(rank: $0, shares, board) }
  }

  func exchange(_ own: UnsafeRawBufferPointer, _ all: UnsafeMutableRawBufferPointer) throws {
    let messages = try board.exchange(Data(own), of: rank)
    for (rank, message) in messages.enumerated() {
      precondition(message.count == own.count, "ranks exchange unlike messages")
      copy(message, to: all, at: rank * own.count)
    }
  }

  func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) throws {
    board.send(Data(bytes), along: [self.rank, rank])
  }

  func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) throws {
    copy(try board.receive(along: [rank, self.rank]), to: bytes, at: 0)
  }

  private func copy(_ message: Data, to all: UnsafeMutableRawBufferPointer, at place: Int) {
    message.copyBytes(to: UnsafeMutableRawBufferPointer(rebasing: all[place..<place + message.count]))
  }

  /// Runs all of them, each on a thread of its own.
  static func run(_ shares: [Range<Int>], _ body: @escaping @Sendable (ThreadRanks) throws -> Void) throws {
    let failures = Mutex<[any Error]>([])
    let running = DispatchGroup()
    for ranks in group(shares) {
      running.enter()
      Thread {
        do { try body(ranks) } catch {
          failures.withLock { $0.append(error) }
          ranks.board.fail(ranks.rank)
        }
        running.leave()
      }.start()
    }
    running.wait()
    if let first = failures.withLock({ $0.first }) { throw first }
  }
}
