import FeynmanKac
import ScoreNetworks

/// A reward that a program of the user's own answers for.
enum ProgramRewardKind {
  private static let gradient = Key(
    "gradient", .boolean, .byDefault(false),
    "The program answers the gradient too, which then also steers the particles.")

  static let kind: RewardKind = .init(
    "program", formerly: ["process"], "A program of your own, which answers for each batch of rows.",
    keys: [
      ProgramKeys.command, ProgramKeys.folder, gradient, ProgramKeys.timeLimit, ProgramKeys.workers,
      ProgramKeys.files, ModelFiles.pinned,
    ]
  ) { settings, factory throws(SettingFailure) in
    let dimensions = try factory.dimensionsOfModels()
    let hasGradient = try gradient.value(in: settings)
    let start = try ProgramKeys.start(settings, factory.files)
    let reward = try reward(start, dimensions: dimensions, hasGradient: hasGradient, factory.files)
    if start.isWithheld {
      factory.notes.unchecked.append(ProgramKeys.unchecked(start, dimensions: dimensions))
    }
    factory.notes.unreproducible.append(ProgramNetwork.warning)
    return .init(reward, settings.resolved(folder: start.place).resolved(pinned: start.pinned))
  }

  private static func reward(
    _ start: ProgramKeys.Start, dimensions: Int, hasGradient: Bool, _ factory: ModelFactory
  ) throws(SettingFailure) -> any Reward {
    if start.isWithheld {
      return BatchReward(dimensions: dimensions, hasGradient: hasGradient) { _ in
        throw ProgramNetworkError.notStarted(command: start.command, reason: "it is only planned for")
      }
    }
    do throws(ProgramNetworkError) {
      return try ProgramReward(
        command: start.words, folder: start.place, dimensions: dimensions, hasGradient: hasGradient,
        timeLimit: start.seconds, workers: start.workers, isCancelled: factory.loaded.isCancelled)
    } catch {
      throw ProgramKeys.failure(
        error, dimensions: ProgramKeys.command.name, conditions: ProgramKeys.command.name)
    }
  }
}
