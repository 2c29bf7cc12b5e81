import FeynmanKac
import Foundation
import ScoreNetworks
import Synchronization
import Testing

@Suite("ProgramNetwork")
struct ProgramNetworkTests {
  private static let point = NoisePoint(time: 0.25, signal: 0.5, noise: 2)

  static func network(
    _ script: WorkerScript, dimensions: Int = 2, conditionLength: Int = 0, timeLimit: Double = 60,
    workers: Int = 1
  ) throws -> ProgramNetwork {
    try ProgramNetwork(
      command: ["python3", "model.py"], folder: script.folder.path, dimensions: dimensions,
      conditionLength: conditionLength, timeLimit: timeLimit, workers: workers)
  }

  static func outputs(
    _ network: ProgramNetwork, of states: [Float], conditions: [Condition] = [.none]
  ) throws -> [Float] {
    let rows = states.count / network.dimensions
    var outputs = [Float](repeating: .nan, count: conditions.count * states.count)
    var workspace = [Float](
      repeating: 0, count: network.workspaceSize(rows: rows, conditions: conditions.count))
    try outputs.withUnsafeMutableBufferPointer { outputs in
      try workspace.withUnsafeMutableBufferPointer { workspace in
        try states.withUnsafeBufferPointer { states in
          try network.evaluate(
            NetworkBatch(
              count: rows, dimensions: network.dimensions, states: states.baseAddress!,
              conditions: conditions, outputs: outputs.baseAddress!, workspace: workspace),
            at: point)
        }
      }
    }
    return outputs
  }

  // Seen to catch: the noise sent in place of the time.
  @Test("every number of a request arrives, and answers come back part by part")
  func request() throws {
    let script = try WorkerScript(
      """
      asked = hello()
      assert asked == (b"FKhi", 1, 2, 3), asked
      rows, d, c, t, alpha, sigma, x = request()
      assert (rows, d, t, alpha, sigma) == (3, 2, 0.25, 0.5, 2.0)
      assert c == [None, (1.0, 2.0, 4.0)], c
      answer(rows, d, 2, list(x) + [v + sum(c[1]) for v in x])
      """)
    defer { script.remove() }
    let network = try Self.network(script, conditionLength: 3)
    #expect(network.conditioning == .vectors(dimensions: 3, optional: true))
    let states: [Float] = [1, 2, 3, 4, 5, 6]
    let outputs = try Self.outputs(network, of: states, conditions: [.none, .vector([1, 2, 4])])
    #expect(outputs == states + states.map { $0 + 7 })
  }

