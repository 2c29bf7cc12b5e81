import ArgumentParser
import RunConfigurations

/// `fkc export`: the particles of a finished run as other programs read them.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the particles of a run as npz, NetCDF or XYZ; prints the path.",
    discussion: """
      npz is for NumPy (numpy.load), netcdf for ArviZ (arviz.from_netcdf), xyz for ASE, OVITO and VMD: a frame for each \
      particle. Every format has the log-weights. A config's output: {formats: [...]} has runs write them.
      """)

  @Argument(help: "A folder with results.")
  var folder: String

  @Option(help: ArgumentHelp("One of \(RunExport.formats.joined(separator: ", ")).", valueName: "format"))
  var format: String

  @Option(
    help: ArgumentHelp(
      "Elements of the atoms in xyz, one for each or one for all, such as C,H,H; by default those of the config.",
      valueName: "elements"))
  var species: String?

  @Option(help: ArgumentHelp("The file to write; by default one in the folder.", valueName: "file"))
  var output: String?

  func validate() throws {
    try OutputPath.validate(output)
    guard RunExport.formats.contains(format) else {
      throw ValidationError(
        "--format is '\(format)'; give one of \(RunExport.formats.joined(separator: ", "))")
    }
  }

  func run() throws {
    if let output {
      try OutputPath.check(output, isNoneOf: ResultFolder.names.map { "\(folder)/\($0)" })
    }
    let export = try RunExport(
      folder, format: format,
      species: species.map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0) } })
    let path = export.place(output)
    try Interruption.finishing(writing: path) { try export.write(to: output) }
    try StandardStreams.print(path: path, outcome: "the file is \(path)")
  }
}
