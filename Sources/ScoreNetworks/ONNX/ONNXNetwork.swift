internal import COpenVINO
import FeynmanKac
import Synchronization

/// A network in an ONNX file, evaluated by OpenVINO. <doc:ONNXModels> says what it may look like.
///
/// Unchecked: OpenVINO's model is only read once it is compiled, and a request is used by the thread that took it.
public final class ONNXNetwork: Network, @unchecked Sendable {
  /// The names of inputs and of the output in the file; nil for what is obvious.
  public struct Names: Sendable, Equatable {
    /// The input of states, `[rows, d]`.
    public var states: String?
    /// The input that says how much noise there is.
    public var noise: String?
    /// The input of conditions, `[rows, length]`.
    public var condition: String?
    /// The output, `[rows, d]`.
    public var output: String?

    /// Names for what the file does not make obvious; nil leaves it to the file.
    public init(
      states: String? = nil, noise: String? = nil, condition: String? = nil, output: String? = nil
    ) {
      self.states = states
      self.noise = noise
      self.condition = condition
      self.output = output
    }
  }

  /// The steps of training that most networks had.
  public static let standardTimesteps = 1000
  /// The device that gives the same bytes again.
  public static let standardDevice = "CPU"

  /// `d`, the length of a row.
  public let dimensions: Int
  /// What conditions the network takes.
  public let conditioning: Conditioning
  /// What OpenVINO evaluates on, such as "CPU".
  public let device: String
  /// How many rows a call is for.
  public let batching: Batching

  private let signature: ONNXSignature
  private let noiseInput: NoiseInput
  private let timesteps: Int
  private let model: ONNXModel
  /// Requests that nobody uses now. There are as many as threads ever asked at once.
  private let free: Mutex<[ONNXRequest]>

  /// Reads a file and asks it once. OpenVINO must be loaded.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - externalFiles: What is in the files beside it that hold tensors of it, by their names there.
  ///   - names: What its inputs and its output are called.
  ///   - noiseInput: What its noise input takes; `timestep` is `t (timesteps − 1)`, rounded where it takes whole numbers.
  ///   - timesteps: How many the training had, for `NoiseInput.timestep`.
  ///   - device: "CPU", "GPU" or "AUTO".
  ///   - batching: How many rows a call is for; where nil, blocks on processors, whose threads take one each, and the whole
  ///     population elsewhere.
  /// - Throws: `ONNXNetworkError`.
  public init(
    _ file: ONNXFile, externalFiles: [String: [UInt8]] = [:], names: Names = Names(),
    noiseInput: NoiseInput, timesteps: Int = standardTimesteps, device: String = standardDevice,
    batching: Batching? = nil
  ) throws(ONNXNetworkError) {
    model = try ONNXModel(file.complete(externalFiles))
    signature = try ONNXSignature(
      inputs: model.ports(isOutput: false), outputs: model.ports(isOutput: true), names: names,
      noiseInput: noiseInput)
    try model.compile(device: device, streams: Processors.available)
    dimensions = signature.dimensions
    self.device = device
    self.batching = batching ?? (device == Self.standardDevice ? .blocks : .all())
    self.noiseInput = noiseInput
    self.timesteps = timesteps
    conditioning =
      signature.condition.map { .vectors(dimensions: $0.count, optional: false) } ?? .unconditional
    free = Mutex([])

    // What does not fit shows here, and not in the middle of a run.
    let request = try ONNXRequest(model.pointer, signature)
    var outputs = [Float](repeating: 0, count: dimensions)
    try request.evaluate(
      [Float](repeating: 0, count: dimensions), rows: 1,
      noise: noise(at: NoisePoint(time: 0.5, signal: 1, noise: 1)),
      conditions: [[Float](repeating: 0, count: signature.condition?.count ?? 0)], outputs: &outputs)
    free.withLock { $0.append(request) }
  }

  /// The same for a file that is whole.
  public convenience init(
    bytes: [UInt8], names: Names = Names(), noiseInput: NoiseInput, timesteps: Int = standardTimesteps,
    device: String = standardDevice
  ) throws(ONNXNetworkError) {
    try self.init(
      ONNXFile(bytes: bytes), names: names, noiseInput: noiseInput, timesteps: timesteps, device: device)
  }

  /// A sentence for devices that may give other bytes next time; nil on processors.
  public var reproducibilityWarning: String? {
    device == "CPU"
      ? nil : "device \(device) does not promise the same bytes for the same seed; CPU does"
  }

  /// 0: OpenVINO has memory of its own.
  public func workspaceSize(rows: Int, conditions: Int) -> Int { 0 }

  /// - Throws: `ONNXNetworkError`.
  public func evaluate(_ batch: NetworkBatch, at point: NoisePoint) throws {
    let idle = free.withLock { $0.popLast() }
    let request = try idle ?? ONNXRequest(model.pointer, signature)
    defer { free.withLock { $0.append(request) } }
    let conditions = batch.conditions.map { if case .vector(let numbers) = $0 { numbers } else { [Float]() } }
    try request.evaluate(
      batch.states, rows: batch.count, noise: noise(at: point), conditions: conditions,
      outputs: batch.outputs)
  }

  private func noise(at point: NoisePoint) -> Double {
    noiseInput.value(at: point, timesteps: Double(timesteps - 1))
  }
}

/// OpenVINO's form of a file.
final class ONNXModel {
  let pointer: OpaquePointer

  init(_ bytes: [UInt8]) throws(ONNXNetworkError) {
    var model: OpaquePointer?
    try ONNXEvaluation.check(fk_openvino_read(bytes, bytes.count, &model), .unreadable)
    pointer = model!
  }

  deinit { fk_openvino_free(pointer) }

  func compile(device: String, streams: Int) throws(ONNXNetworkError) {
    try ONNXEvaluation.check(fk_openvino_compile(pointer, device, Int32(clamping: streams)), .noDevice)
  }

  func ports(isOutput: Bool) throws(ONNXNetworkError) -> [ONNXPort] {
    var ports: [ONNXPort] = []
    for index in 0..<fk_openvino_port_count(pointer, isOutput ? 1 : 0) {
      var port = fk_port()
      try ONNXEvaluation.check(fk_openvino_port(pointer, isOutput ? 1 : 0, index, &port), .unreadable)
      ports.append(ONNXPort(index: index, port))
    }
    return ports
  }
}
