import FeynmanKac

/// The weighted energies of the particles, where an experiment left them. Nil where no run has any.
enum EnergyChart {
  static func isKnown(_ records: [RunRecord]) -> Bool { records.contains { $0.extras.energies != nil } }

  static func chart(_ records: [RunRecord]) -> Chart? {
    let parts = records.enumerated().compactMap { run, record in
      record.extras.energies.map { (run: run, record: record, energies: $0) }
    }
    guard !parts.isEmpty else { return nil }
    let ranges = parts.map { WeightedHistogram.centralRange(of: $0.energies, weights: $0.record.weights) }
    let range = ranges.map(\.lowerBound).min()!...ranges.map(\.upperBound).max()!
    let smallest = parts.map(\.record.figures.effectiveSampleSize).min()!
    let layers = parts.enumerated().map { place, part in
      MarginalChart.layer(
        WeightedHistogram(
          part.energies, weights: part.record.weights, range: range,
          bins: HistogramSize.bins(effectiveSampleSize: smallest)), part.run, isOutline: parts.count > 1,
        title: "energy", hasAxis: place == 0)
    }
    let means = parts.map { part in
      let mean = zip(part.energies, part.record.weights).reduce(0) { $0 + $1.0 * $1.1 }
      return (parts.count > 1 ? "\(part.record.name) " : "") + FigureText.digits(mean)
    }
    return Chart(
      name: "energies", title: "Energies",
      caption:
        "Weighted density of the particles' energies, of energies.npy; weighted mean \(means.joined(separator: ", ")). The outermost "
        + "thousandth on either side is not shown.",
      layout: .half,
      spec: Chart.spec(
        width: PathChart.width, height: 280, description: "Weighted density of the energies", layers: layers))
  }
}
