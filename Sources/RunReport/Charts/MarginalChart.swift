import FeynmanKac
import Libc
import RunConfigurations

/// The weighted density of one coordinate.
enum MarginalChart {
  static func chart(
    _ records: [RunRecord], _ coordinate: Int, range: ClosedRange<Double>, size: Int, height: Int
  ) -> Chart {
    let smallest = records.map(\.figures.effectiveSampleSize).min()!
    let bins = HistogramSize.bins(effectiveSampleSize: smallest)
    var layers: [JSONText] = []
    for (run, record) in records.enumerated() {
      let histogram = WeightedHistogram(
        record.column(coordinate), weights: record.weights, range: range, bins: bins)
      layers.append(
        layer(
          histogram, run, isOutline: records.count > 1, title: FigureText.coordinate(coordinate),
          hasAxis: run == 0))
    }
    return Chart(
      name: "marginal-\(coordinate)", title: FigureText.coordinate(coordinate), caption: "", layout: .cell,
      spec: Chart.spec(
        width: size, height: height,
        description: "Weighted density of coordinate \(coordinate)", layers: layers))
  }

  static func layer(
    _ histogram: WeightedHistogram, _ run: Int, isOutline: Bool, title: String, hasAxis: Bool
  ) -> JSONText {
    let width = histogram.edges(of: 0).upper - histogram.edges(of: 0).lower
    var points: [JSONText] = histogram.shares.enumerated().map { bin, share in
      let (lower, upper) = histogram.edges(of: bin)
      return ["a": .short(lower), "b": .short(upper), "y": .short(share / width)]
    }
    if isOutline, let last = histogram.shares.last {
      points.append(["a": .short(histogram.range.upperBound), "y": .short(last / width)])
    }
    let x: JSONText = [
      "field": "a", "type": "quantitative",
      "scale": [
        "domain": [.short(histogram.range.lowerBound), .short(histogram.range.upperBound)], "nice": false,
        "zero": false,
      ],
      "axis": hasAxis ? ["title": .text(title), "tickCount": 5] : nil,
    ]
    let y: JSONText = [
      "field": "y", "type": "quantitative", "axis": ["title": nil, "tickCount": 3, "format": "~g"],
      "scale": ["nice": true],
    ]
    if isOutline {
      return [
        "data": ["values": .list(points)],
        "mark": [
          "type": "line", "interpolate": "step-after", "stroke": Chart.color(run), "strokeWidth": 1.4,
        ],
        "encoding": ["x": x, "y": y],
      ]
    }
    return [
      "data": ["values": .list(points)],
      "mark": ["type": "rect", "fill": Chart.color(run), "fillOpacity": 0.75],
      "encoding": ["x": x, "x2": ["field": "b"], "y": y, "y2": ["datum": 0]],
    ]
  }
}

/// How fine a histogram may be for what its samples can tell.
enum HistogramSize {
  /// Twice the cube root, by the rule of Rice.
  static func bins(effectiveSampleSize: Double) -> Int {
    min(80, max(12, Int(clamping: (2 * cbrt(effectiveSampleSize)).rounded())))
  }

  /// Along each side of a grid: some samples for a cell that has any.
  static func cells(effectiveSampleSize: Double, pairs: Int) -> Int {
    min(pairs > 1 ? 32 : 56, max(10, Int(clamping: (0.55 * effectiveSampleSize.squareRoot()).rounded())))
  }
}
