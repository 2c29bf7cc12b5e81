internal import CMPI
import Libc

/// The processes that a launcher of MPI started.
///
/// With the bytes that are handed around all say what they are about to do, so that one that has ended in an error takes part once more, and the others
/// learn of it in place of waiting for ever.
///
/// Unchecked: it belongs to the thread that started it.
package final class MPIRanks: RankGroup, @unchecked Sendable {
  /// What a process is about to do.
  private struct Intent: BitwiseCopyable {
    /// 0, or the exit status with which it ends.
    var status: Int64
    /// How many bytes it hands around.
    var bytes: Int64
  }

  package private(set) var rank: Int
  package private(set) var count: Int
  package private(set) var shares: [Range<Int>] = []
  /// How many processes of the launcher are on this machine.
  package let countHere: Int
  /// Which MPI it is.
  package let family: String
  /// What this process says, and what all say, in letters of one size: who has ended does not know what the others are about to do.
  private let own = UnsafeMutableRawBufferPointer.allocate(byteCount: MPIRanks.size, alignment: 16)
  private var letters: UnsafeMutableRawBufferPointer
  private static let size = 4096
  /// The bytes that a letter has room for.
  private static let letter = size - MemoryLayout<Intent>.size
  private var hasLeft = false

  /// The variable that names the library, or is `none` for a process that does not belong to the others.
  package static let variable = "FKC_MPI"

  /// Starts MPI where a launcher of it started this process; nil where none did.
  ///
  /// - Throws: `SetupError` where its library cannot be loaded or does not start.
  package static func launched() throws(SetupError) -> MPIRanks? {
    let named = getenv(variable).map { String(cString: $0) }
    guard fk_mpi_is_launched() != 0, named != "none" else { return nil }
    if let problem = fk_mpi_start(named) {
      throw SetupError(
        "ranks",
        "\(String(cString: problem)); set \(variable) to the path of the launcher's library, or to 'none' for processes that have nothing to do with "
          + "each other")
    }
    return MPIRanks()
  }

  private init() {
    rank = Int(fk_mpi_rank())
    count = Int(fk_mpi_size())
    countHere = Int(fk_mpi_local_size())
    family = String(cString: fk_mpi_family())
    own.initializeMemory(as: UInt8.self, repeating: 0)
    letters = .allocate(byteCount: count * Self.size, alignment: 16)
  }

  deinit {
    own.deallocate()
    letters.deallocate()
  }

  /// Spreads a run's islands over the processes. All call it.
  ///
  /// - Parameters:
  ///   - islands: Those of the run.
  ///   - unit: How many of them stay together.
  /// - Returns: Whether this process has any; one that has none is by itself after it.
  /// - Throws: `RankError` where another process has ended.
  package func spread(_ islands: Int, unit: Int) throws -> Bool {
    _ = try gather(Int64(islands))
    let used = min(count, (islands + unit - 1) / unit)
    let isUsed = rank < used
    guard fk_mpi_keep(CInt(clamping: used)) == 0 else { throw RankError(rank: rank, status: 70) }
    rank = Int(fk_mpi_rank())
    count = isUsed ? used : count - used
    shares =
      isUsed ? Self.shares(of: islands, unit: unit, among: used) : Array(repeating: 0..<0, count: count)
    return isUsed
  }

  package func exchange(_ own: UnsafeRawBufferPointer, _ all: UnsafeMutableRawBufferPointer) throws {
    try tell(Intent(status: 0, bytes: Int64(own.count)), own)
    try check(own.count)
    guard own.count > Self.letter else {
      for rank in 0..<count {
        all.baseAddress!.advanced(by: rank * own.count).copyMemory(
          from: letters.baseAddress!.advanced(by: rank * Self.size + MemoryLayout<Intent>.size),
          byteCount: own.count)
      }
      return
    }
    guard fk_mpi_allgather(own.baseAddress, all.baseAddress, CInt(clamping: own.count)) == 0 else {
      throw RankError(rank: rank, status: 70)
    }
  }

  /// The most bytes of a message between two processes.
  private static let message = 1 << 30

  package func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) throws {
    for first in stride(from: 0, to: bytes.count, by: Self.message) {
      let count = min(Self.message, bytes.count - first)
      guard fk_mpi_send(bytes.baseAddress! + first, CInt(clamping: count), CInt(clamping: rank)) == 0 else {
        throw RankError(rank: rank, status: 70)
      }
    }
  }

  package func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) throws {
    for first in stride(from: 0, to: bytes.count, by: Self.message) {
      let count = min(Self.message, bytes.count - first)
      guard fk_mpi_receive(bytes.baseAddress! + first, CInt(clamping: count), CInt(clamping: rank)) == 0
      else {
        throw RankError(rank: rank, status: 70)
      }
    }
  }

  private func check(_ bytes: Int) throws {
    precondition(bytes <= Int(CInt.max), "\(bytes) bytes are too many for one message")
    if let ended = (0..<count).first(where: { intent(of: $0).status != 0 }) {
      throw RankError(rank: ended, status: Int32(clamping: intent(of: ended).status))
    }
    precondition(
      (0..<count).allSatisfy { intent(of: $0).bytes == Int64(bytes) },
      "processes of one run do different things")
  }

  private func intent(of rank: Int) -> Intent {
    letters.load(fromByteOffset: rank * Self.size, as: Intent.self)
  }

  /// Sends everybody what this process is about to do, with the bytes that are to be handed around where they are few.
  private func tell(_ intent: Intent, _ bytes: UnsafeRawBufferPointer) throws {
    own.storeBytes(of: intent, as: Intent.self)
    if !bytes.isEmpty, bytes.count <= Self.letter {
      own.baseAddress!.advanced(by: MemoryLayout<Intent>.size).copyMemory(
        from: bytes.baseAddress!, byteCount: bytes.count)
    }
    guard fk_mpi_allgather(own.baseAddress, letters.baseAddress, CInt(clamping: Self.size)) == 0 else {
      throw RankError(rank: rank, status: 70)
    }
  }

  /// Tells the others that this process ends with an error, unless one of them has said so before.
  ///
  /// - Returns: Whether it is this process that says what the error was: the first of those that end now.
  package func leave(status: Int32) -> Bool {
    guard !hasLeft else { return false }
    hasLeft = true
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    guard (try? tell(Intent(status: Int64(status), bytes: 0), nothing)) != nil else { return true }
    return (0..<count).first { intent(of: $0).status != 0 } == rank
  }

  /// Ends MPI, as the last call.
  package func end() { fk_mpi_end() }
}
