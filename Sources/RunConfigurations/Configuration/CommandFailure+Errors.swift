import FeynmanKac

extension CommandFailure {
  /// What an error means to the shell; nil where it is one of the argument parser.
  package init?(_ error: any Error) {
    switch error {
    case let error as CommandFailure: self = error
    case let error as ConfigurationFaults: self.init(error.status, error.lines)
    case let error as FileError: self.init(Self.status(error.kind), error.description)
    case let error as ResourceError: self.init(.badData, LibraryWords.config.translated(error.description))
    case let error as SetupError:
      self.init(
        .badData,
        "\(LibraryWords.config.path(of: error.setting)): \(LibraryWords.config.translated(error.problem))")
    case RunError.cancelled(let step):
      self.init(.interrupted, "interrupted at step \(step); nothing was written")
    case let error as RunError: self.init(.numericalFailure, Self.sentence(error))
    default: return nil
    }
  }

  private static func sentence(_ error: RunError) -> String {
    // A reason may have what a program or a library wrote, who may have backquotes of their own.
    if case .modelFailed = error { return LibraryWords.config.translated(end: error.description) }
    return LibraryWords.config.translated(error.description)
  }

  private static func status(_ kind: FileError.Kind) -> ExitStatus {
    switch kind {
    case .missing: .missingInput
    case .malformed: .badData
    case .unwritable, .busy: .cannotWrite
    }
  }
}
