import FeynmanKac

/// The weighted distances between atoms, for runs of atoms, where single coordinates mean little. Nil for vectors.
enum DistanceChart {
  /// The most distances that are drawn; beyond, particles are left out evenly.
  static let maximumDistances = 2_000_000

  /// The most atoms; with more, one particle alone has more distances than that.
  private static let mostAtoms = 2_000

  static func chart(_ records: [RunRecord]) -> Chart? {
    guard let atoms = records[0].figures.atoms, (2...mostAtoms).contains(atoms) else { return nil }
    let parts = records.map { distances(of: $0, atoms: atoms) }
    let ranges = parts.map { WeightedHistogram.centralRange(of: $0.values, weights: $0.weights) }
    let range = ranges.map(\.lowerBound).min()!...ranges.map(\.upperBound).max()!
    let layers = parts.enumerated().map { run, part in
      MarginalChart.layer(
        WeightedHistogram(part.values, weights: part.weights, range: range, bins: 96), run,
        isOutline: records.count > 1, title: "distance between two atoms", hasAxis: run == 0)
    }
    let stride = parts.map(\.stride).max()!
    let isBeside = EnergyChart.isKnown(records)
    return Chart(
      name: "distances", title: "Distances between atoms",
      caption:
        "Weighted density of all \(atoms * (atoms - 1) / 2) distances between \(atoms) atoms, in the units of "
        + "the data"
        + (stride > 1 ? ", of every \(stride)th particle." : ", of all particles.")
        + " The outermost thousandth on either side is not shown.",
      layout: isBeside ? .half : .wide,
      spec: Chart.spec(
        width: isBeside ? PathChart.width : 940, height: 280,
        description: "Weighted density of the distances between atoms",
        layers: layers))
  }

  private static func distances(
    of record: RunRecord, atoms: Int
  ) -> (values: [Double], weights: [Double], stride: Int) {
    let pairs = atoms * (atoms - 1) / 2
    let stride = (record.particles * pairs + maximumDistances - 1) / maximumDistances
    var values: [Double] = []
    var weights: [Double] = []
    var total = 0.0
    for particle in Swift.stride(from: 0, to: record.particles, by: stride) {
      total += record.weights[particle]
    }
    for particle in Swift.stride(from: 0, to: record.particles, by: stride) {
      let first = particle * record.dimensions
      for i in 0..<atoms {
        for j in i + 1..<atoms {
          var square = 0.0
          for axis in 0..<3 {
            let difference =
              Double(record.samples[first + 3 * i + axis]) - Double(record.samples[first + 3 * j + axis])
            square += difference * difference
          }
          values.append(square.squareRoot())
          weights.append(record.weights[particle] / (total * Double(pairs)))
        }
      }
    }
    return (values, weights, stride)
  }
}
