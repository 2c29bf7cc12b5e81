import FeynmanKac
import Foundation
import ScoreNetworks
import Testing

// The Python module that programs import.

extension ProgramNetworkTests {
  private static let module = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../Clients/python").standardizedFileURL.path

  static let hasNumPy: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", "import numpy"]
    process.standardError = FileHandle.nullDevice
    try? process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  // Seen to catch: descriptor 1 left as it was.
  @Test(
    "the Python module serves a function, whatever is printed around it",
    .enabled(if: hasNumPy, "python3 has no numpy"))
  func module() throws {
    let script = try WorkerScript(
      """
      sys.path.insert(0, \(String(reflecting: Self.module)))
      import feynman_kac_worker
      print("loading", flush=True)
      os.system("echo from a child")
      def function(x, time, signal, noise, condition):
          print("asked", flush=True)
          if condition is not None and condition[0] == 9: raise ValueError("nine is too many")
          x += 0 if condition is None else condition.sum()
          return (x * signal + noise + time).astype("float64")
      feynman_kac_worker.serve(function, dimensions=2)
      """)
    defer { script.remove() }
    let network = try Self.network(script, conditionLength: 2)
    let states: [Float] = [1, 2, 3, 4]
    let outputs = try Self.outputs(network, of: states, conditions: [.vector([1, 2]), .none])
    #expect(outputs == states.map { ($0 + 3) / 2 + 2.25 } + states.map { $0 / 2 + 2.25 })
    #expect(
      throws: ProgramNetworkError.reported(command: "python3 model.py", "ValueError: nine is too many")
    ) { try Self.outputs(network, of: states, conditions: [.vector([9, 0])]) }
    #expect(throws: ProgramNetworkError.self) { try Self.network(script, dimensions: 3, conditionLength: 2) }
  }

  // Seen to catch: conditions repeated row by row in place of one below the other.
  @Test(
    "the Python module hands over all conditions at once where the function takes them",
    .enabled(if: hasNumPy, "python3 has no numpy"))
  func stacked() throws {
    let script = try WorkerScript(
      """
      sys.path.insert(0, \(String(reflecting: Self.module)))
      import feynman_kac_worker, numpy
      calls = 0
      def function(x, time, signal, noise, condition):
          global calls
          calls += 1
          assert x.shape == (6, 2) and condition.shape == (6, 2), (x.shape, condition.shape)
          return 1000 * calls + x + numpy.where(numpy.isnan(condition), 100, condition)
      feynman_kac_worker.serve(function, dimensions=2, conditions=2, stacked=True)
      """)
    defer { script.remove() }
    let network = try Self.network(script, conditionLength: 2)
    let states: [Float] = [1, 2, 3, 4, 5, 6]
    let outputs = try Self.outputs(network, of: states, conditions: [.none, .vector([10, 20])])
    #expect(
      outputs == states.map { 1100 + $0 } + zip(states, [10, 20, 10, 20, 10, 20]).map { 1000 + $0 + $1 })
  }
}
