import FeynmanKac
import ScoreNetworks

/// The keys of programs of the user's own that answer for a model or a reward, and what they come to.
enum ProgramKeys {
  static let command = Key(
    "command", .list(.text("a word")), .required,
    "The program, looked up along PATH, and its arguments; it speaks the protocol of ProgramModels.")
  static let folder = OptionalKey(
    "folder", .path("the path of a folder"),
    "Where the program works; the config's folder by default.")
  static let timeLimit = Key(
    "timeout_seconds", .number(.positive), .byDefault(ProgramNetwork.standardTimeLimit),
    "How long the program may take to be ready, and for each answer.", property: "timeLimit")
  static let workers = Key(
    "workers", .count(1...256), .byDefault(ProgramNetwork.standardWorkers),
    "How many copies of the program answer at once.")
  static let files = OptionalKey(
    "files", .list(.path("the path of a file")),
    "What the program reads beside the files that its command names, such as weights; each is pinned.")

  /// What a program is started by.
  struct Start {
    let words: [String]
    /// The folder that it works in, from the root.
    let place: String
    let seconds: Double
    let workers: Int
    /// The sums of the files that it is known to read.
    let pinned: [ModelFactory.NamedSum]
    /// Whether it is not to be started now.
    let isWithheld: Bool

    var command: String { words.joined(separator: " ") }
  }

  /// - Throws: `SettingFailure` where the program may not be started, or a file is not what it was.
  static func start(_ settings: Setting, _ factory: ModelFactory) throws(SettingFailure) -> Start {
    let words = try command.value(in: settings)
    var isWithheld = false
    switch factory.programs {
    case .refused(let advice):
      throw SettingFailure(
        key: command.name,
        problem: "a run would start the program '\(words.joined(separator: " "))'; \(advice)")
    case .granted where !factory.startsPrograms:
      throw SettingFailure(
        key: "", problem: "programs are not started for a faulty config", isConsequence: true)
    case .granted: break
    case .withheld: isWithheld = true
    }
    let place = FilePaths.absolute(folder.value(in: settings) ?? ".", in: factory.folder)
    return Start(
      words: words, place: place, seconds: try timeLimit.value(in: settings),
      workers: try workers.value(in: settings),
      pinned: try pinnedFiles(settings, factory, command: words, in: place), isWithheld: isWithheld)
  }

  /// What can be known of the files that a program reads: those that its command names and that the config lists.
  private static func pinnedFiles(
    _ settings: Setting, _ factory: ModelFactory, command: [String], in place: String
  ) throws(SettingFailure) -> [ModelFactory.NamedSum] {
    let stated = settings[ModelFiles.pinned]
    let listed = try factory.sums(of: files.value(in: settings) ?? [], in: place, stated: stated, key: files)
    let known = listed.map(\.name)
    let others = ModelFactory.files(
      ofCommand: command, listed: stated?.entries?.map(\.key) ?? [], in: place
    ).filter { !known.contains($0) }
    return try factory.sums(of: others, in: place, stated: stated, key: ModelFiles.pinned) + listed
  }

  /// Gives an error of a program that is being started its key and its status.
  ///
  /// - Parameter keys: Those of dimensions and of conditions, where the config has them.
  static func failure(_ error: ProgramNetworkError, dimensions: String, conditions: String) -> SettingFailure
  {
    let (key, status): (String, ExitStatus) =
      switch error {
      case .folderMissing: (folder.name, .missingInput)
      case .notStarted: (command.name, .unavailable)
      case .otherDimensions: (dimensions, .badData)
      case .otherConditions: (conditions, .badData)
      case .cancelled: (command.name, .interrupted)
      default: (command.name, .numericalFailure)
      }
    return SettingFailure(
      key: key, problem: ModelFactory.words.translated(end: error.description), status: status)
  }

  /// What is not known of a program that was not started.
  static func unchecked(_ start: Start, dimensions: Int) -> String {
    "the program '\(start.command)' was not started; whether it runs and answers for \(dimensions) dimensions is seen when "
      + "a run begins."
  }
}

extension Setting {
  /// The settings of a program that starts the same wherever the config stands, or are refused.
  func resolved(folder place: String) -> Setting {
    setting(ProgramKeys.folder.name, to: .text(place), after: ProgramKeys.command.name)
  }

  /// The settings with the sums of other files that are read.
  func resolved(pinned sums: [ModelFactory.NamedSum]) -> Setting {
    guard !sums.isEmpty else { return self }
    let value = Setting.mapping(sums.map { .init(key: $0.name, value: .text($0.sha256)) })
    return setting(
      ModelFiles.pinned.name, to: value,
      after: self[ModelFiles.sha256] == nil ? ProgramKeys.folder.name : ModelFiles.sha256.name)
  }
}
