internal import CKernels
import FeynmanKac
import Libc

/// An E(n)-equivariant graph network of atoms that all see each other.
///
/// `z` starts at the scaled positions, `h` at `input g`, with a vector of each atom where atoms have them; `g` is the
/// embedding of noise and condition. Every layer, for i ≠ j:
/// ```
/// r = √(|zᵢ − zⱼ|² + 1e-12)
/// m = act(message act(source hᵢ + target hⱼ + distance f(r) + condition g))       target is source if symmetric
/// m ← m · sigmoid(attention m)                                                     attention
/// w = range · tanh(coordinate2 act(coordinate1 m)) + pair m                        pair term
/// zᵢ ← zᵢ + Σⱼ (zᵢ − zⱼ)/(r + offset) · w / (n − 1)
/// hᵢ ← hᵢ + node2 act(node1 [hᵢ, Σⱼ m / (n − 1)])                                  all layers but the last
/// ```
/// The answer is `z` without its start and its mean. Rotated, reflected or (without vectors of atoms) permuted rows have
/// rotated, reflected or permuted answers.
///
/// Rows are taken one at a time, and their answers depend on nothing but the row. What the atoms have in common in the
/// first layer is computed once for each condition.
///
/// - Source: after Satorras, Hoogeboom and Welling 2021, Eqs. 3–6.
public final class EGNN: Network {
  /// What the file states.
  public let settings: EGNNSettings

  private let embedding: Embedding
  private let input: PaddedLinear
  /// `[atoms, width]`
  private let atomVectors: Weights?
  private let store: WeightStore
  let layers: [EGNNLayer]
  let pairs: AtomPairs
  /// The logarithms of the radial functions' middles.
  let centers: Weights
  /// Their distance.
  let spacing: Float
  /// The length of messages and nodes, filled up to whole vectors.
  let width: Int

  /// Takes the network's tensors.
  ///
  /// - Throws: `FileError` naming a tensor that is missing or has another shape; `BLAS.Unavailable`.
  package init(_ tensors: NetworkTensors, _ settings: EGNNSettings) throws {
    try BLAS.load()
    let store = WeightStore()
    self.store = store
    self.settings = settings
    let width = fk_padded(settings.width)
    self.width = width
    embedding = try Embedding(tensors, settings.embedding)
    input = try PaddedLinear(
      tensors, "input", inputs: settings.embedding.width, outputs: settings.width, hasPaddedInputs: false,
      in: store)
    if settings.hasAtomEmbedding {
      let stated = try tensors.values("atoms.weight", shape: [settings.atoms, settings.width])
      var padded = [Float](repeating: 0, count: settings.atoms * width)
      for (index, value) in stated.enumerated() {
        padded[index / settings.width * width + index % settings.width] = value
      }
      atomVectors = Weights(padded)
    } else {
      atomVectors = nil
    }
    layers = try (0..<settings.depth).map { try EGNNLayer(tensors, settings, index: $0, in: store) }
    pairs = AtomPairs(atoms: settings.atoms, settings.edges, in: store)
    let (low, high) = (log(settings.radialMinimum), log(settings.radialMaximum))
    let step = (high - low) / Double(settings.radialBasisFunctions - 1)
    spacing = Float(step)
    centers = Weights((0..<settings.radialBasisFunctions).map { Float(low + Double($0) * step) })
  }

  /// `d`, the length of a row.
  public var dimensions: Int { settings.dimensions }
  /// The number of atoms in a row.
  public var atoms: Int? { settings.atoms }
  /// What conditions the network takes.
  public var conditioning: Conditioning { settings.embedding.conditioning }

  // MARK: - Evaluation

  /// Floats of scratch memory for `rows` rows under each of `conditions` conditions.
  public func workspaceSize(rows: Int, conditions: Int) -> Int {
    EGNNScratch.size(
      settings, edges: pairs.count, conditions: conditions,
      embeddingSize: embedding.workspaceSize(conditions: conditions))
  }

  /// Fills `batch.outputs`, one condition after the other.
  public func evaluate(_ batch: NetworkBatch, at point: NoisePoint) {
    let parts = batch.conditions.count
    let scratch = EGNNScratch(
      settings, edges: pairs.count, conditions: parts,
      embeddingSize: embedding.workspaceSize(conditions: parts), in: batch.workspace.baseAddress!)
    embedding.write(batch.conditions, at: point, to: scratch.embedded, workspace: scratch.embedding)
    let factor = Float(settings.inputScaling.factor(signal: point.signal, noise: point.noise))
    layers.withUnsafeBufferPointer { layers in
      for part in 0..<parts {
        prepare(layers, scratch.embedded + part * embedding.width, scratch)
        let outputs = batch.outputs + part * batch.count * dimensions
        for row in 0..<batch.count {
          evaluate(
            layers, batch.states + row * dimensions, scale: factor, scratch, to: outputs + row * dimensions)
        }
      }
    }
    fk_remove_center_of_mass(parts * batch.count, settings.atoms, batch.outputs)
  }

  /// What all rows of one condition have in common.
  private func prepare(
    _ layers: UnsafeBufferPointer<EGNNLayer>, _ embedded: UnsafePointer<Float>, _ scratch: EGNNScratch
  ) {
    for (index, layer) in layers.enumerated() {
      layer.condition.apply(rows: 1, embedded, to: scratch.shifts + index * width)
    }
    let (initial, first) = (scratch.initial, layers[0])
    input.apply(rows: 1, embedded, to: initial)
    guard let atomVectors else {
      // All atoms are alike: no product for each of them, and nothing to gather for each edge.
      first.source.apply(rows: 1, initial, adding: true, to: scratch.shifts)
      (first.target ?? first.source).apply(rows: 1, initial, adding: true, to: scratch.shifts)
      if let node = first.node {
        node.state.apply(rows: 1, initial, to: scratch.nodeShift)
        fk_add_bias(1, width, initial, node.second.bias!, scratch.nodeBase)
      }
      return
    }
    for atom in (0..<settings.atoms).reversed() {
      fk_add_bias(1, width, initial, atomVectors.values + atom * width, initial + atom * width)
    }
    first.source.apply(rows: settings.atoms, initial, to: scratch.initialSources)
    first.target?.apply(rows: settings.atoms, initial, to: scratch.initialTargets)
  }
}

extension NetworkArchitecture {
  static let egnn = NetworkArchitecture(
    "egnn", "An E(n)-equivariant graph network of atoms from a network file.", keys: EGNNSettings.keys,
    EGNNSettings.init, EGNN.init)
}
