import FeynmanKac

/// The files for other programs that a run writes.
struct SampleExports: Sendable {
  let formats: [SampleFormat]
  /// Elements, one for each atom or one for all; empty where none are stated.
  let species: [String]

  /// The names of all that there can be.
  static let names = SampleFormat.allCases.map { $0.file.name }

  /// - Throws: `SettingFailure`, with the key of the section `output`.
  func check(dimensions: Int) throws(SettingFailure) {
    if let twice = formats.indices.first(where: { formats[..<$0].contains(formats[$0]) }) {
      throw SettingFailure(
        key: "\(FormatKeys.formats.name).\(twice)", problem: "'\(formats[twice].rawValue)' is there twice")
    }
    if let wrong = species.first(where: { !Self.isElement($0) }) {
      throw SettingFailure(
        key: FormatKeys.species.name, problem: "found '\(wrong)'; give elements, such as C or Ar")
    }
    for format in formats { try format.file.check(dimensions: dimensions, species: species) }
  }

  private static func isElement(_ text: String) -> Bool {
    let letters = Array(text.utf8)
    let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let small = UInt8(ascii: "a")...UInt8(ascii: "z")
    return (1...2).contains(letters.count) && capitals.contains(letters[0])
      && letters.dropFirst().allSatisfy { small.contains($0) }
  }

  /// The files and their sizes in bytes, or nearly so.
  func sizes(particles: Int, dimensions: Int, genealogy: Int) -> [(name: String, bytes: Int)] {
    formats.map {
      ($0.file.name, $0.file.size(particles: particles, dimensions: dimensions, genealogy: genealogy))
    }
  }
}
