internal import CKernels

/// Where an `EGNN` keeps what it works on: what one condition has in common, and one configuration.
///
/// Edges are taken a chunk at a time, so that a chunk's messages stay in the nearest caches.
struct EGNNScratch {
  typealias Floats = UnsafeMutablePointer<Float>

  // MARK: - Of one condition

  /// `g` of every condition, and what the embedding needs to make it.
  let embedded: Floats
  let embedding: Floats
  /// The start of `h`: `[width]`, or `[atoms, width]` where atoms have vectors of their own.
  let initial: Floats
  /// What it becomes as source and target of the first layer.
  let initialSources: Floats
  let initialTargets: Floats
  /// What all edges of a layer start from, `[depth, width]`.
  let shifts: Floats
  /// What all nodes of the first layer start from, before and after the activation.
  let nodeShift: Floats
  let nodeBase: Floats

  // MARK: - Of one configuration

  /// `[atoms, 4]`
  let starts: Floats
  let moves: Floats
  /// `[edges, 4]`
  let gaps: Floats
  /// `[edges]`, now and at the first layer.
  let distances: Floats
  let firstDistances: Floats
  /// `[atoms, width]`
  let nodes: Floats
  let sources: Floats
  let targets: Floats
  let sums: Floats
  let nodeHidden: Floats
  /// `[features, chunk]`
  let features: Floats
  /// `[chunk, width]`
  let hidden: Floats
  let messages: Floats
  /// `[chunk]`
  let bounded: Floats
  let unbounded: Floats

  /// Edges of a chunk: whole vectors and whole tiles of the kernels, of at most 16,384 numbers if that is enough.
  static func chunk(width: Int, edges: Int) -> Int {
    min(max(16384 / fk_padded(width) / 48, 1) * 48, edges)
  }

  /// Areas of `memory`, which has at least `size` numbers.
  init(
    _ settings: EGNNSettings, edges: Int, conditions: Int, embeddingSize: Int,
    in memory: UnsafeMutablePointer<Float>
  ) {
    var areas = Areas(base: memory.alignedUp)
    self.init(settings, edges: edges, conditions: conditions, embeddingSize: embeddingSize, &areas)
  }

  /// Floats that the areas need, wherever the memory begins.
  static func size(_ settings: EGNNSettings, edges: Int, conditions: Int, embeddingSize: Int) -> Int {
    // Only its differences are used.
    var areas = Areas(base: UnsafeMutablePointer(bitPattern: 64)!)
    _ = EGNNScratch(settings, edges: edges, conditions: conditions, embeddingSize: embeddingSize, &areas)
    return areas.count + 16
  }

  private struct Areas {
    let base: Floats
    var count = 0

    mutating func take(_ wanted: Int) -> Floats {
      defer { count += fk_padded(wanted) }
      return base + count
    }
  }

  private init(
    _ settings: EGNNSettings, edges: Int, conditions: Int, embeddingSize: Int, _ areas: inout Areas
  ) {
    let width = fk_padded(settings.width)
    let nodeCount = settings.atoms * width
    let initialCount = settings.hasAtomEmbedding ? nodeCount : width
    let chunk = Self.chunk(width: width, edges: edges)
    embedded = areas.take(conditions * settings.embedding.width)
    embedding = areas.take(embeddingSize)
    initial = areas.take(initialCount)
    initialSources = areas.take(initialCount)
    initialTargets = areas.take(initialCount)
    shifts = areas.take(settings.depth * width)
    nodeShift = areas.take(width)
    nodeBase = areas.take(width)
    starts = areas.take(4 * settings.atoms)
    moves = areas.take(4 * settings.atoms)
    gaps = areas.take(4 * edges)
    distances = areas.take(edges)
    firstDistances = areas.take(edges)
    nodes = areas.take(nodeCount)
    sources = areas.take(nodeCount)
    targets = areas.take(nodeCount)
    sums = areas.take(nodeCount)
    nodeHidden = areas.take(nodeCount)
    features = areas.take(settings.distanceFeatureCount * fk_padded(chunk))
    hidden = areas.take(chunk * width)
    messages = areas.take(chunk * width)
    bounded = areas.take(chunk)
    unbounded = areas.take(chunk)
  }
}

extension UnsafeMutablePointer<Float> {
  /// The next address of a whole cache line.
  fileprivate var alignedUp: Self {
    UnsafeMutableRawPointer(self).alignedUp(toMultipleOf: 64).assumingMemoryBound(to: Float.self)
  }
}
