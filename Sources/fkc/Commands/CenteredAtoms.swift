/// Takes the centre of mass out of rows of atoms, as runs have none.
enum CenteredAtoms {
  /// Takes it out of rows that a user gives. What is no more than the rounding of single precision stays, so that rows that
  /// are right keep their bytes.
  ///
  /// - Returns: How many rows had one.
  static func remove(from values: inout [Double], atoms: Int) -> Int {
    let width = 3 * atoms
    var count = 0
    for start in stride(from: 0, to: values.count, by: width) {
      let largest = values[start..<start + width].reduce(0) { max($0, abs($1)) }
      let center = (0..<3).map { axis in
        (0..<atoms).reduce(0) { $0 + values[start + 3 * $1 + axis] / Double(atoms) }
      }
      guard center.contains(where: { abs($0) > 1e-6 * largest }) else { continue }
      count += 1
      for index in 0..<width { values[start + index] -= center[index % 3] }
    }
    return count
  }

  /// Takes the centre of mass out of scores: what moves all atoms alike is no direction of the space that they live in.
  static func remove(from scores: UnsafeMutablePointer<Float>, rows: Int, atoms: Int) {
    for row in 0..<rows {
      let row = scores + 3 * atoms * row
      for axis in 0..<3 {
        var sum = 0.0
        for atom in 0..<atoms { sum += Double(row[3 * atom + axis]) }
        let mean = Float(sum / Double(atoms))
        for atom in 0..<atoms { row[3 * atom + axis] -= mean }
      }
    }
  }
}
