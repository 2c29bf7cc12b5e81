internal import CKernels

// One configuration through all layers.
extension EGNN {
  /// Writes `z` without its start, `[3 · atoms]`.
  func evaluate(
    _ layers: UnsafeBufferPointer<EGNNLayer>, _ states: UnsafePointer<Float>, scale: Float,
    _ scratch: EGNNScratch, to output: UnsafeMutablePointer<Float>
  ) {
    let atoms = settings.atoms
    scratch.moves.update(repeating: 0, count: 4 * atoms)
    for atom in 0..<atoms {
      for axis in 0..<3 { scratch.starts[4 * atom + axis] = scale * states[3 * atom + axis] }
      scratch.starts[4 * atom + 3] = 0
    }
    for index in 0..<layers.count {
      fk_edge_gaps(
        pairs.count, pairs.first, pairs.second, scratch.starts, scratch.moves, scratch.gaps, scratch.distances
      )
      if index == 0, settings.distanceFeatures == .squared {
        scratch.firstDistances.update(from: scratch.distances, count: fk_padded(pairs.count))
      }
      if layers[index].node != nil { scratch.sums.update(repeating: 0, count: atoms * width) }
      let ends = ends(layers[index], isFirst: index == 0, scratch)
      let chunk = EGNNScratch.chunk(width: width, edges: pairs.count)
      for start in stride(from: 0, to: pairs.count, by: chunk) {
        pass(
          layers[index], start..<min(start + chunk, pairs.count), shift: scratch.shifts + index * width, ends,
          scratch)
      }
      if let node = layers[index].node { update(node, isFirst: index == 0, scratch) }
    }
    for atom in 0..<atoms {
      for axis in 0..<3 { output[3 * atom + axis] = scratch.moves[4 * atom + axis] }
    }
  }

  /// What the nodes add to the edges that start and that end there; nil where it is the same for all edges.
  private struct Ends {
    var source: UnsafePointer<Float>?
    var target: UnsafePointer<Float>?
  }

  private func ends(_ layer: EGNNLayer, isFirst: Bool, _ scratch: EGNNScratch) -> Ends {
    let isSymmetric = pairs.isSymmetric
    if isFirst {
      guard settings.hasAtomEmbedding else { return Ends() }
      let source = UnsafePointer(scratch.initialSources)
      return Ends(source: source, target: isSymmetric ? source : UnsafePointer(scratch.initialTargets))
    }
    layer.source.apply(rows: settings.atoms, scratch.nodes, to: scratch.sources)
    layer.target?.apply(rows: settings.atoms, scratch.nodes, to: scratch.targets)
    let source = UnsafePointer(scratch.sources)
    return Ends(source: source, target: isSymmetric ? source : UnsafePointer(scratch.targets))
  }

  /// The messages of some edges: what they move, and what they tell the nodes.
  private func pass(
    _ layer: EGNNLayer, _ edges: Range<Int>, shift: UnsafePointer<Float>, _ ends: Ends, _ scratch: EGNNScratch
  ) {
    let count = edges.count
    let (first, second) = (pairs.first + edges.lowerBound, pairs.second + edges.lowerBound)
    let isSymmetric: CInt = pairs.isSymmetric ? 1 : 0
    let activation = settings.embedding.activation.kernel
    let scale = 1 / Float(settings.atoms - 1)
    let distances = scratch.distances + edges.lowerBound
    switch settings.distanceFeatures {
    case .radialBasis:
      fk_radial_features(
        count, layer.distance.inputs, centers.values, spacing, distances, scratch.features)
    case .squared:
      let length = fk_padded(count)
      let starts = scratch.firstDistances + edges.lowerBound
      for edge in 0..<length {
        scratch.features[edge] = distances[edge] * distances[edge]
        scratch.features[length + edge] = starts[edge] * starts[edge]
      }
    }
    fk_edge_messages(
      count, layer.distance.inputs, width, scratch.features, layer.distance.weights, shift, first, second,
      ends.source, ends.target, activation, scratch.hidden)
    layer.message.apply(rows: count, scratch.hidden, activation: activation, to: scratch.messages)
    if let attention = layer.attention {
      fk_attend(count, width, attention.weights, attention.bias, scratch.messages)
    }
    layer.coordinate1.apply(rows: count, scratch.messages, activation: activation, to: scratch.hidden)
    fk_row_dots(count, width, scratch.hidden, layer.coordinate2, scratch.bounded)
    if let pair = layer.pair { fk_row_dots(count, width, scratch.messages, pair, scratch.unbounded) }
    fk_push(
      count, first, second, isSymmetric, scratch.gaps + 4 * edges.lowerBound, distances, scratch.bounded,
      layer.pair == nil ? nil : UnsafePointer(scratch.unbounded), Float(settings.coordinateRange),
      Float(settings.distanceOffset), scale, scratch.moves)
    if layer.node != nil {
      fk_add_messages(count, width, first, second, isSymmetric, scale, scratch.messages, scratch.sums)
    }
  }

  private func update(_ node: EGNNLayer.NodeUpdate, isFirst: Bool, _ scratch: EGNNScratch) {
    let atoms = settings.atoms
    let activation = settings.embedding.activation.kernel
    if isFirst, !settings.hasAtomEmbedding {
      node.sums.apply(
        rows: atoms, scratch.sums, bias: scratch.nodeShift, activation: activation, to: scratch.nodeHidden)
      node.second.apply(rows: atoms, scratch.nodeHidden, bias: scratch.nodeBase, to: scratch.nodes)
      return
    }
    if isFirst { scratch.nodes.update(from: scratch.initial, count: atoms * width) }
    node.state.apply(rows: atoms, scratch.nodes, to: scratch.nodeHidden)
    node.sums.apply(
      rows: atoms, scratch.sums, adding: true, activation: activation, to: scratch.nodeHidden)
    node.second.apply(rows: atoms, scratch.nodeHidden, adding: true, to: scratch.nodes)
  }
}
