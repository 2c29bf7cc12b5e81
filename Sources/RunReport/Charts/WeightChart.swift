import FeynmanKac
import Libc
import RunConfigurations

/// The final log-weights: how many particles have them, and how much weight those carry. Nil for equal weights.
enum WeightChart {
  static func chart(_ records: [RunRecord]) -> Chart? {
    let records = records.enumerated().filter { !$0.element.isEquallyWeighted }
    guard !records.isEmpty else { return nil }
    // Relative to equal weights, so that runs of different sizes compare.
    let values = records.map { $0.element.relativeLogWeights }
    let ranges = zip(records, values).map { Self.range($1, $0.element.weights) }
    let range = ranges.map(\.lowerBound).min()!...ranges.map(\.upperBound).max()!
    let bins = 48
    var layers: [JSONText] = []
    var below: [String] = []
    for ((run, record), values) in zip(records, values) {
      let equal = [Double](repeating: 1 / Double(record.particles), count: record.particles)
      let counts = WeightedHistogram(values, weights: equal, range: range, bins: bins)
      let weights = WeightedHistogram(values, weights: record.weights, range: range, bins: bins)
      layers.append(bars(counts, run, axis: layers.isEmpty, isOutline: records.count > 1))
      layers.append(steps(weights, run, isDashed: true))
      if counts.outside > 0 {
        let share = FigureText.percent(counts.outside)
        let weight = FigureText.percent(weights.outside)
        below.append(
          "\(share) of \(records.count > 1 ? record.name : "the particles") with \(weight) of its weight")
      }
    }
    return Chart(
      name: "weights", title: "Weights",
      caption:
        "Final log-weights in nats; 0 is an equal share. \(records.count > 1 ? "Solid" : "Filled"): share of the "
        + "particles. Dashed: share of the weight. All particles count"
        + (below.isEmpty ? "." : "; not shown: \(below.joined(separator: "; "))."),
      layout: .half,
      spec: Chart.spec(
        width: PathChart.width, height: PathChart.height, description: "Histogram of the log-weights",
        layers: layers))
  }

  /// What all but a thousandth of the particles and of the weight need.
  private static func range(_ values: [Double], _ weights: [Double]) -> ClosedRange<Double> {
    let finite = values.map { $0 == -.infinity ? 0.0 : 1.0 }
    let count = finite.reduce(0, +)
    let byCount = WeightedHistogram.centralRange(of: values, weights: finite.map { $0 / count })
    let byWeight = WeightedHistogram.centralRange(of: values, weights: weights)
    return min(byCount.lowerBound, byWeight.lowerBound)...max(byCount.upperBound, byWeight.upperBound)
  }

  private static func points(_ histogram: WeightedHistogram) -> JSONText {
    .list(
      histogram.shares.enumerated().map { bin, share in
        let (lower, upper) = histogram.edges(of: bin)
        return ["a": .short(lower), "b": .short(upper), "y": .short(share)]
      })
  }

  private static let y: JSONText = [
    "field": "y", "type": "quantitative", "axis": ["title": nil, "format": ".1~%"], "scale": ["nice": true],
  ]

  private static func bars(_ histogram: WeightedHistogram, _ run: Int, axis: Bool, isOutline: Bool)
    -> JSONText
  {
    let xAxis: JSONText = axis ? ["title": "log (N × weight), nats", "tickCount": 7] : nil
    let scale: JSONText = ["nice": false, "zero": false]
    if isOutline { return steps(histogram, run, isDashed: false, axis: xAxis) }
    return [
      "data": ["values": points(histogram)],
      "mark": ["type": "rect", "fill": Chart.color(run), "fillOpacity": 0.55],
      "encoding": [
        "x": ["field": "a", "type": "quantitative", "axis": xAxis, "scale": scale], "x2": ["field": "b"],
        "y": y,
        "y2": ["datum": 0],
      ],
    ]
  }

  private static func steps(
    _ histogram: WeightedHistogram, _ run: Int, isDashed: Bool, axis: JSONText = nil
  ) -> JSONText {
    [
      "data": ["values": points(histogram)],
      "mark": [
        "type": "line", "interpolate": "step-after", "stroke": Chart.color(run),
        "strokeDash": isDashed ? [4, 3] : [1, 0],
      ],
      "encoding": [
        "x": ["field": "a", "type": "quantitative", "axis": axis, "scale": ["nice": false, "zero": false]],
        "y": y,
      ],
    ]
  }
}

extension RunRecord {
  /// `log (N W)`.
  var relativeLogWeights: [Double] {
    let shift = log(Double(particles))
    return logWeights.map { $0 + shift }
  }
}
