import FeynmanKac

/// A run of a config into a folder.
package struct FolderRun {
  package let prepared: PreparedRun
  package let folder: String
  let overwrite: Bool
  let resume: Bool
  let host: RunHost

  /// - Parameters:
  ///   - overwrite: Replaces a run that the folder holds.
  ///   - resume: Goes on from a checkpoint in it.
  ///   - host: The program that the run is part of.
  package init(
    _ prepared: PreparedRun, into folder: String, overwrite: Bool, resume: Bool, for host: RunHost
  ) {
    self.prepared = prepared
    self.folder = folder
    self.overwrite = overwrite
    self.resume = resume
    self.host = host
  }

  /// Whether the very same run is there already, whole, and is to be gone on with.
  ///
  /// - Throws: `FileError` where the folder's files are there and cannot be read.
  package func isDone() throws -> Bool {
    guard resume, !overwrite, try prepared.isWhole(in: folder) else { return false }
    ResultFolder.tidy(folder)
    return true
  }

  /// - Throws: `CommandFailure` where a file that the run reads is one that its results would replace.
  package func checkInputs() throws {
    if overwrite { try RunInputs.check(prepared.configuration, areNotIn: folder) }
  }

  /// Opens the folder, and finds where the run goes on; nil for its start.
  ///
  /// - Throws: `FileError`, and `CommandFailure` where a checkpoint is that of another run; the folder is then as it was.
  package func open() throws -> (ResultFolder, Checkpoint?) {
    let results = try ResultFolder(
      path: folder, overwrite: overwrite, sizes: prepared.resultSizes,
      checkpoints: resume ? .kept : overwrite ? .removed : .refused)
    guard resume else { return (results, nil) }
    do {
      let (checkpoint, notes) = try prepared.checkpoint(in: results, orElse: overwrite ? .begins : .refuses)
      host.report(notes)
      return (results, checkpoint)
    } catch {
      results.discard()
      throw error
    }
  }

  /// Asks the networks, and samples.
  ///
  /// - Parameter origin: Where it begins, asked right before it does.
  /// - Throws: `CommandFailure` where it was interrupted; all that a run throws.
  package func sample(
    into results: ResultFolder, from origin: (PreparedRun) throws -> PreparedRun.Origin,
    observer: some RunObserver
  ) throws -> FinishedRun {
    let run = prepared.askingNetworks()
    host.report(run.notes + run.warnings)
    do {
      return try run.sample(into: results, for: host, from: origin(run), observer: observer)
    } catch RunError.cancelled(let step) {
      throw CommandFailure(.interrupted, results.interruption(at: step))
    }
  }
}
