import ScoreNetworks

extension FuzzTarget {
  /// What a program says: its hello, then answers until nothing more comes. The first byte says what was asked for.
  static let worker = FuzzTarget("worker") { bytes in
    guard let asked = bytes.first else { return }
    let (rows, dimensions, parts) = (1 + Int(asked & 7), 1 + Int(asked >> 3 & 7), 1 + Int(asked >> 6))
    let speech = Speech(bytes.dropFirst())
    let reader = WorkerReader(command: "worker", receive: speech.fill)
    try reader.hello(dimensions: dimensions, conditionLength: parts - 1)
    var outputs = [Float](repeating: 0, count: rows * dimensions * parts)
    repeat {
      let result = outputs.withUnsafeMutableBytes { outputs in
        Result { () throws(ProgramNetworkError) in
          try reader.answer(of: [parts, rows, dimensions], into: outputs)
        }
      }
      // Who reports a fault is asked again.
      if case .failure(let error) = result {
        precondition(!error.description.isEmpty, "no sentence says what is wrong")
        guard case .reported = error else { throw error }
      }
    } while !speech.isAtEnd
  }

  /// The bytes that a program says.
  private final class Speech {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    func fill(_ memory: UnsafeMutableRawBufferPointer) throws(ProgramNetworkError) {
      guard memory.count <= rest.count else {
        throw .ended(command: "worker", .closedOutput, .answering, standardError: [])
      }
      memory.copyBytes(from: rest.prefix(memory.count))
      rest = rest.dropFirst(memory.count)
    }
  }
}
