import FeynmanKac
import RunConfigurations

extension FuzzTarget {
  /// A config, up to the plan of its run and the words for it: no program is started, and nothing is sampled. What the results would hold as
  /// their config is a config too, and the same.
  static let configuration = FuzzTarget("configuration") { bytes in
    let run: PreparedRun
    do { run = try prepared(folder.write("config.yaml", bytes)) } catch {
      // What has no words would reach the user as the name of a Swift type.
      guard let failure = CommandFailure(error), !failure.sentence.isEmpty else {
        preconditionFailure("no sentence says what is wrong: \(error)")
      }
      throw error
    }
    do {
      let again = try prepared(folder.write("stored.yaml", run.identity.utf8))
      precondition(again.identity == run.identity, "\(run.identity) became \(again.identity)")
    } catch { preconditionFailure("\(run.identity) is refused: \(error)") }
  }

  private static func prepared(_ file: String) throws -> PreparedRun {
    let configuration = try RunConfiguration(file: file, overrides: [], programs: .withheld)
    let run = try PreparedRun(configuration, threads: 1)
    let plan = try CheckedPlan(configuration, threads: 1)
    precondition(!plan.text.isEmpty && !plan.json.encoded().isEmpty)
    return run
  }

  private static let folder = {
    let folder = FuzzFolder("configuration")
    folder.write(
      "mixture.json",
      #"{"means": [[-2, 0.5], [1.5, -1]], "weights": [0.25, 0.75], "standard_deviations": [0.5, 0.7]}"#.utf8)
    return folder
  }()
}
