import FeynmanKac

/// A format that other programs read particles in, beside the arrays that every run has.
enum SampleFormat: String, DescribedChoice {
  case npz, netcdf, xyz

  var summary: String {
    switch self {
    case .npz: "samples.npz: the arrays in one archive of NumPy."
    case .netcdf:
      "samples.nc: NetCDF with the groups of ArviZ, equally weighted draws and the weighted particles; libnetcdf must be installed."
    case .xyz:
      "samples.xyz: extended XYZ, a frame for each particle, whose rows are atoms in three dimensions."
    }
  }

  var file: any SampleFile.Type {
    switch self {
    case .npz: NPZFile.self
    case .netcdf: NetCDFFile.self
    case .xyz: ExtendedXYZFile.self
    }
  }
}

/// A file of one format.
protocol SampleFile {
  /// What it is called in a run's folder.
  static var name: String { get }
  /// Its size in bytes, or nearly so.
  ///
  /// - Parameter genealogy: Slices of it.
  static func size(particles: Int, dimensions: Int, genealogy: Int) -> Int
  /// What a run's particles or this machine lack for it.
  ///
  /// - Throws: `SettingFailure`, with the key of the section `output`.
  static func check(dimensions: Int, species: [String]) throws(SettingFailure)
  /// Writes it to an empty file.
  ///
  /// - Parameter path: What errors call the file.
  /// - Throws: `FileError`, unwritable.
  static func write(_ particles: ExportedParticles, to descriptor: CInt, shownAs path: String)
    throws(FileError)
}
