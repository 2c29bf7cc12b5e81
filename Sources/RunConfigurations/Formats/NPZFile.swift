import FeynmanKac

/// An archive of NumPy: `numpy.load` gives a mapping from names to arrays. What is in it is stored as it is, not compressed.
enum NPZFile: SampleFile {
  static let name = "samples.npz"

  static func size(particles: Int, dimensions: Int, genealogy: Int) -> Int {
    // A header of 128 bytes each, and what the archive says of it.
    4 * 400
      + [[particles, dimensions, 4], [particles, 16], [particles, genealogy, 4]].reduce(0) {
        let (sum, overflow) = $0.addingReportingOverflow($1.clampedProduct)
        return overflow ? .max : sum
      }
  }

  static func check(dimensions: Int, species: [String]) {}

  static func write(_ particles: ExportedParticles, to descriptor: CInt, shownAs path: String)
    throws(FileError)
  {
    let archive = try ZipArchive(to: descriptor, shownAs: path)
    try archive.add("samples.npy", particles.samples)
    try archive.add("log_weights.npy", particles.logWeights)
    try archive.add("ancestors.npy", particles.ancestors)
    if let genealogy = particles.genealogy { try archive.add("genealogy.npy", genealogy) }
    try archive.close()
  }
}
