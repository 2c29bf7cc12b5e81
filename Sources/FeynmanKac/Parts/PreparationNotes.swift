/// What a run has found out before its first step, kept beside its checkpoints from time to time: one that is killed before that step comes on, too.
///
/// Everything has a name, and is found by the same calls in the same order where the run begins again.
final class PreparationNotes {
  /// Where they are kept; nil where nobody keeps them.
  private let path: String?
  /// What tells the notes of this run from others'.
  private let head: [UInt8]
  /// What was found so far, by its name, to be encoded.
  private var found: [String: () throws -> [UInt8]] = [:]
  /// What an earlier process has left; nil where there is nothing of this run.
  private let former: StateFileReader?
  private let watch: Stopwatch
  /// When they were written last, and how long the next time is waited for, in seconds.
  private var last = 0.0
  private var pause: Double
  private let isAutomatic: Bool
  /// How many times as long as it took to write them is waited for at least, where nobody says.
  private static let patience = 20.0

  /// - Parameters:
  ///   - folder: Where they are kept; nil where nobody keeps them.
  ///   - isRead: An earlier process of this very run may have left some there.
  ///   - isWritten: This is the process that keeps them, of those that share a run and find the same.
  ///   - identity: Anything that says which run this is.
  ///   - pause: How long the next time is waited for, in seconds; nil for a second, and for longer where it takes long to write them.
  init(
    in folder: String?, isRead: Bool, isWritten: Bool, identity: String, pause: Double?, by watch: Stopwatch
  ) {
    (self.watch, self.pause, isAutomatic) = (watch, pause ?? 1, pause == nil)
    path = isWritten ? folder : nil
    let head = Array("\(Platform.libraryVersion)\n\(Platform.kernelLevel)\n\(identity)".utf8)
    self.head = head
    let file = isRead ? folder.flatMap { try? StateFileReader("\($0)/\(CheckpointFolder.notesName)") } : nil
    former = file.flatMap { Self.isWhole($0, head) ? $0 : nil }
  }

  /// Notes that nobody keeps.
  convenience init() {
    self.init(in: nil, isRead: false, isWritten: false, identity: "", pause: 0, by: Stopwatch())
  }

  private static func isWhole(_ file: StateFileReader, _ head: [UInt8]) -> Bool {
    var there: [UInt8] = []
    return (try? file.verify()) != nil && (try? StateExchange(from: file).array("head", &there)) != nil
      && there == head
  }

  /// A value that an earlier process of the run has found, or else one that is found now.
  ///
  /// - Parameter isPossible: Whether it is as long as whoever uses it takes for granted; one that is not is found anew.
  func found<Value: Codable>(
    _ name: String, isPossible: (Value) -> Bool = { _ in true }, by find: () throws -> Value?
  ) throws -> Value? {
    let there = former.flatMap { Self.read(name, of: Finding<Value>.self, from: $0) }
    let known = there.flatMap { $0.value.map(isPossible) == false ? nil : $0 }
    let value = try known ?? Finding(value: find())
    found[name] = { try PropertyList.bytes(of: value) }
    try keep { _ in }
    return value.value
  }

  /// Brings a run to where an earlier process has left it, or to its start.
  ///
  /// - Throws: `RunError` of the start.
  func begin(_ run: SamplingRun, _ name: String) throws {
    if let former, (try? former.open("\(name): state")) != nil {
      return try exchange(run, name, StateExchange(from: former))
    }
    try run.begin()
  }

  /// Keeps where a run is, from time to time.
  func keep(_ run: SamplingRun, _ name: String) throws {
    try keep { try exchange(run, name, $0) }
  }

  private func exchange(_ run: SamplingRun, _ name: String, _ state: StateExchange) throws {
    var mark: UInt8 = 1
    try state.value("\(name): state", &mark)
    try state.within(name) {
      try run.streams.exchange(state)
      try run.exchange(state)
    }
  }

  /// - Parameter more: Writes what there is besides.
  private func keep(_ more: (StateExchange) throws -> Void) throws {
    guard let path, watch.seconds - last >= pause else { return }
    let begin = watch.seconds
    var head = head
    let all = try found.sorted { $0.key < $1.key }.map { ($0.key, try $0.value()) }
    do {
      try CheckpointFolder(making: path).writeNotes { state in
        try state.array("head", &head)
        for (name, bytes) in all {
          var bytes = bytes
          try state.array(name, &bytes)
        }
        try more(state)
      }
    } catch is FileError {
      // The next try, or the first checkpoint, tells of a disk that does not take them.
    }
    last = watch.seconds
    if isAutomatic { pause = max(1, Self.patience * (last - begin)) }
  }

  /// A value, or that there is none.
  private struct Finding<Value: Codable>: Codable {
    let value: Value?
  }

  private static func read<Value: Decodable>(_ name: String, of type: Value.Type, from file: StateFileReader)
    -> Value?
  {
    var bytes: [UInt8] = []
    guard (try? StateExchange(from: file).array(name, &bytes)) != nil else { return nil }
    return PropertyList.value(type, from: bytes)
  }
}
