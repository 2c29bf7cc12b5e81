internal import CKernels
import FeynmanKac

/// A multilayer perceptron, plain or of residual blocks, whose noise and condition enter by an embedding `g`.
///
/// - plain: `h = act(norm(input [x, g]))`, then `depth − 1` times `h = act(norm(linear h))`, then `output h`.
/// - residual: `h = input x`, then `depth` times `h += linear2 act(linear1 norm(h) + condition g)`, then `output norm(h)`.
///
/// All rows of a batch have one noise, so the products with `g` are made once for each condition and not for each row,
/// and those of the first layer with `x` once for all conditions.
public final class MLP: Network {
  /// What the file states.
  public let settings: MLPSettings

  private let embedding: Embedding
  /// The first layer of states, and that of the embedding where the network is plain.
  private let input: PackedLinear
  private let inputOfEmbedding: PackedLinear?
  private let layers: Layers
  private let output: PackedLinear

  private enum Layers {
    case plain([PlainLayer])
    case residual([ResidualBlock], norm: LayerNorm?)
  }

  private struct PlainLayer {
    /// The layer itself; nil for the first, which is `input`.
    let linear: PackedLinear?
    let norm: LayerNorm?
  }

  private struct ResidualBlock {
    let norm: LayerNorm?
    let first: PackedLinear
    /// The map of the embedding, with the bias of `first`.
    let condition: Linear
    let firstBias: Weights
    let second: PackedLinear
  }

  /// Takes the network's tensors.
  ///
  /// - Throws: `FileError` naming a tensor that is missing or has another shape; `BLAS.Unavailable`.
  init(_ tensors: NetworkTensors, _ settings: MLPSettings) throws {
    try BLAS.load()
    self.settings = settings
    let width = settings.width
    let embedding = try Embedding(tensors, settings.embedding)
    func norm(_ name: String) throws(FileError) -> LayerNorm? {
      settings.hasLayerNorm ? try LayerNorm(tensors, name, width: width) : nil
    }
    let indices = 0..<settings.depth
    switch settings.block {
    case .plain:
      let whole = try Linear(
        tensors, "input", inputs: settings.dimensions + embedding.width, outputs: width)
      input = PackedLinear(whole, columns: 0..<settings.dimensions)
      inputOfEmbedding = PackedLinear(whole, columns: settings.dimensions..<whole.inputs)
      layers = .plain(
        try indices.map { index in
          PlainLayer(
            linear: index == 0
              ? nil
              : PackedLinear(
                try Linear(tensors, "blocks.\(index).linear", inputs: width, outputs: width)),
            norm: try norm("blocks.\(index).norm"))
        })
    case .residual:
      input = PackedLinear(
        try Linear(tensors, "input", inputs: settings.dimensions, outputs: width))
      inputOfEmbedding = nil
      let blocks = try indices.map { index in
        let name = "blocks.\(index)"
        let first = try Linear(tensors, "\(name).linear1", inputs: width, outputs: width)
        return ResidualBlock(
          norm: try norm("\(name).norm"),
          first: PackedLinear(first),
          condition: try Linear(
            tensors, "\(name).condition", inputs: embedding.width, outputs: width, hasBias: false),
          firstBias: first.bias!,
          second: PackedLinear(
            try Linear(tensors, "\(name).linear2", inputs: width, outputs: width)))
      }
      layers = .residual(blocks, norm: try norm("norm"))
    }
    output = PackedLinear(
      try Linear(tensors, "output", inputs: width, outputs: settings.dimensions))
    self.embedding = embedding
  }

  /// `d`, the length of a row.
  public var dimensions: Int { settings.dimensions }
  /// What conditions the network takes.
  public var conditioning: Conditioning { settings.embedding.conditioning }

  // MARK: - Evaluation

  /// Floats of scratch memory for `rows` rows under each of `conditions` conditions.
  public func workspaceSize(rows: Int, conditions: Int) -> Int {
    let hidden = rows * conditions * settings.width
    let buffers = if case .residual = layers { 3 } else { 2 }
    return conditions * (embedding.width + settings.width) + embedding.workspaceSize(conditions: conditions)
      + rows * dimensions + buffers * hidden
  }

