import FeynmanKac

/// One line of `trace.csv`, by the names of its columns: numbers, and cells that are empty.
package struct TraceLine {
  private let names: [String]
  private let values: [Substring]
  private let place: String
  /// How many steps the table has, beside the line of the start.
  package let steps: Int

  /// What is made of the lines of a table, one for each step from 0 on; a line is kept no longer than that takes.
  ///
  /// - Parameters:
  ///   - needed: The columns that have to be there.
  ///   - row: Makes something of a line.
  /// - Throws: `FileError` that names the line, and the column where one is wrong; what `row` throws.
  package static func rows<Row>(
    of text: String, path: String, needed: [String], _ row: (TraceLine) throws(FileError) -> Row
  ) throws(FileError) -> [Row] {
    let lines = text.split(separator: "\n")
    guard let header = lines.first else { throw FileError(.malformed, path, "is empty") }
    // Half a number is a number too.
    guard text.utf8.last == UInt8(ascii: "\n") else {
      throw FileError(.malformed, path, "ends within a line: it was cut short")
    }
    let names = header.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for column in needed where !names.contains(column) {
      throw FileError(.malformed, "\(path):1", "has no column '\(column)'; fkc run writes it")
    }
    var rows: [Row] = []
    rows.reserveCapacity(lines.count - 1)
    for (index, line) in lines.enumerated().dropFirst() {
      let own = try TraceLine(
        names: names, values: line.split(separator: ",", omittingEmptySubsequences: false),
        place: "\(path):\(index + 1)", steps: lines.count - 2)
      let step = try own.count("step")
      guard step == rows.count else { throw own.problem("step is \(step); here stands step \(rows.count)") }
      rows.append(try row(own))
    }
    return rows
  }

  private init(names: [String], values: [Substring], place: String, steps: Int) throws(FileError) {
    (self.names, self.values, self.place, self.steps) = (names, values, place, steps)
    guard values.count == names.count else {
      throw problem("has \(values.count) cells, the first line \(names.count)")
    }
    // A cell that nobody asks for tells as well that a file was damaged.
    for (name, value) in zip(names, values) where !value.isEmpty && value.completeNumber == nil {
      throw problem("\(name) is '\(value.prefix(40))'; give a number")
    }
  }

  package func problem(_ sentence: String) -> FileError { FileError(.malformed, place, sentence) }

  /// A number, or nil where the table has no such column or nothing in it.
  package func figure(_ name: String) -> Double? {
    names.firstIndex(of: name).flatMap { values[$0].completeNumber }
  }

  /// A finite number of a column that is needed.
  package func number(_ name: String) throws(FileError) -> Double {
    guard let number = figure(name), number.isFinite else {
      throw problem("\(name) is '\(text(name).prefix(40))'; give a number")
    }
    return number
  }

  /// A whole number of a column that is needed.
  package func count(_ name: String) throws(FileError) -> Int {
    guard let count = Int(text(name)), count >= 0 else {
      throw problem("\(name) is '\(text(name).prefix(40))'; give a whole number")
    }
    return count
  }

  private func text(_ name: String) -> Substring { names.firstIndex(of: name).map { values[$0] } ?? "" }
}

extension Substring {
  /// The number that all of a text is; Swift's own reader ends at a zero byte.
  fileprivate var completeNumber: Double? { utf8.contains(0) ? nil : Double(self) }
}
