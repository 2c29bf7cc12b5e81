internal import CSubprocess
import FeynmanKac
import Libc

/// One program that answers requests. One thread uses it at a time.
final class ProgramWorker {
  /// The command as messages show it.
  let command: String
  private let timeLimit: Double
  private let isCancelled: @Sendable () -> Bool
  private var program: fk_program
  private let errors: ErrorStream
  private let hello: UnsafeMutableRawBufferPointer
  private var isRunning = true

  /// How long a program may take to end by itself, and then after SIGTERM, in seconds.
  private static let grace = 1.0
  /// The same where somebody waits for this process to end.
  private static let shortGrace = 0.1
  /// How long a wait may go on before it is asked whether it is still wanted, in milliseconds.
  private static let patience: Int32 = 50

  /// Starts it.
  ///
  /// - Parameter isCancelled: Asked again and again while the program is waited for; true ends the waiting.
  /// - Throws: `ProgramNetworkError.folderMissing` or `notStarted`.
  init(
    _ arguments: [String], folder: String, timeLimit: Double, isCancelled: @escaping @Sendable () -> Bool
  ) throws(ProgramNetworkError) {
    command = arguments.joined(separator: " ")
    self.timeLimit = timeLimit
    self.isCancelled = isCancelled
    var program = fk_program()
    var stage: Int32 = 0
    var texts = arguments.map { UnsafePointer(strdup($0)) } + [nil]
    defer { for text in texts { free(UnsafeMutablePointer(mutating: text)) } }
    let error = fk_program_start(&texts, folder, &program, &stage)
    guard error == 0 else {
      let problem = String(cString: strerror(error))
      throw stage == Int32(FK_START_FOLDER)
        ? .folderMissing(folder: folder, reason: problem) : .notStarted(command: command, reason: problem)
    }
    self.program = program
    errors = ErrorStream(program.errors)
    hello = .allocate(byteCount: WorkerHello.size, alignment: 8)
  }

  deinit {
    Self.stop([self], isPatient: false)
    hello.deallocate()
  }

  // MARK: - Conversation

  /// Exchanges hellos.
  ///
  /// - Parameter deadline: The end of the time for all that happens before the program is ready.
  func greet(
    dimensions: Int, conditionLength: Int, by deadline: Deadline
  ) throws(ProgramNetworkError) {
    WorkerHello(dimensions: dimensions, conditionLength: conditionLength).write(to: hello)
    try send(UnsafeRawBufferPointer(hello), .init(start: nil, count: 0), .starting, by: deadline)
    try reader(.starting, by: deadline).hello(dimensions: dimensions, conditionLength: conditionLength)
  }

  /// Fills `batch.outputs`.
  func answer(
    _ batch: NetworkBatch, at point: NoisePoint, conditionLength: Int
  ) throws(ProgramNetworkError) {
    let values = batch.count * batch.dimensions
    let size = WorkerRequest.size(conditions: batch.conditions.count, conditionLength: conditionLength)
    let request = UnsafeMutableRawBufferPointer(start: batch.workspace.baseAddress, count: size)
    WorkerRequest(batch: batch, point: point, conditionLength: conditionLength).write(to: request)
    let outputs = UnsafeMutableRawBufferPointer(
      start: batch.outputs, count: 4 * values * batch.conditions.count)
    try exchange(
      request, UnsafeRawBufferPointer(start: batch.states, count: 4 * values),
      of: [batch.conditions.count, batch.count, batch.dimensions], into: [outputs])
  }

  /// Fills `batch.values`, and `batch.gradients` where they are wanted.
  func answer(_ batch: RewardBatch, wantsGradients: Bool) throws(ProgramNetworkError) {
    let values = batch.count * batch.dimensions
    let request = UnsafeMutableRawBufferPointer(
      start: batch.workspace.baseAddress, count: WorkerRewardRequest.size)
    WorkerRewardRequest(batch: batch, wantsGradients: wantsGradients).write(to: request)
    var answers = [UnsafeMutableRawBufferPointer(start: batch.values, count: 8 * batch.count)]
    if wantsGradients {
      answers.append(UnsafeMutableRawBufferPointer(start: batch.gradients, count: 4 * values))
    }
    try exchange(
      request, UnsafeRawBufferPointer(start: batch.states, count: 4 * values),
      of: [answers.count, batch.count, batch.dimensions], into: answers)
  }

  private func exchange(
    _ request: UnsafeMutableRawBufferPointer, _ states: UnsafeRawBufferPointer, of shape: [Int],
    into answers: [UnsafeMutableRawBufferPointer]
  ) throws(ProgramNetworkError) {
    let deadline = Deadline(seconds: timeLimit)
    try send(UnsafeRawBufferPointer(request), states, .answering, by: deadline)
    do throws(ProgramNetworkError) {
      let reader = reader(.answering, by: deadline)
      try reader.answer(of: shape, into: answers[0])
      for answer in answers.dropFirst() { try reader.receive(answer) }
    } catch {
      if case .reported = error { errors.passOn() }
      throw error
    }
  }

