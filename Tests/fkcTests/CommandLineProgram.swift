import Foundation

/// The built `fkc`, run as a person runs it: in a folder of its own, as a process of its own.
struct CommandLineProgram {
  struct Outcome: Equatable {
    let status: Int32
    let output: String
    let errors: String
  }

  /// The working directory of every call.
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("fkc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// The test runner and `fkc` are products of one build and stand in one folder.
  static let executable = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("fkc")

  func start(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (process: Process, output: Pipe, errors: Pipe) {
    let process = Process()
    process.executableURL = Self.executable
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return (process, output, errors)
  }

  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    let (process, output, errors) = try start(arguments, environment: environment)
    let outputText = output.fileHandleForReading.readDataToEndOfFile()
    let errorText = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: outputText, as: UTF8.self),
      errors: String(decoding: errorText, as: UTF8.self))
  }

  func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  // MARK: - Files

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  func json(_ name: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: bytes(name)) as! [String: Any]
  }

  /// Every file and folder below the working directory, hidden ones included.
  func entries() -> [String] {
    let names = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String]
    return (names ?? []).sorted()
  }
}

/// A small sound config and what to change in it.
enum TinyConfig {
  static let lines = [
    "seed: 7",
    "particles: 100",
    "islands: 1",
    "process: {kind: variance-exploding}",
    "models:",
    "  a: {kind: gaussian, mean: [0.0, 1.0], standard_deviation: 1.0}",
    "  b: {kind: gaussian-mixture, means: [[0.0, 1.0], [2.0, 3.0]], weights: [0.25, 0.75], standard_deviations: 1.0}",
    "target:",
    "  product: {a: 1.0, b: 0.5}",
    "sampler: {steps: 50}",
    "correction: feynman-kac",
    "resampling: {scheme: killing, ess_threshold: 0.5, window: [0.0, 1.0]}",
    "output: {directory: out}",
  ]

  /// The config with some lines, counted from 1, replaced.
  static func text(_ changes: [Int: String] = [:]) -> String {
    lines.enumerated().map { changes[$0.offset + 1] ?? $0.element }.joined(separator: "\n") + "\n"
  }
}
