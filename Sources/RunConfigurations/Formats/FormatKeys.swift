/// The keys of the section `output` that name files for other programs.
enum FormatKeys {
  static let formats = OptionalKey(
    "formats", .list(TypedShape<SampleFormat>.choice),
    "Files for other programs, with the same particles: npz for NumPy, netcdf for ArviZ, xyz for structures.")
  static let species = OptionalKey(
    "species", .species,
    "The elements of atoms in xyz: one for all, or one for each; X where this key is missing.")

  static let all: [any AnyKey] = [formats, species]

  /// What the section says.
  static func exports(_ output: Setting) -> SampleExports {
    SampleExports(formats: formats.value(in: output) ?? [], species: species.value(in: output) ?? [])
  }
}

extension TypedShape where Value == [String] {
  /// One element, or a list of them.
  fileprivate static var species: Self {
    let element = TypedShape<String>.text("an element, such as C")
    return Self(
      .either([element.shape, .list(element.shape)]),
      read: { setting in setting.text.map { [$0] } ?? setting.items?.compactMap(\.text) },
      write: { $0.count == 1 ? .text($0[0]) : .list($0.map { .text($0) }) })
  }
}
