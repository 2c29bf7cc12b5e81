internal import CNetCDF
import FeynmanKac
import Libc

/// NetCDF as ArviZ reads it (`arviz.from_netcdf`), in the layout of the Python package's `to_arviz`: equally weighted draws in `posterior`, what they are
/// in `sample_stats`, and all particles with their weights in `weighted_posterior`.
enum NetCDFFile: SampleFile {
  static let name = "samples.nc"

  /// Libraries of the last years, the newest first; the interface that is used has been the same since 4.0.
  private static let libraries = [
    "libnetcdf.so", "libnetcdf.so.22", "libnetcdf.so.19", "libnetcdf.so.18", "libnetcdf.so.15",
    "libnetcdf.dylib",
  ]

  static func size(particles: Int, dimensions: Int, genealogy: Int) -> Int {
    let rows = [particles, 8 * dimensions + 48].clampedProduct
    return rows == .max ? rows : rows + 65536
  }

  static func check(dimensions: Int, species: [String]) throws(SettingFailure) {
    guard let problem = loadingProblem() else { return }
    throw SettingFailure(
      key: FormatKeys.formats.name,
      problem:
        "netcdf needs the library libnetcdf (\(problem)); on Debian and Ubuntu install libnetcdf19 or its successor",
      status: .unavailable)
  }

  /// Loads the library; nil where it is there.
  private static func loadingProblem() -> String? {
    let names = libraries.map { strdup($0) }
    defer { for name in names { free(name) } }
    let problem = (names.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer {
      fk_netcdf_load($0.baseAddress)
    }
    guard let problem else { return nil }
    defer { free(problem) }
    return String(cString: problem)
  }

  static func write(_ particles: ExportedParticles, to descriptor: CInt, shownAs path: String)
    throws(FileError)
  {
    if let problem = loadingProblem() { throw FileError(.unwritable, path, "needs libnetcdf: \(problem)") }
    do throws(NetCDFError) {
      try write(particles, to: "/proc/self/fd/\(descriptor)")
    } catch { throw FileError(.unwritable, path, String(cString: fk_netcdf_reason(error.status))) }
  }

  private static func write(_ particles: ExportedParticles, to path: String) throws(NetCDFError) {
    let (count, d, samples) = (particles.count, particles.dimensions, particles.samples.values)
    let picks = RunResult.resampledIndices(of: particles.logWeights.values, count, seed: 0)
    let file = try NetCDFGroup(creating: path)
    defer { file.abandon() }
    let posterior = try group("posterior", in: file, particles)
    let draws = [("chain", 1), ("draw", count)]
    try posterior.put("x", picks.flatMap { samples[$0 * d..<($0 + 1) * d] }, draws + [("x_dim_0", d)])
    try posterior.put("chain", [Int64(0)], [("chain", 1)])
    try posterior.put("draw", (0..<count).map { Int64($0) }, [("draw", count)])
    let statistics = try group("sample_stats", in: file, particles)
    try statistics.put("particle", picks.map { Int64($0) }, draws)
    try statistics.put("weight", picks.map { exp(particles.logWeights.values[$0]) }, draws)
    let weighted = try group("weighted_posterior", in: file, particles)
    let rows = [("chain", 1), ("particle", count)]
    try weighted.put("x", samples, rows + [("x_dim_0", d)])
    try weighted.put("log_weight", particles.logWeights.values, rows)
    try weighted.put("ancestor", particles.ancestors.values, rows)
    try file.close()
  }

  /// A group with what is known of the run.
  private static func group(_ name: String, in file: NetCDFGroup, _ particles: ExportedParticles)
    throws(NetCDFError) -> NetCDFGroup
  {
    let group = try file.group(name)
    try group.set("inference_library", "feynman_kac")
    for figure in particles.figures {
      switch figure.value {
      case .text(let word): try group.set(figure.name, word)
      case .number(let digits): try group.set(figure.name, Double(digits) ?? .nan)
      default: break
      }
    }
    return group
  }
}
