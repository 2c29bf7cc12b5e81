import FeynmanKac
import Foundation
import Testing

/// Rewards in a config: what they may say, what they become, and what is refused.
@Suite struct RewardConfigurationTests {
  /// A case whose reward stands on line 10 of the tiny config.
  private static func reward(
    _ name: String, _ reward: String, status: Int32 = 65, _ error: String
  ) -> ConfigurationFaultCase {
    ConfigurationFaultCase(
      name, [9: "  product: {a: 1.0, b: 0.5}\n  reward: \(reward)"], status: status,
      "c.yaml:10: target.reward\(error)")
  }

  static let cases: [ConfigurationFaultCase] = [
    reward(
      "an unknown kind", "{kind: measurment, matrix: [[1, 2]], observation: [1], standard_deviation: 1}",
      ".kind: found 'measurment'; did you mean 'measurement'?"),
    reward(
      "a ragged matrix",
      "{kind: measurement, matrix: [[1, 2], [3]], observation: [1, 2], standard_deviation: 1}",
      ".matrix: row 2 has 1 entries; row 1 has 2"),
    reward(
      "another length than the matrix has rows",
      "{kind: measurement, matrix: [[1, 2]], observation: [1, 2], standard_deviation: 1}",
      ".observation: has length 2; the matrix has 1 rows, give as many"),
    reward(
      "a matrix of other dimensions",
      "{kind: measurement, matrix: [[1, 2, 3]], observation: [1], standard_deviation: 1}",
      ": the reward has 3 dimensions, the models have 2; give the same"),
    reward(
      "no noise", "{kind: measurement, matrix: [[1, 2]], observation: [1], standard_deviation: 0}",
      ".standard_deviation: found '0'; give a number above 0"),
    reward(
      "a matrix and a file",
      "{kind: measurement, matrix: [[1, 2]], file: A.npy, observation: [1], standard_deviation: 1}",
      ": matrix and file exclude each other; give exactly one of matrix, file"),
    reward(
      "a file that is not there",
      "{kind: measurement, file: A.npy, observation: [1], standard_deviation: 1}", status: 66,
      ".file: 'A.npy': no such file"),
    reward(
      "a coordinate too far", "{kind: inpainting, indices: [0, 2], values: [1, 2], standard_deviation: 1}",
      ".indices: found 2; rows have coordinates 0 to 1"),
    reward(
      "a coordinate twice", "{kind: inpainting, indices: [0, 0], values: [1, 2], standard_deviation: 1}",
      ".indices: found 0 twice; give each coordinate once"),
    reward(
      "a sigmoid without width", "{kind: log_sigmoid, of: {kind: linear, coefficients: [1, 2]}, width: 0}",
      ".width: found 0; give a number other than 0"),
    reward(
      "a condition that is not bounded", "{kind: all_of, rewards: [{kind: linear, coefficients: [1, 2]}]}",
      ".rewards.0.kind: found 'linear'; give one of log_sigmoid, all_of"),
    reward(
      "a fault deep inside",
      "{kind: all_of, rewards: [{kind: log_sigmoid, of: {kind: quadratic, center: [1, 2], precision: [1]}}]}",
      ".rewards.0.of.precision: has length 1; center has length 2, give a number or as many"),
    reward(
      "parts of different dimensions",
      "{kind: weighted_sum, rewards: [{kind: linear, coefficients: [1, 2]}, {kind: linear, coefficients: [1]}], "
        + "weights: [1, 2]}",
      ".rewards: one has 2 dimensions, another 1; give rewards of one dimension"),
    reward(
      "fewer weights than rewards",
      "{kind: weighted_sum, rewards: [{kind: linear, coefficients: [1, 2]}, {kind: linear, coefficients: [1, 3]}], "
        + "weights: [1]}",
      ".weights: has length 1; there are 2 rewards, give as many"),
    reward(
      "a network that is not there", "{kind: network, file: x.safetensors, output: mass}", status: 66,
      ".file: 'x.safetensors': no such file"),
    reward(
      "an output and coefficients",
      "{kind: network, file: x.safetensors, output: mass, coefficients: [1, 2]}",
      ": output and coefficients exclude each other; give exactly one of output, coefficients"),
    reward(
      "a jacobian at the state", "{kind: linear, coefficients: [1, 2], at: state, jacobian: isotropic}",
      ".jacobian: belongs to at: ahead and at: denoised; remove it or change at"),
    reward(
      "an unknown place", "{kind: linear, coefficients: [1, 2], at: denoise}",
      ".at: found 'denoise'; did you mean 'denoised'?"),
    reward(
      "a jacobian that needs s", "{kind: linear, coefficients: [1, 2], at: denoised}",
      ": at the denoised point the isotropic jacobian needs the data's standard deviation, which no model states; "
        + "give data_standard_deviation, or use jacobian: finite-difference"),
  ]