  // Seen to catch: a worker that is still in the list of free ones.
  @Test("blocks of many threads get their own answers", arguments: [1, 3])
  func threads(workers: Int) throws {
    let script = try WorkerScript(WorkerScript.doubling)
    defer { script.remove() }
    let network = try Self.network(script, workers: workers)
    let wrong = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 60) { block in
      let states = (0..<2 * (block + 1)).map { Float($0 + 1000 * block) }
      let outputs = try? Self.outputs(network, of: states)
      if outputs != states.map({ 2 * $0 }) { wrong.withLock { $0 += 1 } }
    }
    #expect(wrong.withLock { $0 } == 0)
  }

  // Seen to end by its time limit without the reading of standard error while waiting.
  @Test("a program that writes much to standard error goes on")
  func chatter() throws {
    let script = try WorkerScript(
      """
      sys.stderr = open(os.devnull, "w")  # The words themselves would fill the test's output.
      def talk(): os.write(2, b"\\0" * 200_000)
      talk()
      hello()
      rows, d, c, t, alpha, sigma, x = request()
      talk()
      answer(rows, d, 1, x)
      """)
    defer { script.remove() }
    #expect(try Self.outputs(Self.network(script), of: [1, 2]) == [1, 2])
  }

  @Test("a program that reports an error can be asked again")
  func reported() throws {
    let script = try WorkerScript(
      """
      hello()
      request()
      refuse("the sun is too low: 3°".encode())
      rows, d, c, t, alpha, sigma, x = request()
      answer(rows, d, 1, x)
      """)
    defer { script.remove() }
    let network = try Self.network(script)
    #expect(
      throws: ProgramNetworkError.reported(command: "python3 model.py", "the sun is too low: 3°")
    ) { try Self.outputs(network, of: [1, 2]) }
    #expect(try Self.outputs(network, of: [1, 2]) == [1, 2])
  }

  // MARK: - What goes wrong

  struct Fault: CustomTestStringConvertible {
    let name: String
    let script: String
    var timeLimit = 60.0
    var rows = 1
    let message: String
    var testDescription: String { name }
  }

  static let faults = [
    Fault(
      name: "ends before its hello",
      script: "print('a\\n\\n b\\nc\\nno weights', file=sys.stderr); sys.exit(3)",
      message: "ended with status 3 before it was ready; the end of its standard error: b / c / no weights"),
    Fault(
      name: "is killed before its hello", script: "os.kill(os.getpid(), signal.SIGKILL)",
      message: "was ended by signal 9 before it was ready"),
    Fault(
      name: "is killed while it is asked", script: "hello(); request(); os.kill(os.getpid(), signal.SIGSEGV)",
      message: "was ended by signal 11 before it had answered"),
    Fault(
      name: "ends in the middle of an answer",
      script: "hello(); request(); o.write(struct.pack('<4s5If', b'FKrs', 0, 1, 2, 1, 0, 1)); o.flush()",
      message: "ended with status 0 before it had answered"),
    Fault(
      name: "closes its output and runs on",
      script: "hello(); os.close(0); os.close(1); time.sleep(1000)",
      message: "closed its standard output before it had answered"),
    Fault(
      name: "is never ready", script: "time.sleep(1000)", timeLimit: 3,
      message: "was not ready within 3.0 seconds; raise `timeLimit` if it needs longer"),
    Fault(
      name: "never answers, nor heeds SIGTERM",
      script: "signal.signal(signal.SIGTERM, signal.SIG_IGN); hello(); request(); time.sleep(1000)",
      timeLimit: 3, message: "did not answer within 3.0 seconds; raise `timeLimit` if it needs longer"),
    Fault(
      name: "never reads a large request", script: "hello(); time.sleep(1000)", timeLimit: 3,
      rows: 500_000,
      message: "did not answer within 3.0 seconds; raise `timeLimit` if it needs longer"),
    Fault(
      name: "prints before its hello", script: "print('Loading the model on the CPU', flush=True); hello()",
      message:
        "sent 'Loading the mode' in place of its hello; nothing but the protocol may be written to its standard output"
    ),
    Fault(
      name: "prints before its answer",
      script:
        "hello(); request(); print('step 1 of 250 took 0.125 seconds\\n', flush=True); time.sleep(1000)",
      message:
        "sent 'step 1 of 250 took 0.125' in place of an answer; nothing but the protocol may be written to its standard output"
    ),
    Fault(
      name: "speaks another version", script: "hello(version=2); time.sleep(1000)",
      message: "speaks version 2 of the protocol; version 1 is needed"),
    Fault(
      name: "has other dimensions", script: "hello(dimensions=3); time.sleep(1000)",
      message: "answers for 3 dimensions, not for 2"),
    Fault(
      name: "has other conditions", script: "hello(conditions=4); time.sleep(1000)",
      message: "takes conditions of 4 numbers, not of 0"),
    Fault(
      name: "answers with another shape", script: "hello(); request(); answer(1, 3, 1, [0, 0, 0])",
      message: "answered with shape [1, 1, 3]; it was asked for [1, 1, 2]"),
  ]

  // Seen to catch: a worker that is left to the end of its network after an error.
  @Test("a program that goes wrong is named with what happened, and is gone", arguments: faults)
  func goesWrong(fault: Fault) throws {
    let script = try WorkerScript(
      "open('process', 'w').write(str(os.getpid()))\n" + fault.script)
    defer { script.remove() }
    var network: ProgramNetwork?
    do {
      network = try Self.network(script, timeLimit: fault.timeLimit)
      _ = try Self.outputs(network!, of: [Float](repeating: 1, count: 2 * fault.rows))
      Issue.record("nothing was thrown")
    } catch let error as ProgramNetworkError {
      #expect(error.description == "'python3 model.py' " + fault.message)
      let process = try #require(script.lines("process").first.flatMap { Int32($0) })
      // It is gone before the error is thrown, while the network is still there.
      #expect(!WorkerScript.isAlive(process))
      if let network { #expect(throws: error) { try Self.outputs(network, of: [1, 2]) } }
    }
  }

  @Test("a program that does not exist, and a folder that does not, are said when they are wanted")
  func missing() throws {
    #expect(
      throws: ProgramNetworkError.notStarted(
        command: "no-such-program model.py", reason: "No such file or directory")
    ) { try ProgramNetwork(command: ["no-such-program", "model.py"], folder: "/", dimensions: 1) }
    #expect(
      throws: ProgramNetworkError.folderMissing(folder: "/no/such", reason: "No such file or directory")
    ) { try ProgramNetwork(command: ["python3"], folder: "/no/such", dimensions: 1) }
  }

  // Seen to catch: SIGKILL for the process and not for its group.
  @Test("programs and what they started are gone with their network")
  func noneIsLeft() throws {
    let script = try WorkerScript(
      """
      child = os.fork()
      if child == 0:
          os.close(0), os.close(1)
          time.sleep(1000)
      open('processes', 'a').write(f"{os.getpid()}\\n{child}\\n")
      """ + "\n" + WorkerScript.doubling)
    defer { script.remove() }
    do {
      let network = try Self.network(script, workers: 2)
      _ = try Self.outputs(network, of: [1, 2])
      let processes = script.lines("processes").compactMap { Int32($0) }
      #expect(processes.count == 4)
      #expect(processes.allSatisfy(WorkerScript.isAlive))
    }
    let processes = script.lines("processes").compactMap { Int32($0) }
    // A process that is nobody's child any longer is waited for by the system, in its own time.
    for _ in 0..<500 where processes.contains(where: WorkerScript.isAlive) { usleep(10_000) }
    #expect(!processes.contains(where: WorkerScript.isAlive))
  }

  // Seen to catch: a wait that looks at nothing but its time limit.
  @Test("waiting ends where nobody wants the answer any longer, and the program with it")
  func cancelled() throws {
    let script = try WorkerScript(
      """
      hello()
      request()
      open('process', 'w').write(str(os.getpid()))
      time.sleep(1000)
      """)
    defer { script.remove() }
    let network = try ProgramNetwork(
      command: ["python3", "model.py"], folder: script.folder.path, dimensions: 2,
      isCancelled: { !script.lines("process").isEmpty })
    let began = ContinuousClock.now
    for _ in 0..<2 {
      #expect(throws: CancellationError.self) { try Self.outputs(network, of: [1, 2]) }
    }
    #expect(ContinuousClock.now - began < .seconds(2))
    let process = try #require(script.lines("process").first.flatMap { Int32($0) })
    #expect(!WorkerScript.isAlive(process))
  }

  @Test("what a program started is gone when the program has ended, even what left its group and its parent")
  func daemons() throws {
    let script = try WorkerScript(
      """
      if os.fork() == 0:
          os.setsid()
          os.closerange(0, 3)
          if os.fork() == 0:
              open('daemon', 'w').write(str(os.getpid()))
              time.sleep(1000)
          os._exit(0)
      while not os.path.exists('daemon'): time.sleep(0.01)
      hello()
      request()
      sys.exit(3)
      """)
    defer { script.remove() }
    let network = try Self.network(script)
    let daemon = try #require(script.lines("daemon").first.flatMap { Int32($0) })
    #expect(WorkerScript.isAlive(daemon))
    #expect(
      throws: ProgramNetworkError.ended(
        command: "python3 model.py", .status(3), .answering, standardError: [])
    ) { try Self.outputs(network, of: [1, 2]) }
    #expect(!WorkerScript.isAlive(daemon))
  }
}
