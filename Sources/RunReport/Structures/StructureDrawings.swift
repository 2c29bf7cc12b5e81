import FeynmanKac

/// Drawings of some particles of atoms, as parts of the page that need no script.
enum StructureDrawings {
  /// The number of drawings of a single run; of several, each has half as many.
  private static let count = 6
  /// The most atoms that a drawing shows as more than a heap.
  private static let mostAtoms = 200
  /// The side of a drawing, in its own units.
  private static let size = 200.0

  /// Nothing for vectors.
  static func section(_ records: [RunRecord]) -> HTMLText {
    guard let atoms = records[0].figures.atoms, (2...mostAtoms).contains(atoms),
      records.allSatisfy({ $0.figures.atoms == atoms })
    else { return "" }
    let each = records.count == 1 ? count : count / 2
    let parts = records.enumerated().map { run, record -> HTMLText in
      let title: HTMLText = records.count > 1 ? "<h3>\(record.name)</h3>\n" : ""
      return "\(title)<div class=\"structures\">\n\(drawings(record, run, atoms, each).joined("\n"))\n</div>"
    }
    return """
      <h3>Structures</h3>
      \(parts.joined("\n"))
      <p class="caption">\(caption(records, each, atoms))</p>
      """
  }

  private static func caption(_ records: [RunRecord], _ each: Int, _ atoms: Int) -> String {
    "\(each) particles\(records.count > 1 ? " of each run" : ""), drawn by weight, with their \(atoms) atoms; paler is farther away. Lines join atoms that are hardly "
      + "farther apart than neighbours are. All have one scale"
      + (records.contains { $0.extras.energies != nil } ? ", and stand in the order of their energies." : ".")
  }

  private static func drawings(_ record: RunRecord, _ run: Int, _ atoms: Int, _ count: Int) -> [HTMLText] {
    var picks = WeightedPicks.picks(record.weights, count)
    if let energies = record.extras.energies { picks.sort { energies[$0] < energies[$1] } }
    let projections = picks.map { particle in
      AtomProjection(record.samples[particle * record.dimensions..<(particle + 1) * record.dimensions])
    }
    let widest = projections.map { $0.reach + 0.5 * $0.spacing }.max()!
    return zip(picks, projections).map { particle, projection in
      let energy = record.extras.energies.map { ", energy \(FigureText.digits($0[particle]))" } ?? ""
      let label = "particle \(FigureText.whole(particle))\(energy)"
      return """
        <figure>\(drawing(projection, run, scale: widest > 0 ? 0.5 * size / widest : 1, label: label))\
        <figcaption>\(label)</figcaption></figure>
        """
    }
  }

  private static func drawing(_ projection: AtomProjection, _ run: Int, scale: Double, label: String)
    -> HTMLText
  {
    func place(_ value: Double) -> String { FigureText.plain(0.5 * size + scale * value) }
    // What is farther away takes more of the page's colour.
    func shade(_ depth: Double) -> String { FigureText.plain(1 - 0.75 * depth, 2) }
    let bonds = projection.bonds.map { bond -> (depth: Double, markup: HTMLText) in
      // A hair farther than its ends, so that it goes behind them.
      (
        bond.depth + 1e-3,
        """
        <line x1="\(place(bond.from.x))" y1="\(place(-bond.from.y))" x2="\(place(bond.to.x))" y2="\(place(-bond.to.y))" opacity="\(shade(bond.depth))"/>
        """
      )
    }
    let radius = FigureText.plain(0.27 * scale * projection.spacing)
    let spheres = projection.spheres.map { sphere -> (depth: Double, markup: HTMLText) in
      let (x, y) = (place(sphere.x), place(-sphere.y))
      // Opaque in the page's colour first, so that nothing is seen through it.
      return (
        sphere.depth,
        """
        <g><circle class="back" cx="\(x)" cy="\(y)" r="\(radius)"/><circle cx="\(x)" cy="\(y)" r="\(radius)" opacity="\(shade(sphere.depth))"/></g>
        """
      )
    }
    let parts = (bonds + spheres).sorted { $0.depth > $1.depth }.map(\.markup)
    return """
      <svg viewBox="0 0 \(Int(clamping: size)) \(Int(clamping: size))" role="img" aria-label="\(label)" \
      style="--atom: var(--c\(run % Chart.colorCount + 1))">\(parts.joined())</svg>
      """
  }
}