  @Test("a fault of a reward is named by file, line and key", arguments: cases)
  func faults(_ test: ConfigurationFaultCase) throws { try expectFault(test) }

  private static let config = """
    seed: 3
    particles: 700
    process: {kind: variance-preserving}
    models:
      q: {kind: gaussian-mixture, means: [[-1, 0], [2, 1]], weights: [0.4, 0.6], standard_deviations: 0.6}
    target:
      annealed: {model: q, inverse_temperature: 1}
      reward: REWARD
    sampler: {steps: 40}

    """

  private func program(_ reward: String) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", Self.config.replacingOccurrences(of: "REWARD", with: reward))
    return program
  }

  // [[1.5, -0.5]] as float64, [1, 2], in NPY 1.0.
  private static let matrix: Data = {
    var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"
    header += String(repeating: " ", count: 118 - 1 - header.count) + "\n"
    var bytes = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(header.utf8)
    withUnsafeBytes(of: (1.5, -0.5)) { bytes += Data($0) }
    return bytes
  }()

  // Seen to catch: the file of a nested reward that is not pinned.
  @Test(
    "a matrix in a file is the matrix in the config, and its resolved config runs again to the same bytes")
  func matrixFile() throws {
    let rest = "observation: [0.7], standard_deviation: 0.4"
    let at = "at: denoised, data_standard_deviation: 1.5"
    let program = try program(
      "{kind: weighted_sum, weights: [1], rewards: [{kind: measurement, file: A.npy, \(rest)}], \(at)}")
    defer { program.remove() }
    try Self.matrix.write(to: program.folder.appendingPathComponent("A.npy"))
    #expect(try program.run("run", "c.yaml", "--output", "a").status == 0)
    try FileManager.default.createDirectory(
      at: program.folder.appendingPathComponent("elsewhere"), withIntermediateDirectories: true)
    #expect(try program.run("run", "a/config.yaml", "--output", "elsewhere/b").status == 0)
    try program.write(
      "c.yaml",
      Self.config.replacingOccurrences(
        of: "REWARD", with: "{kind: measurement, matrix: [[1.5, -0.5]], \(rest), \(at)}"))
    #expect(try program.run("run", "c.yaml", "--output", "c").status == 0)
    for name in ["samples.npy", "log_weights.npy"] {
      #expect(try program.bytes("a/\(name)") == program.bytes("elsewhere/b/\(name)"))
      #expect(try program.bytes("a/\(name)") == program.bytes("c/\(name)"))
    }
    var other = Self.matrix
    other[other.count - 1] ^= 1
    try other.write(to: program.folder.appendingPathComponent("A.npy"))
    let changed = try program.run("run", "a/config.yaml", "--output", "d")
    #expect(changed.status == 65)
    #expect(changed.errors.contains("target.reward.rewards.0.sha256: "), "\(changed.errors)")
    #expect(changed.errors.contains("has changed: its SHA-256 is"))
  }

  /// `f = w tanh(W x + b) + c`, made by hand.
  private static let network: Data = {
    let values: [Float] = [0.5, -0.25, 0.75, 1, 0.125, -0.5, 1.5, -1, 0.25]
    let tensors: [(String, [Int])] = [
      ("input.weight", [2, 2]), ("input.bias", [2]), ("output.weight", [1, 2]), ("output.bias", [1]),
    ]
    var header: [String: Any] = [
      "__metadata__": [
        "format": "feynman-kac-network/1", "architecture": "regression", "dimensions": "2", "width": "2",
        "depth": "1", "activation": "tanh", "outputs": "mass",
      ]
    ]
    var start = 0
    for (name, shape) in tensors {
      let end = start + 4 * shape.reduce(1, *)
      header[name] = ["dtype": "F32", "shape": shape, "data_offsets": [start, end]]
      start = end
    }
    let text = try! JSONSerialization.data(withJSONObject: header, options: [.sortedKeys])
    var bytes = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
    bytes += text
    values.withUnsafeBytes { bytes += Data($0) }
    return bytes
  }()

  @Test("a network's output asked for is met, its file pinned, and a bare one warned of")
  func network() throws {
    let near =
      "{kind: near, of: {kind: network, file: f.safetensors, output: mass}, value: 1.0, standard_deviation: 0.05, "
      + "at: denoised, jacobian: finite-difference}"
    let program = try program(near)
    defer { program.remove() }
    try Self.network.write(to: program.folder.appendingPathComponent("f.safetensors"))
    let outcome = try program.run("run", "c.yaml", "--output", "a")
    #expect(outcome.status == 0)
    #expect(!outcome.errors.contains("warning: target.reward"), "\(outcome.errors)")
    #expect(try program.text("a/config.yaml").contains("sha256"))
    #expect(try program.run("run", "a/config.yaml", "--output", "b").status == 0)
    #expect(try program.bytes("a/samples.npy") == program.bytes("b/samples.npy"))

    let samples = try NPYArray<Float>(file: program.folder.appendingPathComponent("a/samples.npy").path)
      .values
    let logWeights = try NPYArray<Double>(
      file: program.folder.appendingPathComponent("a/log_weights.npy").path
    ).values
    var mean = 0.0
    for (row, logWeight) in logWeights.enumerated() {
      let (x, y) = (Double(samples[2 * row]), Double(samples[2 * row + 1]))
      let output =
        1.5 * tanh(0.5 * x - 0.25 * y + 0.125) - tanh(0.75 * x + y - 0.5) + 0.25
      mean += exp(logWeight) * output
    }
    #expect(abs(mean - 1) < 0.05, "\(mean)")

    let bare = try program.run(
      "check", "c.yaml", "--set",
      "target.reward={kind: network, file: f.safetensors, output: mass, at: state}")
    #expect(bare.status == 0)
    #expect(
      bare.output.contains(
        "warning: target.reward: e^r of a network's output also rewards what the network was never trained on; "
          + "put it into near or log_sigmoid."))
    #expect(
      bare.output.contains(
        "warning: target.reward: the network will be asked about noisy states; use at: ahead."))
    let misspelt = try program.run(
      "check", "c.yaml", "--set", "target.reward={kind: network, file: f.safetensors, output: mas}")
    #expect(misspelt.errors.contains("target.reward.output: found 'mas'; did you mean 'mass'?"))
  }

  // λ is the reward's scale, so no kind may have a key of that name, as the log-sigmoid's width once had.
  @Test("a condition alone is what it is as one of one, whatever λ")
  func conditionAlone() throws {
    let condition = "kind: log_sigmoid, of: {kind: linear, coefficients: [2, 1]}, center: 1.5, width: 0.2"
    let point = "at: denoised, data_standard_deviation: 1.5"
    let program = try program("{\(condition), \(point)}")
    defer { program.remove() }
    try program.write(
      "d.yaml",
      Self.config.replacingOccurrences(
        of: "REWARD", with: "{kind: all_of, rewards: [{\(condition)}], \(point)}"))
    #expect(try program.run("run", "c.yaml", "--output", "a").status == 0)
    #expect(try program.run("run", "d.yaml", "--output", "b").status == 0)
    #expect(try program.bytes("a/log_weights.npy") == program.bytes("b/log_weights.npy"))
    // e^r is a probability.
    #expect(try #require(program.json("a/summary.json")["log_normalizer"] as? Double) < 0)
  }

  @Test("the plan says where the reward is taken, and counts a finite difference")
  func plan() throws {
    let program = try program(
      "{kind: linear, coefficients: [1, 2], at: denoised, jacobian: finite-difference}")
    defer { program.remove() }
    let outcome = try program.run("check", "c.yaml", "--set", "sampler.step_size_error=none")
    #expect(outcome.output.contains("q^1.0 exp(1.0 r), r at the denoised point, finite-difference Jacobian"))
    #expect(outcome.output.contains("q \(81 * 700) rows"))
  }
}