  private func reader(_ phase: ProgramNetworkError.Phase, by deadline: Deadline) -> WorkerReader {
    WorkerReader(command: command) { bytes throws(ProgramNetworkError) in
      try self.receive(bytes, phase, by: deadline)
    }
  }

  // MARK: - Bytes

  private func send(
    _ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, _ phase: ProgramNetworkError.Phase,
    by deadline: Deadline
  ) throws(ProgramNetworkError) {
    var sent = 0
    while sent < head.count + body.count {
      let count = fk_stream_send(
        program.stream, head.baseAddress, head.count, body.baseAddress, body.count, sent)
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        try wait(for: POLLOUT, phase, by: deadline)
      } else if errno != EINTR {
        throw ended(phase)
      }
    }
  }

  private func receive(
    _ bytes: UnsafeMutableRawBufferPointer, _ phase: ProgramNetworkError.Phase, by deadline: Deadline
  ) throws(ProgramNetworkError) {
    var rest = bytes
    while !rest.isEmpty {
      try wait(for: POLLIN, phase, by: deadline)
      let count = recv(program.stream, rest.baseAddress, rest.count, 0)
      if count > 0 {
        rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
      } else if count == 0 || (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) {
        throw ended(phase)
      }
    }
  }

  /// Waits until the stream can be written or read, passing on standard error meanwhile.
  private func wait(
    for events: Int32, _ phase: ProgramNetworkError.Phase, by deadline: Deadline
  ) throws(ProgramNetworkError) {
    while true {
      guard !isCancelled() else { throw .cancelled(command: command) }
      let left = deadline.milliseconds
      var descriptors = (
        pollfd(fd: program.stream, events: Int16(truncatingIfNeeded: events), revents: 0),
        pollfd(fd: errors.descriptor, events: Int16(POLLIN), revents: 0)
      )
      let count = withUnsafeMutableBytes(of: &descriptors) {
        poll($0.baseAddress!.assumingMemoryBound(to: pollfd.self), 2, min(left, Self.patience))
      }
      if count > 0, descriptors.1.revents != 0 { errors.passOn() }
      if count > 0, descriptors.0.revents != 0 { return }
      if left == 0 { throw .tooSlow(command: command, seconds: timeLimit, phase) }
    }
  }

  // MARK: - Ending

  /// Why nothing more comes.
  private func ended(_ phase: ProgramNetworkError.Phase) -> ProgramNetworkError {
    let deadline = Deadline(seconds: Self.grace)
    while fk_program_has_ended(&program) == 0, deadline.milliseconds > 0 {
      errors.passOn()
      usleep(2_000)
    }
    let hasEnded = fk_program_has_ended(&program) != 0
    errors.passOn()
    let status = reap()
    let ending: ProgramNetworkError.Ending =
      !hasEnded ? .closedOutput : status < 0 ? .signal(-status) : .status(status)
    return .ended(command: command, ending, phase, standardError: errors.lastLines)
  }

  /// - Returns: The exit status, or minus the signal that ended it.
  @discardableResult private func reap() -> Int {
    guard isRunning else { return 0 }
    isRunning = false
    let status = Int(fk_program_reap(&program))
    close(program.stream)
    errors.passOn()
    return status
  }

  /// Ends programs: they see the end of their input, then SIGTERM, then SIGKILL, with time to react in between.
  ///
  /// - Parameter isPatient: Whether they get time before SIGTERM, as those do that have not misbehaved.
  static func stop(_ workers: [ProgramWorker], isPatient: Bool) {
    let running = workers.filter(\.isRunning)
    for worker in running { fk_stream_finish(worker.program.stream) }
    if isPatient { awaitEnd(of: running) }
    for worker in running where fk_program_has_ended(&worker.program) == 0 {
      fk_program_signal(&worker.program, SIGTERM)
    }
    awaitEnd(of: running)
    for worker in running { worker.reap() }
  }

  private static func awaitEnd(of workers: [ProgramWorker]) {
    let deadline = Deadline(seconds: grace)
    let shortDeadline = Deadline(seconds: shortGrace)
    while deadline.milliseconds > 0 {
      if shortDeadline.milliseconds == 0, workers.contains(where: { $0.isCancelled() }) { return }
      // One that waits for its words to be read would never end.
      for worker in workers { worker.errors.passOn() }
      if workers.allSatisfy({ fk_program_has_ended(&$0.program) != 0 }) { return }
      usleep(1_000)
    }
  }
}