  /// Fills `batch.outputs`, one condition after the other.
  public func evaluate(_ batch: NetworkBatch, at point: NoisePoint) {
    let parts = batch.conditions.count
    let hidden = batch.count * parts * settings.width
    var next = batch.workspace.baseAddress!
    func take(_ count: Int) -> UnsafeMutablePointer<Float> {
      defer { next += count }
      return next
    }
    let states = settings.inputScaling.applied(
      to: batch.states, count: batch.count * dimensions, at: point, scratch: take(batch.count * dimensions))
    let embedded = take(parts * embedding.width)
    let shifts = take(parts * settings.width)
    let values = take(hidden)
    let spare = take(hidden)
    embedding.write(
      batch.conditions, at: point, to: embedded,
      workspace: take(embedding.workspaceSize(conditions: parts)))
    let rows = Rows(count: batch.count, parts: parts)
    switch layers {
    case .plain(let layers):
      let result = evaluate(layers, rows, states, embedded, shifts, values, spare)
      output.apply(rows: rows.total, result, to: batch.outputs)
    case .residual(let blocks, let norm):
      evaluate(blocks, rows, states, embedded, shifts, values, spare, take(hidden))
      norm?.apply(rows: rows.total, values, to: values)
      output.apply(rows: rows.total, values, to: batch.outputs)
    }
  }

  /// The rows of a batch under each of its conditions.
  private struct Rows {
    let count: Int
    let parts: Int
    var total: Int { count * parts }
  }

  /// - Returns: The buffer that holds the last layer's values.
  private func evaluate(
    _ layers: [PlainLayer], _ rows: Rows, _ states: UnsafePointer<Float>, _ embedded: UnsafePointer<Float>,
    _ shifts: UnsafeMutablePointer<Float>, _ values: UnsafeMutablePointer<Float>,
    _ spare: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<Float> {
    let width = settings.width
    let activation = settings.embedding.activation
    inputOfEmbedding!.apply(rows: rows.parts, embedded, to: shifts)
    var (now, other) = (values, spare)
    for layer in layers {
      let fused = layer.norm == nil ? activation : nil
      if let linear = layer.linear {
        linear.apply(rows: rows.total, now, activation: fused, to: other)
        swap(&now, &other)
      } else if rows.parts == 1 {
        input.apply(rows: rows.count, states, shift: .given(shifts), activation: fused, to: now)
      } else {
        input.apply(rows: rows.count, states, shift: .none, to: other)
        for part in 0..<rows.parts {
          let shifted = now + part * rows.count * width
          fk_add_bias(rows.count, width, shifts + part * width, other, shifted)
        }
        if fused != nil { activation.apply(rows: rows.total, width: width, now) }
      }
      if let norm = layer.norm {
        norm.apply(rows: rows.total, now, to: now)
        activation.apply(rows: rows.total, width: width, now)
      }
    }
    return now
  }

  /// Leaves the last block's sum in `values`.
  private func evaluate(
    _ blocks: [ResidualBlock], _ rows: Rows, _ states: UnsafePointer<Float>,
    _ embedded: UnsafePointer<Float>, _ shifts: UnsafeMutablePointer<Float>,
    _ values: UnsafeMutablePointer<Float>, _ spare: UnsafeMutablePointer<Float>,
    _ inner: UnsafeMutablePointer<Float>
  ) {
    let width = settings.width
    let part = rows.count * width
    input.apply(rows: rows.count, states, to: values)
    for index in 1..<max(rows.parts, 1) { (values + index * part).update(from: values, count: part) }
    for block in blocks {
      block.condition.multiply(rows: rows.parts, embedded, to: shifts)
      fk_add_bias(rows.parts, width, block.firstBias.values, shifts, shifts)
      block.norm?.apply(rows: rows.total, values, to: spare)
      let start = block.norm == nil ? values : spare
      for index in 0..<rows.parts {
        block.first.apply(
          rows: rows.count, start + index * part, shift: .given(shifts + index * width),
          activation: settings.embedding.activation, to: inner + index * part)
      }
      block.second.apply(rows: rows.total, inner, adding: true, to: values)
    }
  }
}

extension NetworkArchitecture {
  static let mlp = NetworkArchitecture(
    "mlp", "A multilayer perceptron from a network file.", keys: MLPSettings.keys,
    MLPSettings.init, MLP.init)
}
