import FeynmanKac

/// The keys of the section `output`.
enum OutputKeys {
  /// The form of the samples.
  enum Samples: String, DescribedChoice {
    case weighted, resampled

    var summary: String {
      switch self {
      case .weighted: "Particles as they are, with their weights."
      case .resampled: "As many, drawn by their weights, and weighing the same."
      }
    }
  }

  static let directory = OptionalKey(
    "directory", .path("the path of a folder"),
    "The folder of the results, relative to the config; --output wins.")
  static let samples = Key(
    "samples", .choice, .byDefault(Samples.weighted),
    "Weighted particles as they are, or as many equally weighted ones.")
  private static let trajectory = OptionalKey(
    "trajectory", .record(RecordShape(keys: [everySteps, particles])),
    "Write particles on their way, as the run goes; none where this key is missing.",
    property: "sampler.trajectory")

  private static let genealogy = OptionalKey(
    "genealogy", .boolean,
    "Whether genealogy.npy is written, whose rows reports draw; true where this key is missing.")

  static let record = RecordShape(keys: [directory, samples] + FormatKeys.all + [genealogy, trajectory])

  private static let standard = Sampler.Trajectory()
  private static let everySteps = Key(
    "every_steps", .count(1...10_000_000), .byDefault(standard.everySteps),
    "Steps between rows; the start and the end always have one.")
  private static let particles = Key(
    "particles", .count(1...0x7FFF_FFFF), .byDefault(standard.particles),
    "How many slots are followed, evenly spaced over all; with all of them every lineage is complete.")

  /// What a config says of files for other programs.
  static func exports(ofConfig settings: Setting) -> SampleExports {
    settings[RunKeys.output].map(FormatKeys.exports) ?? SampleExports(formats: [], species: [])
  }

  /// Whether a config asks for the file of the genealogy.
  static func keepsGenealogy(ofConfig settings: Setting) -> Bool {
    settings[RunKeys.output].flatMap(genealogy.value) ?? true
  }

  /// What the section says of trajectories; nil for none.
  static func trajectory(_ output: Setting) throws(SettingFailure) -> Sampler.Trajectory? {
    guard let settings = trajectory.value(in: output) else { return nil }
    return Sampler.Trajectory(
      everySteps: try everySteps.value(in: settings), particles: try particles.value(in: settings))
  }
}
