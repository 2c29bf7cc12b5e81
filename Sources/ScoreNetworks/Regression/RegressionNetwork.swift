internal import CKernels
import FeynmanKac

/// A multilayer perceptron that reads numbers from a row, and the gradient of a combination of them.
///
/// `h = input x`, then `depth − 1` times `h ← linear act(h)`, then `f = output act(h)`; see <doc:NetworkFiles>.
public final class RegressionNetwork: Sendable {
  /// What the file states.
  public let settings: RegressionSettings

  private let input: Linear
  private let hidden: [Linear]
  private let output: Linear
  /// The same maps backwards: from what their outputs get to what their inputs do.
  private let inputBack: TransposedLinear
  private let hiddenBack: [TransposedLinear]

  /// Reads a network file of architecture `regression`.
  ///
  /// - Throws: `FileError` naming the setting or tensor at fault, `BLAS.Unavailable`.
  public convenience init(file path: String) throws { try self.init(SafetensorsFile(file: path)) }

  /// The network of a file that was read.
  ///
  /// - Throws: as above.
  public init(_ contents: SafetensorsFile) throws {
    let settings: RegressionSettings
    do throws(NetworkMetadata.Problem) {
      settings = try RegressionSettings(NetworkMetadata(texts: contents.metadata))
    } catch {
      throw FileError(.malformed, contents.path, error.sentence)
    }
    try BLAS.load()
    self.settings = settings
    let width = settings.width
    let tensors = NetworkTensors(contents)
    input = try Linear(tensors, "input", inputs: settings.dimensions, outputs: width)
    hidden = try (1..<settings.depth).map {
      try Linear(tensors, "blocks.\($0).linear", inputs: width, outputs: width)
    }
    output = try Linear(tensors, "output", inputs: width, outputs: settings.outputs.count)
    try tensors.refuseOthers()
    inputBack = TransposedLinear(input)
    hiddenBack = hidden.map { TransposedLinear($0) }
  }

  /// `d`, the length of a row.
  public var dimensions: Int { settings.dimensions }

  /// The row that turns outputs into one number, carried back through the last layer: `[width]`, and its constant.
  func seed(_ coefficients: [Double]) -> (row: [Float], constant: Double) {
    let width = settings.width
    let row = (0..<width).map { column in
      Float(
        coefficients.indices.reduce(0.0) {
          $0 + coefficients[$1] * Double(output.weights.values[$1 * width + column])
        })
    }
    let constant = coefficients.indices.reduce(0.0) {
      $0 + coefficients[$1] * Double(output.bias?.values[$1] ?? 0)
    }
    return (row, constant)
  }

  /// Floats of scratch memory for `evaluate`.
  func workspaceSize(rows: Int) -> Int { (settings.depth + 2) * rows * settings.width }

  /// The number that the seed makes of the outputs, and its gradient.
  ///
  /// - Parameters:
  ///   - seed: What `seed(_:)` made of the combination.
  ///   - states: `x`, `[rows, d]`.
  ///   - values: `[rows]`, to be written.
  ///   - gradients: `[rows, d]`, to be written.
  ///   - workspace: Scratch memory of `workspaceSize` floats.
  func evaluate(
    _ seed: (row: [Float], constant: Double), rows: Int, _ states: UnsafePointer<Float>,
    values: UnsafeMutablePointer<Double>, gradients: UnsafeMutablePointer<Float>,
    workspace: UnsafeMutablePointer<Float>
  ) {
    let width = settings.width
    let size = rows * width
    // What goes into each activation, kept for the way back; then two buffers.
    var now = workspace + settings.depth * size
    var other = now + size
    for layer in 0..<settings.depth {
      let before = workspace + layer * size
      if layer == 0 {
        input.apply(rows: rows, states, to: before)
      } else {
        hidden[layer - 1].apply(rows: rows, now, to: before)
      }
      now.update(from: before, count: size)
      settings.activation.apply(rows: rows, width: width, now)
    }
    seed.row.withUnsafeBufferPointer { seedRow in
      for row in 0..<rows {
        var sum = seed.constant
        for j in 0..<width {
          sum += Double(seedRow[j]) * Double(now[row * width + j])
          other[row * width + j] = seedRow[j]
        }
        values[row] = sum
      }
    }
    for layer in (0..<settings.depth).reversed() {
      settings.activation.multiplyBySlope(rows: rows, width: width, workspace + layer * size, other)
      if layer == 0 {
        inputBack.apply(rows: rows, other, to: gradients)
      } else {
        hiddenBack[layer - 1].apply(rows: rows, other, to: now)
        swap(&now, &other)
      }
    }
  }
}
