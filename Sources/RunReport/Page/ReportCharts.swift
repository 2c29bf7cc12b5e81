/// The figures of a report, made once and in the order of the page.
struct ReportCharts {
  /// What is known of the samples. Nil where the runs' samples are of different spaces.
  struct Samples {
    /// Distances between atoms, and energies.
    var wholes: [Chart] = []
    /// Row by row; nil is an empty place.
    var cells: [Chart?] = []
    var columns = 1
    /// The first cell is as high as all others together.
    var hasLead = false
    var caption = ""
    /// Pairs of coordinates, each with one figure a run, where several runs are compared.
    var pairs: [[Chart]] = []
  }

  let path: [Chart]
  let samples: Samples?

  init(_ records: [RunRecord]) {
    var path = [
      SampleSizeChart.chart(records), LogNormalizerChart.chart(records),
      LogNormalizerChart.end(records), DifferenceChart.chart(records),
      AncestorChart.chart(records), ControlChart.chart(records), WeightChart.chart(records),
      ScoreResidualChart.chart(records),
    ].compactMap { $0 }
    // Beside the last of an odd number there is room for it.
    let isWide = records.count == 1 && path.count % 2 == 0
    path += records.enumerated().compactMap {
      GenealogyChart.chart($0.element, $0.offset, of: records.count, isWide: isWide)
    }
    self.path = path
    let isOneSpace = records.allSatisfy { $0.dimensions == records[0].dimensions }
    samples = isOneSpace ? Self.samples(records) : nil
  }

  var all: [Chart] {
    guard let samples else { return path }
    return path + samples.wholes + samples.cells.compactMap { $0 }
      + samples.pairs.joined()
  }

  private static func samples(_ records: [RunRecord]) -> Samples {
    let energies = EnergyChart.chart(records)
    if let distances = DistanceChart.chart(records) {
      return Samples(wholes: [distances, energies].compactMap { $0 })
    }
    let shown = SampleRanges(records)
    var samples = records.count == 1 ? matrix(records[0], shown) : overlay(records, shown)
    samples.wholes = [energies].compactMap { $0 }
    return samples
  }

  private static let outside = "The outermost thousandth of the weight at either end is not shown."

  /// What a pair's axes take beside its square, in pixels.
  private static let axisRoom = 64

  /// Marginals on the diagonal, pairs below it.
  private static func matrix(_ record: RunRecord, _ shown: SampleRanges) -> Samples {
    let count = shown.coordinates.count
    if count == 2 { return pair(record, shown) }
    let size = (944 - 8 * (count - 1)) / count
    let height = count == 1 ? 300 : size * 9 / 10
    var samples = Samples(columns: count)
    for row in 0..<count {
      for column in 0..<count {
        let (x, y) = (shown.coordinates[column], shown.coordinates[row])
        let ranges = (x: shown.pairRanges[column], y: shown.pairRanges[row])
        samples.cells.append(
          column > row
            ? nil
            : column == row
              ? MarginalChart.chart([record], x, range: shown.ranges[row], size: size, height: height)
              : PairChart.chart(
                record, 0, (x, y), ranges, pairs: count * (count - 1) / 2, side: size - axisRoom,
                name: "pair-\(x)-\(y)", title: ""))
      }
    }
    samples.caption =
      density(of: record)
      + (count > 1
        ? ": single coordinates on the diagonal, pairs below, darker by its square root. \(shown.scaleSentence) "
        : ". ")
      + "\(shown.sentence) \(outside)"
    return samples
  }

  /// Two coordinates have room: their pair is large.
  private static func pair(_ record: RunRecord, _ shown: SampleRanges) -> Samples {
    let (x, y) = (shown.coordinates[0], shown.coordinates[1])
    var samples = Samples(columns: 2, hasLead: true)
    samples.cells = [
      PairChart.chart(
        record, 0, (x, y), (shown.pairRanges[0], shown.pairRanges[1]), pairs: 1, side: 560 - axisRoom,
        name: "pair-\(x)-\(y)", title: "")
    ]
    samples.cells += zip(shown.coordinates, shown.ranges).map { coordinate, range in
      MarginalChart.chart([record], coordinate, range: range, size: 370, height: 244)
    }
    samples.caption =
      density(of: record) + ": both coordinates at once, darker by its square root, and each alone. "
      + "\(shown.scaleSentence) \(shown.sentence) \(outside)"
    return samples
  }

  private static func density(of record: RunRecord) -> String {
    "Weighted density of all \(FigureText.whole(record.particles)) particles"
  }

  /// Marginals of all runs in one figure each, and the first pair of each run side by side.
  private static func overlay(_ records: [RunRecord], _ shown: SampleRanges) -> Samples {
    let count = shown.coordinates.count
    var samples = Samples(columns: min(2, count))
    samples.cells = zip(shown.coordinates, shown.ranges).map { coordinate, range in
      MarginalChart.chart(records, coordinate, range: range, size: PathChart.width, height: 200)
    }
    samples.caption = "Weighted density of single coordinates, of all particles. \(shown.sentence) \(outside)"
    if count > 1 {
      let (x, y) = (shown.coordinates[0], shown.coordinates[1])
      samples.pairs = [
        records.enumerated().map { run, record in
          PairChart.chart(
            record, run, (x, y), (shown.pairRanges[0], shown.pairRanges[1]), pairs: 1,
            side: PathChart.width - axisRoom, name: "pair-\(x)-\(y)-run-\(run + 1)", title: record.name,
            layout: .half, caption: "Weighted density, darker by its square root. \(shown.scaleSentence)")
        }
      ]
    }
    return samples
  }
}
