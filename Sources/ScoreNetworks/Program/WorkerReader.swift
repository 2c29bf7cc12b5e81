/// What a program says, understood from wherever its bytes come.
package struct WorkerReader {
  /// The command as messages show it.
  let command: String
  /// Fills memory with the next bytes.
  let receive: (UnsafeMutableRawBufferPointer) throws(ProgramNetworkError) -> Void

  /// - Parameters:
  ///   - command: What messages call the program.
  ///   - receive: Fills memory with the next bytes of the program.
  package init(
    command: String, receive: @escaping (UnsafeMutableRawBufferPointer) throws(ProgramNetworkError) -> Void
  ) {
    self.command = command
    self.receive = receive
  }

  /// Takes the hello of a program.
  ///
  /// - Parameters:
  ///   - dimensions: The length of a row.
  ///   - conditionLength: How many numbers a condition has; 0 without.
  /// - Throws: `ProgramNetworkError` where it is none, or that of a program for something else.
  package func hello(dimensions: Int, conditionLength: Int) throws(ProgramNetworkError) {
    let bytes = try received(WorkerHello.size)
    guard let hello = bytes.withUnsafeBytes({ WorkerHello($0) }) else { throw notProtocol(bytes, .starting) }
    guard hello.version == WorkerHello.version else {
      throw .otherVersion(command: command, found: hello.version, expected: WorkerHello.version)
    }
    guard [0, dimensions].contains(hello.dimensions) else {
      throw .otherDimensions(command: command, found: hello.dimensions, expected: dimensions)
    }
    guard [0, conditionLength].contains(hello.conditionLength) else {
      throw .otherConditions(command: command, found: hello.conditionLength, expected: conditionLength)
    }
  }

  /// Takes an answer.
  ///
  /// - Parameters:
  ///   - shape: The parts, rows and dimensions that were asked for.
  ///   - outputs: Room for as many floats, which are filled.
  /// - Throws: `ProgramNetworkError`; `reported` where the program says what went wrong.
  package func answer(
    of shape: [Int], into outputs: UnsafeMutableRawBufferPointer
  ) throws(ProgramNetworkError) {
    let bytes = try received(WorkerAnswer.size)
    guard let answer = bytes.withUnsafeBytes({ WorkerAnswer($0) }) else {
      throw notProtocol(bytes, .answering)
    }
    if answer.isError {
      throw .reported(command: command, String(decoding: try received(answer.messageLength), as: UTF8.self))
    }
    let found = [answer.parts, answer.rows, answer.dimensions]
    guard found == shape else { throw .otherShape(command: command, found: found, expected: shape) }
    try receive(outputs)
  }

  private func received(_ count: Int) throws(ProgramNetworkError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let result: Result<Void, ProgramNetworkError> = bytes.withUnsafeMutableBytes { bytes in
      Result { () throws(ProgramNetworkError) in try receive(bytes) }
    }
    try result.get()
    return bytes
  }

  private func notProtocol(_ bytes: [UInt8], _ phase: ProgramNetworkError.Phase) -> ProgramNetworkError {
    let text = bytes.map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : "·" }.joined()
    return .notProtocol(command: command, phase, found: text)
  }
}
