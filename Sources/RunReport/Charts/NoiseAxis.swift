import Libc
import RunConfigurations

/// The axis that figures of the path share: the noise level v on a logarithmic scale, from noise at the left to data.
struct NoiseAxis {
  /// Base-10 logarithms of the highest and lowest noise level.
  let start: Double
  let end: Double
  /// Progress means the same for all runs shown.
  private let hasProgress: Bool

  init(_ records: [RunRecord]) {
    let starts = records.map { $0.trace[0].position }
    let ends = records.map { $0.trace[$0.trace.count - 1].position }
    start = starts.max()!
    end = ends.min()!
    hasProgress = start - starts.min()! < 1e-9 && ends.max()! - end < 1e-9
  }

  /// A part of one run's path.
  init(from start: Double, to end: Double) {
    (self.start, self.end) = (start, end)
    hasProgress = false
  }

  /// The encoding of a field of positions.
  func encoding(_ field: String = "l", hasAxis: Bool = false) -> JSONText {
    [
      "field": .text(field), "type": "quantitative",
      "scale": ["domain": [.number(end), .number(start)], "reverse": true, "nice": false, "zero": false],
      "axis": hasAxis ? axis : nil,
    ]
  }

  private var axis: JSONText {
    let first = Int(clamping: (end - 1e-9).rounded(.up))
    let last = Int(clamping: (start + 1e-9).rounded(.down))
    guard last - first >= 2 else {
      return ["title": "noise level v", "tickCount": 5, "labelExpr": "format(pow(10, datum.value), '.2~g')"]
    }
    let stride = (last - first + 7) / 8
    let values = (first...last).filter { $0 % stride == 0 }
    let labels = values.map { "'\(FigureText.powerOfTen($0))'" }.joined(separator: ", ")
    return [
      "title": "noise level v", "values": .list(values.map { .number(Double($0)) }),
      "labelExpr": .text("[\(labels)][round((datum.value - \(values[0])) / \(stride))]"),
    ]
  }

  /// An axis at the top with the share of the path that is done, where it is the same for all.
  var progressLayers: [JSONText] {
    guard hasProgress else { return [] }
    // None at the start, where the vertical axis has its highest label.
    let shares = [0.25, 0.5, 0.75, 1]
    let length = start - end
    var encoding = encoding()
    if case .object(var members) = encoding {
      members[members.count - 1].1 = [
        "orient": "top", "title": nil, "domain": false, "ticks": false, "labelPadding": 2,
        "values": .list(shares.map { .number(start - $0 * length) }),
        "labelExpr": .text("format((\(start) - datum.value) / \(length), '.0%')"),
      ]
      encoding = .object(members)
    }
    return [
      [
        "data": ["values": .list([["l": .short(start)], ["l": .short(end)]])],
        "mark": ["type": "rule", "strokeOpacity": 0], "encoding": ["x": encoding],
      ]
    ]
  }
}
