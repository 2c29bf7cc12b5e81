import RunConfigurations

/// The lineages of a few final particles. Nil for runs that recorded none.
enum GenealogyChart {
  static let leaves = 64

  /// The least number of lineages that join others in a figure worth drawing; lines of fewer show nothing but that they are parallel.
  private static let fewestJoined = 8

  /// What there is to say of a run in place of a figure; nil where lineages join often enough to be drawn, or none were recorded.
  static func sentence(_ record: RunRecord) -> String? {
    guard let genealogy = record.genealogy else { return nil }
    let families = GenealogyTree(genealogy, weights: record.weights, leaves: leaves).families
    guard families > leaves - fewestJoined else { return nil }
    let reason =
      record.figures.resampleCount == 0 ? "nothing was resampled on the way" : "nearly nothing was resampled"
    return
      "There is no genealogy to draw: \(leaves) final particles, drawn by weight, have \(families) different ancestors "
      + "at the start, as \(reason)."
  }

  static func chart(_ record: RunRecord, _ run: Int, of count: Int, isWide: Bool) -> Chart? {
    guard let genealogy = record.genealogy, sentence(record) == nil else { return nil }
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
        // Those that never part stand back, so that they are no grey block.
        "strokeOpacity": ["condition": ["test": "datum.f == 0", "value": 0.4], "value": 1],
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
        width: isWide ? 944 : PathChart.width, height: 330,
        description: "Lineages of final particles over noise level, from noise to data",
        layers: axis.progressLayers + [layer]))
  }
}
