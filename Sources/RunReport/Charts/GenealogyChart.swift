import RunConfigurations

/// The lineages of a few final particles. Nil for runs that recorded none.
enum GenealogyChart {
  static let leaves = 64

  static func chart(_ record: RunRecord, _ run: Int, of count: Int, isWide: Bool) -> Chart? {
    guard let genealogy = record.genealogy else { return nil }
    let axis = NoiseAxis([record])
    let tree = GenealogyTree(genealogy, weights: record.weights, leaves: leaves)
    let rows = [record.trace[0]] + genealogy.steps.map { record.trace[$0] }
    let segments: [JSONText] = tree.segments.map { segment in
      [
        "a": .short(rows[segment.first].position), "b": .short(rows[segment.last].position),
        "y": .short(segment.from), "z": .short(segment.to), "n": .count(segment.leaves),
        "f": .count(segment.family.map { 1 + $0 % Chart.colorCount } ?? 0),
      ]
    }
    let colors: [JSONText] = [Chart.muted] + (0..<Chart.colorCount).map { Chart.color($0) }
    let layer: JSONText = [
      "data": ["values": .list(segments)],
      "mark": ["type": "rule", "strokeCap": "round"],
      "encoding": [
        "x": axis.encoding("a", hasAxis: true), "x2": ["field": "b"],
        "y": [
          "field": "y", "type": "quantitative", "axis": nil,
          "scale": ["domain": [-1, .count(leaves)], "nice": false, "zero": false],
        ],
        "y2": ["field": "z"],
        "stroke": [
          "field": "f", "type": "nominal", "legend": nil,
          "scale": ["domain": .list((0...Chart.colorCount).map { .count($0) }), "range": .list(colors)],
        ],
        "strokeWidth": [
          "field": "n", "type": "quantitative", "legend": nil,
          "scale": ["type": "sqrt", "domain": [1, .count(leaves)], "range": [0.8, 4], "zero": false],
        ],
      ],
    ]
    let isOne = count == 1
    return Chart(
      name: isOne ? "genealogy" : "genealogy-\(run + 1)",
      title: isOne ? "Genealogy" : "Genealogy: \(record.name)",
      caption:
        "\(leaves) final particles, drawn by weight, and their ancestors at \(genealogy.slices) levels before: "
        + "\(tree.families) \(tree.families == 1 ? "ancestor" : "ancestors") at the start. Lines that join are "
        + "common ancestors, the wider the more of the \(leaves) they have; colours tell families apart, grey "
        + "are families of one.",
      layout: isWide ? .wide : .half,
      spec: Chart.spec(
        width: isWide ? 944 : PathChart.width, height: isWide ? 330 : PathChart.height,
        description: "Lineages of final particles over noise level, from noise to data",
        layers: axis.progressLayers + [layer]))
  }
}
