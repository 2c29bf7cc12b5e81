internal import COpenVINO
import FeynmanKac
import Synchronization

/// A learned number as a reward: an output of an ONNX file, evaluated by OpenVINO, with its gradient where another output has it.
///
/// The file has one input in `float32`, rows `[N, d]`, and gives one `float32` for each row, `[N]` or `[N, 1]`; an output of gradients gives `[N, d]`. N
/// may be open, or fixed. The number rises without an end beyond what the file was trained on: put it into a ``NearReward`` or a
/// ``LogSigmoidReward``.
///
/// Unchecked: OpenVINO's model is only read once it is compiled, and an evaluation is used by the thread that took it.
public final class ONNXReward: Reward, @unchecked Sendable {
  /// True where the file has an output for the gradient.
  public var hasGradient: Bool { gradient != nil }
  /// `d`, the length of a row.
  public let dimensions: Int?
  /// What OpenVINO evaluates on, such as "CPU".
  public let device: String

  private let width: Int
  /// The rows that the file is fixed to; nil where it takes any.
  private let batch: Int?
  private let states: ONNXPort
  private let value: ONNXPort
  private let gradient: ONNXPort?
  private let model: ONNXModel
  /// Evaluations that nobody uses now. There are as many as threads ever asked at once.
  private let free: Mutex<[ONNXRewardRequest]>

  /// Reads a file and asks it once. OpenVINO must be loaded.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - externalFiles: What is in the files beside it that hold tensors of it, by their names there.
  ///   - output: The output that is the reward; nil where it is the only one beside `gradient`.
  ///   - gradient: The output that is the reward's gradient; nil for none.
  ///   - device: "CPU", "GPU" or "AUTO".
  /// - Throws: `ONNXNetworkError`.
  public init(
    _ file: ONNXFile, externalFiles: [String: [UInt8]] = [:], output: String? = nil, gradient: String? = nil,
    device: String = ONNXNetwork.standardDevice
  ) throws(ONNXNetworkError) {
    model = try ONNXModel(file.complete(externalFiles))
    let inputs = try model.ports(isOutput: false)
    let outputs = try model.ports(isOutput: true)
    guard inputs.count == 1 else {
      throw ONNXNetworkError(
        .mismatch, "file", "the file has inputs \(ONNXSignature.list(inputs)); a reward has one, the rows")
    }
    states = inputs[0]
    let (width, batch) = try ONNXSignature.rows(states, setting: "file")
    (self.width, self.batch, dimensions) = (width, batch, width)
    self.gradient = try gradient.map { name throws(ONNXNetworkError) in
      try ONNXSignature.output(outputs, name: name, width: width, setting: "gradient")
    }
    value = try ONNXSignature.output(
      output == nil ? outputs.filter { $0.name != gradient } : outputs, name: output, width: 1,
      setting: "output")
    self.device = device
    try model.compile(device: device, streams: Processors.available)
    free = Mutex([])

    // What does not fit shows here, and not in the middle of a run.
    do { _ = try values(at: [Float](repeating: 0, count: width), dimensions: width) } catch {
      throw error as? ONNXNetworkError ?? ONNXNetworkError(.failed, "file", "\(error)")
    }
  }

  /// A sentence for devices that may give other bytes next time; nil on processors.
  public var reproducibilityWarning: String? {
    device == ONNXNetwork.standardDevice
      ? nil : "device \(device) does not promise the same bytes for the same seed; CPU does"
  }

  /// Asks the file. `ρ²` plays no part.
  ///
  /// - Throws: `ONNXNetworkError`.
  public func evaluate(_ batch: RewardBatch) throws(ONNXNetworkError) {
    let request: ONNXRewardRequest
    if let idle = free.withLock({ $0.popLast() }) {
      request = idle
    } else {
      request = try ONNXRewardRequest(model.pointer, states)
    }
    defer { free.withLock { $0.append(request) } }
    let rows = self.batch ?? batch.count
    for start in stride(from: 0, to: batch.count, by: rows) {
      let count = min(rows, batch.count - start)
      try request.evaluate(batch.states + start * width, count: count, of: rows, width: width)
      let values = try request.evaluation.output(value, rows: rows, width: 1, setting: "output")
      for row in 0..<count { batch.values[start + row] = Double(values[row]) }
      guard let gradient else { continue }
      let gradients = try request.evaluation.output(gradient, rows: rows, width: width, setting: "gradient")
      (batch.gradients + start * width).update(from: gradients, count: count * width)
    }
  }
}

/// One evaluation at a time of a reward's file, with the memory of its input.
///
/// Unchecked: one thread uses it at a time, the one that took it out of the list of free ones.
private final class ONNXRewardRequest: @unchecked Sendable {
  let evaluation: ONNXEvaluation
  private let states: ONNXPort
  private var rows = 0
  private var input: UnsafeMutablePointer<Float>?

  init(_ model: OpaquePointer, _ states: ONNXPort) throws(ONNXNetworkError) {
    self.states = states
    evaluation = try ONNXEvaluation(model)
  }

  /// Evaluates rows of a length, as the first of so many; the last one fills up what is missing, which is as harmless as the others.
  func evaluate(
    _ source: UnsafePointer<Float>, count: Int, of rows: Int, width: Int
  ) throws(ONNXNetworkError) {
    if rows != self.rows {
      input = try evaluation.memory(states, states.sizes(rows: rows)).assumingMemoryBound(to: Float.self)
      self.rows = rows
    }
    for row in 0..<rows {
      (input! + row * width).update(from: source + min(row, count - 1) * width, count: width)
    }
    try evaluation.infer()
  }
}
