import ArgumentParser
import FeynmanKac
import RunConfigurations

/// `fkc likelihood`: one model's log densities of given points.
struct Likelihood: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Find log q of the rows of an .npy file under a model, with an error bar each; prints their mean as JSON.",
    discussion: """
      q is the model's density where the config's path ends: the data with that little noise. A model that knows its log \
      density says it; of others it is found from scores alone. By 'flow', the probability-flow ODE, a row costs \
      1.5 (1 + probes) evaluations a step, 755 by default; by 'paths' as many as paths times steps, and the mean over paths \
      is one of q, so that its logarithm is low by half its variance. The noise's own \
      log q is that of a Gaussian with the mean and the width of the model's scores there: the path has to start where the \
      data are lost in the noise.
      """)

  /// How log densities are found.
  enum Method: String, CaseIterable, ExpressibleByArgument { case auto, flow, paths }

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var programs: ProgramsOption

  @Option(help: "The model, by its name in the config.")
  var model: String

  @Option(help: ArgumentHelp("Points x, [N, d] of float32 or float64.", valueName: "x.npy"))
  var input: String

  @Option(
    help: ArgumentHelp(
      "Where the rows' figures go, float64 [N, 2]: log q in nats, and its error.", valueName: "q.npy"))
  var output: String?

  @Option(
    help:
      "'flow', 'paths', or 'auto': the model's own log density where it knows it, else 'flow'.")
  var method: Method = .auto

  @Option(
    help: "Steps from the data to the noise, an even number; 100 by default for 'flow', 200 for 'paths'.")
  var steps: Int?

  @Option(help: "Random probes of the divergence at each step of 'flow'.")
  var probes = 4

  @Option(help: "Noised paths of each row for 'paths'.")
  var paths = 8

  @Option(
    help:
      "t of the model's own process at which q is taken, from 0 (data) to 1; by default where the path ends.")
  var time: Double?

  func validate() throws {
    try OutputPath.validate(output)
    if let steps, steps < 2 || !steps.isMultiple(of: 2) || steps > 1_000_000 {
      throw ValidationError("--steps \(steps): give an even number from 2 to 1000000")
    }
    for (name, count) in [("probes", probes), ("paths", paths)] where !(2...10_000).contains(count) {
      throw ValidationError("--\(name) \(count): give a whole number from 2 to 10000")
    }
    if let time, !(time >= 0 && time < 1) {
      throw ValidationError("--time \(time): give a number from 0 to below 1")
    }
  }

  func run() throws {
    let configuration = try options.load(programs: programs.consent)
    let chosen = try configuration.model(called: model)
    if let output {
      try OutputPath.check(output, isNoneOf: [input] + RunInputs.paths(of: configuration))
    }
    let points = try LikelihoodInput.points(input, of: chosen.model, called: model)
    let noiseLevels = try configuration.noiseLevels(of: chosen, from: time)
    let found: LogDensities
    do {
      found = try chosen.model.logDensity(
        of: points.values, process: chosen.process,
        options: LogDensityOptions(method: estimator, steps: steps, noiseLevels: noiseLevels),
        seed: configuration.seed, threads: options.threads)
    } catch let error as SetupError {
      throw CommandFailure(.badData, "model '\(model)' of \(options.config): \(error.problem)")
    } catch let error as RunError {
      throw CommandFailure(.numericalFailure, "model '\(model)' of \(options.config): \(error.description)")
    }
    if let output {
      let figures = zip(found.values, found.errors).flatMap { [$0, $1] }
      let bytes = NPYArray(shape: [found.values.count, 2], values: figures).fileBytes
      try Interruption.finishing(writing: output) { try FileBytes.replace(output, with: bytes) }
    }
    let report = LikelihoodReport(model: model, seed: configuration.seed, input: input, found: found)
    try StandardStreams.print(report.json.encoded())
  }

  private var estimator: LogDensityOptions.Method {
    switch method {
    case .auto: .automatic
    case .flow: .probabilityFlow(probes: probes)
    case .paths: .forwardPaths(count: paths)
    }
  }
}
