import FeynmanKac
import Libc

/// Extended XYZ, which ASE, OVITO and VMD read: a frame for each particle, with its log-weight in the frame's second line.
enum ExtendedXYZFile: SampleFile {
  static let name = "samples.xyz"

  /// What an atom is called where the config names no element; ASE gives it the number 0.
  private static let unknown = "X"

  static func size(particles: Int, dimensions: Int, genealogy: Int) -> Int {
    // Three numbers of up to 13 characters, and an element.
    [particles, 120 + dimensions / 3 * 40].clampedProduct
  }

  static func check(dimensions: Int, species: [String]) throws(SettingFailure) {
    guard dimensions.isMultiple(of: 3) else {
      throw SettingFailure(
        key: FormatKeys.formats.name,
        problem: "xyz has rows of atoms in three dimensions; those of this run have d = \(dimensions)")
    }
    guard [0, 1, dimensions / 3].contains(species.count) else {
      throw SettingFailure(
        key: FormatKeys.species.name,
        problem:
          "found \(species.count) elements for \(dimensions / 3) atoms; give one for each, or one for all")
    }
  }

  static func write(_ particles: ExportedParticles, to descriptor: CInt, shownAs path: String)
    throws(FileError)
  {
    let (count, d) = (particles.count, particles.dimensions)
    let atoms = d / 3
    let species = particles.species
    var text = ""
    for particle in 0..<count {
      text += """
        \(atoms)
        Properties=species:S:1:pos:R:3 particle=\(particle) log_weight=\(number(particles.logWeights.values[particle])) \
        ancestor=\(particles.ancestors.values[particle]) pbc="F F F"\n
        """
      for atom in 0..<atoms {
        text += species.isEmpty ? unknown : species[species.count == 1 ? 0 : atom]
        for axis in 0..<3 { text += " \(particles.samples.values[particle * d + 3 * atom + axis])" }
        text += "\n"
      }
      guard text.utf8.count > 1 << 16 || particle == count - 1 else { continue }
      let problem = text.withUTF8 { FileBytes.write(UnsafeRawBufferPointer($0), to: descriptor) }
      if let problem { throw FileError(.unwritable, path, problem) }
      text = ""
    }
  }

  /// A particle without weight has a number that every reader knows.
  private static func number(_ logWeight: Double) -> String {
    logWeight == -.infinity ? "-1e300" : "\(logWeight)"
  }
}
