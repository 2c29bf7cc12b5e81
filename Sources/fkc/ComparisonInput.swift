import FeynmanKac
import Foundation

/// What `fkc compare` cannot work with, and the exit code that says so.
enum ComparisonInputError: Error {
  case missing(String)
  case data(String)
  case usage(String)

  var message: String {
    switch self {
    case .missing(let message), .data(let message), .usage(let message): message
    }
  }

  var exitCode: Int32 {
    switch self {
    case .usage: 64
    case .data: 65
    case .missing: 66
    }
  }
}

extension SampleSet {
  /// Reads a run folder, or an .npy file of [N, d] or [N] numbers that count the same.
  init(path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ComparisonInputError.missing("\(path): no such file or folder")
    }
    let samplesPath = isFolder.boolValue ? path + "/samples.npy" : path
    let samples = try NPYFile(samplesPath)
    guard samples.shape.count == 1 || samples.shape.count == 2, !samples.shape.contains(0) else {
      throw ComparisonInputError.data("\(samplesPath): shape \(samples.shape); give [N, d]")
    }
    let logWeights = isFolder.boolValue ? try NPYFile(path + "/log_weights.npy").values : nil
    do {
      try self.init(
        samples.values.map(Float.init), dimensions: samples.shape.count == 2 ? samples.shape[1] : 1,
        logWeights: logWeights)
    } catch {
      throw ComparisonInputError.data("\(path): \(error)")
    }
  }
}

/// Numbers of an .npy file of version 1 or 2, little-endian floats in C order.
private struct NPYFile {
  let shape: [Int]
  let values: [Double]

  init(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw ComparisonInputError.missing("\(path): no such file")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ComparisonInputError.missing("\(path): cannot be read")
    }
    let bytes = [UInt8](data)
    func bad(_ what: String) -> ComparisonInputError { .data("\(path): \(what)") }
    guard bytes.count > 12, bytes[0] == 0x93, bytes[1..<6].elementsEqual("NUMPY".utf8) else {
      throw bad("is not an NPY file")
    }
    let start = bytes[6] == 1 ? 10 : 12
    let length =
      Int(bytes[8]) + Int(bytes[9]) << 8 + (bytes[6] == 1 ? 0 : Int(bytes[10]) << 16 + Int(bytes[11]) << 24)
    guard start + length <= bytes.count else { throw bad("ends inside its header") }
    let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
    guard header.contains("'fortran_order': False") else { throw bad("is in Fortran order") }
    guard let open = header.firstIndex(of: "("), let close = header.firstIndex(of: ")") else {
      throw bad("has no shape")
    }
    let shape = header[header.index(after: open)..<close].split(separator: ",")
      .compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    let count = shape.reduce(1, *)
    let body = start + length
    let isSingle = header.contains("'<f4'")
    guard isSingle || header.contains("'<f8'") else { throw bad("holds no float32 or float64") }
    guard bytes.count - body == count * (isSingle ? 4 : 8) else {
      throw bad("holds \(bytes.count - body) bytes for shape \(shape)")
    }
    self.shape = shape
    values = bytes.withUnsafeBytes { raw in
      (0..<count).map {
        isSingle
          ? Double(raw.loadUnaligned(fromByteOffset: body + 4 * $0, as: Float.self))
          : raw.loadUnaligned(fromByteOffset: body + 8 * $0, as: Double.self)
      }
    }
  }
}

extension ExactMixture {
  private struct Stored: Decodable {
    enum Spread: Decodable {
      case number(Double)
      case rows([Double])
      case table([[Double]])
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else if let rows = try? container.decode([Double].self) {
          self = .rows(rows)
        } else {
          self = .table(try container.decode([[Double]].self))
        }
      }
    }
    let means: [[Double]]
    let weights: [Double]?
    let standard_deviations: Spread
  }

  /// Reads a JSON file with means [K][d], weights [K] and standard_deviations: a number, [K] or [K][d].
  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ComparisonInputError.missing("\(path): no such file")
    }
    func bad(_ what: String) -> ComparisonInputError { .data("\(path): \(what)") }
    let stored: Stored
    do { stored = try JSONDecoder().decode(Stored.self, from: data) } catch {
      throw bad("needs means [K][d], weights [K] and standard_deviations (a number, [K] or [K][d])")
    }
    let width = stored.means.first?.count ?? 0
    let deviations: [[Double]] =
      switch stored.standard_deviations {
      case .number(let value): stored.means.map { Array(repeating: value, count: $0.count) }
      case .rows(let values): values.map { Array(repeating: $0, count: width) }
      case .table(let table): table
      }
    let weights =
      stored.weights ?? Array(repeating: 1 / Double(max(1, stored.means.count)), count: stored.means.count)
    guard width > 0, (stored.means + deviations).allSatisfy({ $0.count == width }),
      weights.count == stored.means.count, deviations.count == stored.means.count,
      weights.allSatisfy({ $0 > 0 }), deviations.joined().allSatisfy({ $0 > 0 })
    else { throw bad("means, weights and standard_deviations do not fit each other, or are not positive") }
    self.init(
      weights: weights, means: stored.means.flatMap { $0 },
      variances: deviations.flatMap { $0.map { $0 * $0 } })
  }
}
