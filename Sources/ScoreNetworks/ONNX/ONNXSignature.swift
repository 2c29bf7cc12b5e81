internal import COpenVINO

/// Which inputs of an ONNX file are what, and what they take.
struct ONNXSignature {
  /// Length of a row.
  let dimensions: Int
  /// The rows that the file is fixed to; nil where it takes any.
  let batch: Int?
  let states: ONNXPort
  let noise: ONNXSideInput
  let condition: ONNXSideInput?
  let output: ONNXPort

  private enum Role: String, CaseIterable {
    case states = "x"
    case noise
    case condition

    /// The argument that names it.
    var setting: String { "names.\(self)" }

    /// What exports usually call it.
    var usualNames: Set<String> {
      switch self {
      case .states: ["x", "xt", "x_t", "sample", "samples", "states", "input"]
      case .noise:
        ["noise", "t", "time", "times", "sigma", "log_snr", "timestep", "timesteps", "noise_level"]
      case .condition: ["condition", "cond", "c", "context", "label", "labels", "class", "classes"]
      }
    }
  }

  /// The argument that names the output.
  static let outputName = "names.output"

  /// - Throws: `ONNXNetworkError` naming `names.…` or `noiseInput`.
  init(
    inputs: [ONNXPort], outputs: [ONNXPort], names: ONNXNetwork.Names, noiseInput: NoiseInput
  ) throws(ONNXNetworkError) {
    let ports = try Self.assigned(
      inputs, [.states: names.states, .noise: names.noise, .condition: names.condition])
    guard let states = ports[.states] else { throw Self.missing(.states, inputs) }
    guard let noise = ports[.noise] else { throw Self.missing(.noise, inputs) }
    if let unused = inputs.first(where: { input in !ports.values.contains { $0.index == input.index } }) {
      throw ONNXNetworkError(
        .mismatch, "names", "the file has an input '\(unused.name)' besides; say under `names` what it gets")
    }
    let (dimensions, batch) = try Self.rows(states)
    self.states = states
    self.dimensions = dimensions
    self.batch = batch
    self.noise = try Self.side(noise, .noise, batch: batch)
    guard self.noise.count == 1 else {
      throw ONNXNetworkError(
        .mismatch, "names.noise",
        "'\(noise.name)' has shape \(noise.shapeText); one number for each row is needed")
    }
    if noise.isWholeNumber, noiseInput != .timestep {
      throw ONNXNetworkError(
        .mismatch, "noiseInput", "'\(noise.name)' takes whole numbers (\(noise.elementText)); use `.timestep`"
      )
    }
    if let condition = ports[.condition] {
      self.condition = try Self.side(condition, .condition, batch: batch)
    } else {
      condition = nil
    }
    output = try Self.output(outputs, name: names.output, width: dimensions, setting: Self.outputName)
  }

  private static func assigned(
    _ inputs: [ONNXPort], _ names: [Role: String?]
  ) throws(ONNXNetworkError) -> [Role: ONNXPort] {
    var ports: [Role: ONNXPort] = [:]
    for role in Role.allCases {
      guard case .some(.some(let name)) = names[role] else { continue }
      guard let port = inputs.first(where: { $0.name == name }) else {
        throw ONNXNetworkError(
          .mismatch, role.setting, "the file has no input '\(name)'; it has \(list(inputs))")
      }
      ports[role] = port
    }
    func isFree(_ input: ONNXPort) -> Bool { !ports.values.contains { $0.index == input.index } }
    for role in Role.allCases where ports[role] == nil {
      let candidates = inputs.filter { isFree($0) && role.usualNames.contains($0.name.lowercased()) }
      if candidates.count == 1 { ports[role] = candidates[0] }
    }
    // What is left over for a role that is left over is it.
    let free = inputs.filter(isFree)
    let open = [Role.states, .noise].filter { ports[$0] == nil }
    if free.count == 1, open.count == 1 { ports[open[0]] = free[0] }
    return ports
  }

  private static func missing(_ role: Role, _ inputs: [ONNXPort]) -> ONNXNetworkError {
    let what = role == .states ? "the rows" : "the noise"
    return ONNXNetworkError(
      .mismatch, "names",
      "say which input takes \(what), as `\(role): NAME`; the file has \(list(inputs))")
  }

  static func list(_ ports: [ONNXPort]) -> String {
    ports.map { "'\($0.name)'" }.joined(separator: ", ")
  }

  /// The length of rows, and how many the file is fixed to; nil for any.
  ///
  /// - Parameter setting: The argument that names the input.
  static func rows(
    _ states: ONNXPort, setting: String = "names.states"
  ) throws(ONNXNetworkError) -> (dimensions: Int, batch: Int?) {
    guard states.element == FK_FLOAT else {
      throw ONNXNetworkError(
        .mismatch, setting, "'\(states.name)' takes \(states.elementText); export the model in float32")
    }
    guard let sizes = states.sizes, sizes.count >= 2, sizes.dropFirst().allSatisfy({ $0 > 0 }) else {
      throw ONNXNetworkError(
        .mismatch, setting,
        "'\(states.name)' has shape \(states.shapeText); rows of a fixed length are needed, [N, d]")
    }
    return (sizes.dropFirst().clampedProduct, sizes[0] > 0 ? sizes[0] : nil)
  }

  private static func side(
    _ port: ONNXPort, _ role: Role, batch: Int?
  ) throws(ONNXNetworkError) -> ONNXSideInput {
    guard port.element != FK_OTHER, port.element != FK_HALF else {
      throw ONNXNetworkError(
        .mismatch, role.setting,
        "'\(port.name)' takes \(port.elementText); float32, float64, int32 or int64 are needed")
    }
    guard let side = ONNXSideInput(port, batch: batch) else {
      throw ONNXNetworkError(
        .mismatch, role.setting,
        "'\(port.name)' has shape \(port.shapeText); only the number of rows may be open")
    }
    return side
  }

  /// The output of a name, which gives so many numbers for each row as far as that is known.
  ///
  /// - Parameters:
  ///   - name: Nil for the only one.
  ///   - setting: The argument that names it.
  static func output(
    _ outputs: [ONNXPort], name: String?, width: Int, setting: String
  ) throws(ONNXNetworkError) -> ONNXPort {
    let port: ONNXPort
    if let name {
      guard let named = outputs.first(where: { $0.name == name }) else {
        throw ONNXNetworkError(
          .mismatch, setting, "the file has no output '\(name)'; it has \(list(outputs))")
      }
      port = named
    } else {
      guard outputs.count == 1 else {
        throw ONNXNetworkError(
          .mismatch, setting, "say which output to take; the file has \(list(outputs))")
      }
      port = outputs[0]
    }
    guard port.element == FK_FLOAT else {
      throw ONNXNetworkError(
        .mismatch, setting, "'\(port.name)' gives \(port.elementText); export the model in float32")
    }
    if let sizes = port.sizes, sizes.dropFirst().allSatisfy({ $0 > 0 }),
      sizes.dropFirst().clampedProduct != width
    {
      throw ONNXNetworkError(
        .mismatch, setting,
        "'\(port.name)' has shape \(port.shapeText); \(width) number\(width == 1 ? "" : "s") for each row \(width == 1 ? "is" : "are") needed"
      )
    }
    return port
  }
}
