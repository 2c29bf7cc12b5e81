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
    for format in formats { try format.file.check(dimensions: dimensions, species: species) }
  }

  /// The files and their sizes in bytes, or nearly so.
  func sizes(particles: Int, dimensions: Int, genealogy: Int) -> [(name: String, bytes: Int)] {
    formats.map {
      ($0.file.name, $0.file.size(particles: particles, dimensions: dimensions, genealogy: genealogy))
    }
  }
}
