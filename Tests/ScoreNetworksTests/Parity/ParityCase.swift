import FeynmanKac
import Foundation
import ScoreNetworks

/// A network of random weights and PyTorch's answers in float64, as `Experiments/export/parity.py` makes them.
struct ParityCase: Sendable, CustomStringConvertible {
  /// Such as `mlp-plain-silu`; the architecture is the first part.
  let name: String
  /// The network's file.
  let fileBytes: [UInt8]
  /// `P` points of the network's process.
  let points: [NoisePoint]
  /// `N`, the rows of one point.
  let count: Int
  /// `d`
  let dimensions: Int
  /// The rows of each point, row-major `[N, d]`.
  let states: [[Float]]
  /// `C` conditions, of which each is asked at every point; `none` alone for networks that take none.
  let conditions: [Condition]
  /// The answers, row-major `[C, P, N, d]`.
  let outputs: [Double]
  /// The largest error of PyTorch's own answers in float32, row-major `[C, P]`.
  let singlePrecisionErrors: [Double]
  /// A batch of many rows, asked for the last condition.
  let long: LongBatch

  struct LongBatch: Sendable {
    let point: NoisePoint
    let count: Int
    /// Row-major `[count, d]`.
    let states: [Float]
    /// Rows whose answers are known.
    let rows: [Int]
    /// Their answers, row-major.
    let outputs: [Double]
  }

  var description: String { name }

  /// The answers to one condition at one point, row-major `[N, d]`.
  func outputs(condition: Int, point: Int) -> [Double] {
    let size = count * dimensions
    let start = (condition * points.count + point) * size
    return Array(outputs[start..<start + size])
  }

  /// The network's file, opened.
  func file() throws(FileError) -> NetworkFile {
    try NetworkFile(SafetensorsFile(bytes: fileBytes, file: "\(name).safetensors"))
  }

  // MARK: - Reading

  /// All cases of an architecture, by name.
  static func all(_ architecture: String) -> [ParityCase] {
    all.filter { $0.name.hasPrefix("\(architecture)-") }
  }

  static let all: [ParityCase] = {
    let folder = Bundle.module.url(forResource: "Parity", withExtension: nil)!.path
    let files = try! FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    return try! files.filter { $0.hasSuffix(".npz") }.map {
      try ParityCase(folder: folder, name: String($0.dropLast(4)))
    }
  }()

  private init(folder: String, name: String) throws {
    let arrays = try StoredZip(FileBytes.read("\(folder)/\(name).npz"))
    self.name = name
    fileBytes = try FileBytes.read("\(folder)/\(name).safetensors")
    let stored: NPYArray<Double> = try arrays.array("points")
    let points = stride(from: 0, to: stored.values.count, by: 3).map {
      NoisePoint(time: stored.values[$0], signal: stored.values[$0 + 1], noise: stored.values[$0 + 2])
    }
    let states: NPYArray<Float> = try arrays.array("states")
    let (count, dimensions) = (states.shape[1], states.shape[2])
    self.points = points
    (self.count, self.dimensions) = (count, dimensions)
    self.states = points.indices.map {
      Array(states.values[$0 * count * dimensions..<($0 + 1) * count * dimensions])
    }
    conditions = try Self.conditions(arrays)
    outputs = try (arrays.array("outputs") as NPYArray<Double>).values
    singlePrecisionErrors = try (arrays.array("float32_errors") as NPYArray<Double>).values
    long = try Self.long(arrays, points, dimensions)
  }

  private static func conditions(_ arrays: StoredZip) throws -> [Condition] {
    if arrays.names.contains("labels.npy") {
      let labels: NPYArray<Int64> = try arrays.array("labels")
      return labels.values.map { $0 < 0 ? .none : .label(Int($0)) }
    }
    guard arrays.names.contains("conditions.npy") else { return [.none] }
    let vectors: NPYArray<Float> = try arrays.array("conditions")
    let length = vectors.shape[1]
    return (0..<vectors.shape[0]).map {
      let row = Array(vectors.values[$0 * length..<($0 + 1) * length])
      return row[0].isNaN ? .none : .vector(row)
    }
  }

  private static func long(_ arrays: StoredZip, _ points: [NoisePoint], _ dimensions: Int) throws -> LongBatch
  {
    let index: NPYArray<Int64> = try arrays.array("many_point")
    let rows: NPYArray<Int64> = try arrays.array("many_rows")
    let outputs: NPYArray<Double> = try arrays.array("many_outputs")
    let point = points[Int(index.values[0])]
    let scale = Float((point.signal * point.signal + point.noise * point.noise).squareRoot())
    var states: [Float] = []
    for i in 0..<4096 {
      for j in 0..<dimensions { states.append(Float((37 * i + 101 * j) % 257 - 128) / 64 * scale) }
    }
    return LongBatch(
      point: point, count: 4096, states: states, rows: rows.values.map { Int($0) }, outputs: outputs.values)
  }
}
