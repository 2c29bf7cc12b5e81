internal import CKernels
import FeynmanKac

/// The tensors of one layer of an `EGNN`.
///
/// Unchecked: the numbers do not change. They belong to a `WeightStore`.
struct EGNNLayer: @unchecked Sendable {
  let source: PaddedLinear
  /// The map of an edge's other node; nil where edges are symmetric: then it is `source`.
  let target: PaddedLinear?
  let distance: PaddedLinear
  let condition: PaddedLinear
  let message: PaddedLinear
  let coordinate1: PaddedLinear
  let coordinate2: UnsafePointer<Float>
  let attention: Attention?
  let pair: UnsafePointer<Float>?
  /// The update of the nodes; nil in the last layer, whose nodes nothing looks at.
  let node: NodeUpdate?

  struct Attention {
    let weights: UnsafePointer<Float>
    let bias: Float
  }

  /// The first map of `[h, sums]` in two parts, then the second.
  struct NodeUpdate {
    let state: PaddedLinear
    let sums: PaddedLinear
    let second: PaddedLinear
  }

  init(
    _ tensors: NetworkTensors, _ settings: EGNNSettings, index: Int, in store: WeightStore
  ) throws(FileError) {
    let width = settings.width
    let name = "layers.\(index)"
    func vector(_ part: String) throws(FileError) -> UnsafePointer<Float> {
      let values = try tensors.values("\(name).\(part).weight", shape: [1, width])
      return store.add(values + [Float](repeating: 0, count: fk_padded(width) - width))
    }
    func square(_ part: String, hasBias: Bool = true) throws(FileError) -> PaddedLinear {
      try PaddedLinear(
        tensors, "\(name).\(part)", inputs: width, outputs: width, hasBias: hasBias, in: store)
    }
    source = try square("source", hasBias: false)
    target = settings.edges == .directed ? try square("target", hasBias: false) : nil
    distance = try PaddedLinear(
      tensors, "\(name).distance", inputs: settings.distanceFeatureCount, outputs: width, hasBias: false,
      hasPaddedInputs: false, in: store)
    condition = try PaddedLinear(
      tensors, "\(name).condition", inputs: settings.embedding.width, outputs: width, hasPaddedInputs: false,
      in: store)
    message = try square("message")
    coordinate1 = try square("coordinate1")
    coordinate2 = try vector("coordinate2")
    attention =
      settings.hasAttention
      ? Attention(
        weights: try vector("attention"), bias: try tensors.values("\(name).attention.bias", shape: [1])[0])
      : nil
    pair = settings.hasPairTerm ? try vector("pair") : nil
    guard index + 1 < settings.depth else {
      node = nil
      return
    }
    let first = try tensors.values("\(name).node1.weight", shape: [width, 2 * width])
    let bias = try tensors.values("\(name).node1.bias", shape: [width])
    node = NodeUpdate(
      state: PaddedLinear(first, bias: bias, columns: 0..<width, of: 2 * width, in: store),
      sums: PaddedLinear(first, bias: nil, columns: width..<2 * width, of: 2 * width, in: store),
      second: try square("node2"))
  }
}
